import Astrometry
import Visibilities

extension MVF3File {
    /// Whether an HDF5 file is one of MeerKAT's or KAT-7's; `open` judges the version.
    public static func recognises(_ path: String) -> Bool {
        guard let root = try? HDF5File(reading: path).root else { return false }
        let isVersioned = (try? root.attribute("version")?.strings?.first) != nil
        return isVersioned && (root.contains("Data") || root.contains("MetaData"))
            || root.contains("Scans") && root.contains("Antennas")
    }

    /// The format with its version.
    public var format: String { "MVF \(version)" }

    /// Readies reading of samples.
    public func samples(threads: Int) throws -> any SampleReader {
        try file.end?.check()
        return try MVF3Reader(
            file: file, data: data, layout: layout, planes: planeTable, isReversed: isReversed,
            threads: threads)
    }

    /// Work memory of a reader, bytes.
    public func workByteCount(threads: Int) -> Int {
        max(threads, 1) * layout.stagingBytes + data.mostCachedBytes
    }

    /// How its arrays are read.
    private var layout: MVFLayout { MVFLayout(data, addressable: file.startsAtByteZero) }

    /// Where its planes lie.
    var planeTable: MVFPlaneTable {
        MVFPlaneTable(antennas: antennas.map(\.name), products: products, isReversed: isReversed)
    }

    /// What the file holds.
    public var contents: ObservationContents {
        let table = planeTable
        let widths = [Double](repeating: channelWidth, count: frequencies.count)
        var contents = ObservationContents(
            telescope: "MeerKAT",
            antennas: antennas.map { Antenna(name: $0.name, position: $0.position, diameter: $0.diameter) },
            baselines: table.baselines, polarisations: table.polarisations,
            spectralWindows: [
                SpectralWindow(name: band.uppercased(), frequencies: frequencies, widths: widths)
            ],
            targets: targets.map(\.described),
            scans: scans.map {
                FileScan(
                    number: $0.number, state: $0.state.rawValue,
                    isOnSource: $0.state == .track || $0.state == .scan,
                    target: $0.target, dumps: $0.dumps)
            },
            times: times, intervals: [Double](repeating: integrationTime, count: times.count),
            integrationTime: integrationTime, observer: observer, description: description,
            nominalWeight: typicalWeight,
            channelsPerChunk: data.channelsPerChunk)
        if let reference = antennas.first?.reference { contents.centre = reference.position }
        contents.missingPlanes = Set(table.planes.indices.filter { table.planes[$0] == nil })
        return contents
    }
}

extension MVFTarget {
    /// The target in terms that all formats share.
    fileprivate var described: ObservationTarget {
        ObservationTarget(
            names: names, tags: tags,
            field: direction.map { Field(name: name, phaseCentre: $0, tags: tags) },
            problem: "of type '\(body)', only radec is read")
    }
}
