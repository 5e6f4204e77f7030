/// Components so far, and the model that they make.
struct CleanModel: Sendable {
    /// Jy/pixel of the channels with data.
    private(set) var images: [[Float]]
    /// By scale: fluxes of the channels by pixel.
    private(set) var components: [[Int: [Float]]]
    private(set) var iterations = 0
    /// Of extended scales, those that the images lack: painting each place once saves most of the painting.
    private var unpainted: [[Int: [Float]]]

    /// No components of so many scales.
    init(pixels: Int, channels: Int, scales: Int) {
        images = [[Float]](repeating: [Float](repeating: 0, count: pixels), count: channels)
        components = [[Int: [Float]]](repeating: [:], count: scales)
        unpainted = components
    }

    /// Adds components of a scale that took so many iterations.
    mutating func add(
        _ found: [MinorComponent], of places: CleanScale, _ scale: Int, width: Int, iterations: Int
    ) {
        self.iterations += iterations
        for component in found {
            let pixel = places.pixel(component.place, width: width)
            let none = [Float](repeating: 0, count: component.fluxes.count)
            unpainted[scale][pixel] = zip(unpainted[scale][pixel] ?? none, component.fluxes).map { $0 + $1 }
        }
    }

    /// Brings the images up to date, in order of pixels.
    mutating func paint(_ scales: [CleanScale], width: Int, height: Int) {
        for (scale, places) in scales.enumerated() where !unpainted[scale].isEmpty {
            let found = unpainted[scale].sorted { $0.key < $1.key }
            unpainted[scale] = [:]
            for channel in images.indices {
                places.kernel.paint(
                    found.map { ($0.key, $0.value[channel]) }, on: &images[channel], width: width,
                    height: height)
            }
            for (pixel, fluxes) in found {
                components[scale][pixel] =
                    components[scale][pixel].map { zip($0, fluxes).map { $0 + $1 } } ?? fluxes
            }
        }
    }
}
