import Parameters
import Visibilities

/// The shape and order of an MVF file to be written, worked out from the header of a stream alone.
struct MVFOutputLayout: Sendable {
    /// Dumps, all scheduled scans one after the other.
    let dumps: Int
    /// The first dump of each scheduled scan.
    let firstDumps: [Int]
    /// Channels.
    let channels: Int
    /// Whether channels descend and visibilities are conjugated, as the source has them.
    let isReversed: Bool
    /// The products in file order.
    let products: [CorrelationProduct]
    /// For each product its plane (baseline * polarisations + polarisation) and whether it is conjugated in the file.
    let planes: [(plane: Int, isConjugated: Bool)]
    /// Channel width, Hz.
    let width: Double
    /// Frequency of channel n / 2 in file order, Hz.
    let centre: Double

    /// Lays out a file.
    ///
    /// - Throws: `HDF5Error` (usage) when the format cannot hold the stream: several spectral windows, uneven
    ///   channels, polarisations other than linear, a schedule that is not known beforehand, unphased drift data.
    init(_ cut: ObservationCut, copying source: MVF3File?, path: String) throws {
        let observation = cut.observation
        func refuse(_ what: String, _ remedy: String) -> HDF5Error {
            HDF5Error(.usage, "MVF v3 cannot hold \(what)", file: path, remedy: remedy)
        }
        guard observation.spectralWindows.count == 1, let window = observation.spectralWindows.first else {
            throw refuse(
                "\(observation.spectralWindows.count) spectral windows", "select one range of channels")
        }
        guard let width = window.widths.first, Self.isEven(window, width) else {
            throw refuse(
                "unevenly spaced channels", "choose channel bins that divide the channels")
        }
        guard !observation.schedule.isEmpty else {
            throw refuse("a stream whose length is not known", "write it from a file")
        }
        guard observation.schedule.allSatisfy({ observation.fields[$0.field].tracking == .sidereal }) else {
            throw refuse(
                "drift data that are phased to no place on the sky",
                "add phase-centre to read, or write .uvh5")
        }
        guard observation.polarisations.allSatisfy({ CorrelationProduct.feeds(of: $0) != nil }) else {
            throw refuse("products other than XX, XY, YX, YY", "leave the products as they were observed")
        }
        var first = 0
        firstDumps = observation.schedule.map { scan in
            defer { first += scan.times.count }
            return first
        }
        dumps = first
        channels = window.frequencies.count
        isReversed = (source?.isReversed ?? false) && abs(width * Double(channels) - 856e6) < 1
        self.width = width
        centre = window.frequencies[isReversed ? channels - 1 - channels / 2 : channels / 2]
        let order = Self.products(observation, source?.products)
        products = order.map(\.product)
        let reversed = isReversed
        planes = order.map { ($0.plane, $0.isSwapped != reversed) }
        guard !products.isEmpty else { throw refuse("a stream without products", "widen the selection") }
    }

    private static func isEven(_ window: SpectralWindow, _ width: Double) -> Bool {
        guard let first = window.frequencies.first, width > 0 else { return false }
        return window.frequencies.enumerated().allSatisfy {
            abs($1 - first - Double($0) * width) <= 1e-3 * width
        }
            && window.widths.allSatisfy { abs($0 - width) <= 1e-3 * width }
    }

    /// The products in the source's order, or in that of MeerKAT's ingest: autocorrelations first, then by
    /// polarisation, parallel hands first.
    private static func products(
        _ observation: Observation, _ source: [CorrelationProduct]?
    ) -> [(product: CorrelationProduct, plane: Int, isSwapped: Bool)] {
        var planes: [CorrelationProduct: Int] = [:]
        var own: [CorrelationProduct] = []
        for (index, baseline) in observation.baselines.enumerated() {
            for (number, polarisation) in observation.polarisations.enumerated() {
                guard let feeds = CorrelationProduct.feeds(of: polarisation) else { continue }
                let product = CorrelationProduct(
                    observation.antennas[baseline.antenna1].name.lowercased(), feeds.0,
                    observation.antennas[baseline.antenna2].name.lowercased(), feeds.1)
                planes[product] = index * observation.polarisations.count + number
                own.append(product)
            }
        }
        if let source {
            return source.compactMap { product in
                if let plane = planes[product] { return (product, plane, false) }
                return planes[product.reversed].map { (product, $0, true) }
            }
        }
        func key(_ product: CorrelationProduct) -> Int {
            (product.antenna1 == product.antenna2 ? 0 : 8) + (product.feed1 == product.feed2 ? 0 : 4)
                + (product.feed1 == .h ? 0 : 2) + (product.feed2 == .h ? 0 : 1)
        }
        let ingest = own.enumerated().sorted { (key($0.element), $0.offset) < (key($1.element), $1.offset) }
        return ingest.compactMap { entry in planes[entry.element].map { (entry.element, $0, false) } }
    }
}
