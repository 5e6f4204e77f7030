import Astrometry
import Parameters
import Visibilities

/// A UVH5 file: what it says about itself, its samples still unread.
///
/// The format is pyuvdata's (UVH5 memo of 2024); versions 0.1 to 1.2 and files without a version are read. Its
/// visibilities and uvw have the opposite sign of baseline (`Conventions`): they are conjugated and negated.
public struct UVH5File: ObservationFile {
    /// The format as users know it.
    public static let formatName = "UVH5"

    /// The file's path.
    public let path: String
    /// The format with its version, such as `UVH5 1.2`.
    public let format: String
    /// What was odd in the file and how it was taken.
    public let warnings: [String]
    /// What it holds.
    public let contents: ObservationContents

    let map: UVH5SampleMap
    let weights: UVH5Weights

    /// Whether what lies at a path is UVH5.
    public static func recognises(_ path: String) -> Bool {
        guard let file = try? HDF5File(reading: path) else { return false }
        return UVH5Version.isUVH5(file.root)
    }

    /// Opens a file and reads everything but its samples.
    public static func open(_ path: String, memory: Int) throws -> UVH5File {
        try UVH5File(path: path, memory: memory)
    }

    /// Opens a file and reads everything but its samples.
    ///
    /// - Parameter memory: bytes that opening it may take.
    /// - Throws: `HDF5Error` when it cannot be opened, is of another version, takes more memory, or breaks the format's
    ///   promises.
    public init(path: String, memory: Int = .max) throws {
        let file = try HDF5File(reading: path)
        let items = UVH5Items(group: try file.root.requireGroup("Header"))
        let version = try UVH5Version.require(items)
        let data = try UVH5Data(try file.root.requireGroup("Data"))
        try Self.checkCounts(items, data)
        try UVH5RowItems.checkMemory(
            items, rows: data.rows, bytes: data.rows * UVH5RowItems.openingBytes, most: memory)
        var notes: [String] = []
        let stored = try UVH5RowItems(items, rows: data.rows)
        let antennas = try UVH5Antennas(
            items, used: Set(Set(stored.antenna1).union(stored.antenna2).map(Int.init)), warnings: &notes)
        let rows = try UVH5Rows(stored, index: antennas.index, items: items, memory: memory)
        let spectrum = try UVH5Spectrum(items, channels: data.channels)
        let polarisations = try UVH5Polarisations(
            items, count: data.products, hasReversedRows: rows.hasReversedRows)
        let (targets, place) = try UVH5Targets.read(
            items, rows: rows,
            site: ObservingSite(position: antennas.centre, earthOrientation: try .shipped()), warnings: &notes
        )
        let unit = UVH5WeightUnit(times: rows.intervals, widths: spectrum.windows.flatMap(\.widths))
        let uvw = try items.reals("uvw_array", shapes: [[data.rows, 3]])
        weights = try UVH5Weights(data)
        notes += weights.warnings
        self.path = path
        map = UVH5SampleMap(
            file: file, data: data, rows: rows, spectrum: spectrum, polarisations: polarisations, uvw: uvw,
            unit: unit)
        format = version.isEmpty ? "UVH5 (without version)" : "UVH5 \(version)"
        var contents = try Self.contents(
            items, antennas: antennas.antennas, rows, spectrum, polarisations, targets: targets,
            target: rows.phaseCentres.map { place[$0] ?? 0 }, uvw: uvw, interval: unit.time,
            nominalWeight: weights.typical, channelsPerChunk: UVH5Layout.channelsPerChunk(data),
            warnings: &notes)
        contents.centre = antennas.centre
        contents.weightUnit = unit.carried
        self.contents = contents
        warnings = notes
    }

    /// Bytes of what describes its samples, for as long as it is open.
    public var heldByteCount: Int {
        map.rows.byteCount + 8 * map.uvw.count + 24 * (contents.antennaUVW?.count ?? 0)
    }

    /// Checks the sizes that the header announces against the data.
    private static func checkCounts(_ items: UVH5Items, _ data: UVH5Data) throws {
        for (name, found) in [("Nblts", data.rows), ("Nfreqs", data.channels), ("Npols", data.products)] {
            let stated = try items.count(name, most: UVH5RowItems.most)
            guard stated == found else {
                throw items.error(name, "the header says \(stated), visdata has \(found)")
            }
        }
    }

    private static func contents(
        _ items: UVH5Items, antennas: [Antenna], _ rows: UVH5Rows, _ spectrum: UVH5Spectrum,
        _ polarisations: UVH5Polarisations, targets: [ObservationTarget], target: [Int], uvw: [Double],
        interval: Double, nominalWeight: Float, channelsPerChunk: Int, warnings: inout [String]
    ) throws -> ObservationContents {
        let solution = UVH5AntennaUVW.solve(rows, antennas: antennas.count, uvw: uvw)
        if solution.worst > 1e-3 {
            warnings.append(
                "uvw of baselines are not differences of antennas by up to \(Float(solution.worst)) m; each row's own are used"
            )
        }
        let stated = try items.text("vis_units") ?? "uncalib"
        let unit = stated.lowercased() == "jy" ? "Jy" : "uncalib"
        if unit != "Jy", stated.lowercased() != "uncalib" {
            warnings.append("visibilities in '\(stated)' are taken as uncalibrated")
        }
        var contents = ObservationContents(
            telescope: try items.text("telescope_name") ?? "", antennas: antennas, baselines: rows.baselines,
            polarisations: polarisations.products, spectralWindows: spectrum.windows, targets: targets,
            scans: UVH5Scans.scans(rows, target: target), times: rows.times,
            intervals: rows.intervals, integrationTime: interval, antennaUVW: solution.uvw,
            visibilityUnit: unit, observer: try items.text("observer") ?? "", nominalWeight: nominalWeight,
            channelsPerChunk: channelsPerChunk)
        contents.missingPlanes = missingPlanes(rows, polarisations)
        return contents
    }

    /// Planes that no row of the file holds: where a file lacks the partner of XY, YX, RL or LR.
    private static func missingPlanes(_ rows: UVH5Rows, _ polarisations: UVH5Polarisations) -> Set<Int> {
        let products = polarisations.products.count
        let isWhole = !polarisations.forward.contains(nil) && !polarisations.reversed.contains(nil)
        if isWhole { return [] }
        var missing: Set<Int> = []
        for baseline in rows.baselines.indices {
            let present = rows.times.indices.compactMap { rows.row(dump: $0, baseline: baseline)?.isReversed }
            for product in 0..<products {
                let isHeld = present.contains {
                    ($0 ? polarisations.reversed : polarisations.forward)[product] != nil
                }
                if !isHeld { missing.insert(baseline * products + product) }
            }
        }
        return missing
    }
}
