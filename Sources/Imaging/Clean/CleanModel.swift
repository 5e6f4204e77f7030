/// Components so far, and the model that they make.
struct CleanModel: Sendable {
    /// Jy/pixel of the channels with data.
    private(set) var images: [[Float]]
    /// By scale; places are pixels.
    private(set) var components: [ScaleComponents]
    private(set) var iterations = 0
    /// Components that the images lack: painting each place once saves most of the painting.
    private var unpainted: [ScaleComponents]

    /// No components of so many scales.
    init(pixels: Int, channels: Int, scales: Int) {
        images = [[Float]](repeating: [Float](repeating: 0, count: pixels), count: channels)
        components = [ScaleComponents](repeating: ScaleComponents(channels: channels), count: scales)
        unpainted = components
    }

    /// Adds components at places of a scale that took so many iterations.
    mutating func add(
        _ found: ScaleComponents, of places: CleanScale, _ scale: Int, width: Int, iterations: Int
    ) {
        self.iterations += iterations
        unpainted[scale].add(found.moved { places.pixel($0, width: width) })
    }

    /// Brings the images up to date, in order of pixels.
    mutating func paint(_ scales: [CleanScale], width: Int, height: Int) {
        for (scale, places) in scales.enumerated() where unpainted[scale].count > 0 {
            for channel in images.indices {
                places.kernel.paint(
                    unpainted[scale].fluxes(channel), on: &images[channel], width: width, height: height)
            }
            components[scale].add(unpainted[scale])
            unpainted[scale] = ScaleComponents(channels: images.count)
        }
    }
}
