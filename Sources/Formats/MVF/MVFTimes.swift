/// The times of a file's dumps.
struct MVFTimes: Sendable {
    /// Mid times of the dumps, Unix seconds, without a last dump that only repeats the one before.
    let midTimes: [Double]
    /// How far they were moved because the sync time was older than one wrap of the sample counter, seconds.
    let shift: Double

    /// Bits of the correlator's counter of samples, which wraps.
    private static let counterBits = 48

    /// Reads the time stamps.
    ///
    /// Sync times older than one wrap of the sample counter are moved forward, wraps inside the observation undone.
    init(
        data: HDF5Group, dumps: Int, attributes: MVFAttributes, interval: Double, warnings: inout [String]
    ) throws {
        let dataset = try data.requireDataset("timestamps")
        guard dataset.shape == [dumps] else {
            throw dataset.place.error(
                "expected \(dumps) time stamps, one per dump, found shape \(dataset.shape)")
        }
        var times = try dataset.readAll(as: Double.self)
        guard times.allSatisfy(\.isFinite) else { throw dataset.place.error("expected finite time stamps") }
        let offset = try Self.offsetToMiddle(of: dataset, attributes)
        let scale = try attributes.requirePositive(
            "scale_factor_timestamp", try attributes.correlator("scale_factor_timestamp"))
        let sync = try attributes.requirePositive("sync_time", try attributes.correlator("sync_time"))
        let wrap = Double(1 << Self.counterBits) / scale
        var moved = 0.0
        if let start = try Self.sensorStart(
            attributes, longerThan: (times.last ?? 0) + interval - (times.first ?? 0))
        {
            let steps = ((start - sync) / wrap).rounded(.up) - 1
            if steps >= 1, steps.isFinite {
                moved = steps * wrap
                for index in times.indices {
                    times[index] = scale * (times[index] - sync) / scale + (sync + steps * wrap)
                }
                warnings.append(
                    "sync time moved forward by \(Int(clamping: Int64(exactly: steps) ?? .max)) wraps of the sample counter"
                )
            }
        }
        Self.undo(wrap, in: &times, warnings: &warnings)
        if times.count > 1, times[times.count - 1] == times[times.count - 2] { times.removeLast() }
        midTimes = times.map { $0 + offset }
        shift = moved
    }

    /// Moves times on where the counter began anew.
    private static func undo(_ wrap: Double, in times: inout [Double], warnings: inout [String]) {
        var unwrapped = 0.0
        for index in times.indices.dropFirst() {
            let step = times[index] + unwrapped - times[index - 1]
            if step < -0.5 * wrap {
                unwrapped += wrap
                warnings.append("wrap of the sample counter undone at dump \(index)")
            }
            times[index] += unwrapped
        }
    }

    /// 0 for time stamps that are centroids, half a correlator dump for those at the start.
    private static func offsetToMiddle(of dataset: HDF5Dataset, _ attributes: MVFAttributes) throws -> Double
    {
        if let reference = try dataset.text("timestamp_reference") {
            guard reference == "centroid" else {
                throw dataset.place.error(
                    "timestamp_reference '\(reference)' is not understood, expected 'centroid'")
            }
            return 0
        }
        let stored = try attributes.correlator.attribute("int_time").map(MVFAttributes.value)
        guard let length = try (stored ?? attributes.correlator("int_time"))?.number, length.isFinite,
            length > 0
        else {
            throw dataset.place.error(
                "time stamps of dump starts need the correlator's int_time, which is missing")
        }
        return 0.5 * length
    }

    /// First time of the first regularly sampled sensor that lasted longer than the data.
    private static func sensorStart(_ attributes: MVFAttributes, longerThan duration: Double) throws
        -> Double?
    {
        let regular = [
            "air_temperature", "air_relative_humidity", "air_pressure", "pos_actual_scan_azim",
            "pos_actual_scan_elev",
            "script_log",
        ]
        for name in attributes.model.names {
            guard let component = attributes.model.group(name) else { continue }
            for sensor in component.names where regular.contains(where: sensor.hasSuffix) {
                guard let dataset = try component.dataset(sensor), dataset.memberNames.contains("timestamp"),
                    let times = try dataset.values(ofMember: "timestamp").numbers, let first = times.first,
                    let last = times.last, last - first > duration
                else { continue }
                return first
            }
        }
        return nil
    }
}
