/// The scans and targets of a file, from the sensors of its reference antenna.
enum MVFSchedule {
    /// Reads the sensors and splits the dumps.
    ///
    /// - Throws: `HDF5Error` when the reference antenna has no activity.
    static func read(
        _ attributes: MVFAttributes, reference: String, midTimes: [Double], interval: Double
    ) throws -> (targets: [MVFTarget], scans: [MVFScan]) {
        let antenna = try attributes.model.requireGroup(reference)
        guard let activity = try antenna.dataset("activity").flatMap({ try MVFSensor($0) }) else {
            throw antenna.place.child("activity").error("expected a sensor that tells slews from tracks")
        }
        guard let target = try antenna.dataset("target").flatMap({ try MVFSensor($0) }) else {
            throw antenna.place.child("target").error("expected a sensor that names the targets")
        }
        let observer = try MVFAttributes.components(of: attributes.model, class: "Observation").first
        let label = try observer?.dataset("label").flatMap { try MVFSensor($0) }
        let targetRule = DumpRule(initial: MVFScanFinder.untold) { MVFTarget($0).description }
        func events(_ sensor: MVFSensor, _ rule: DumpRule) -> [DumpEvent] {
            sensor.events(midTimes: midTimes, interval: interval, rule)
        }
        let found = MVFScanFinder.scans(
            states: events(activity, MVFScanFinder.activity),
            labels: label.map { events($0, DumpRule(initial: "", keepsRepeats: true)) } ?? [],
            targets: events(target, targetRule), dumps: midTimes.count)
        var targets: [MVFTarget] = []
        var scans: [MVFScan] = []
        for (number, scan) in found.enumerated() {
            let pointing = MVFTarget(scan.target)
            let index = targets.firstIndex(of: pointing) ?? targets.count
            if index == targets.count { targets.append(pointing) }
            let end = number + 1 < found.count ? found[number + 1].start : midTimes.count
            scans.append(
                MVFScan(
                    number: number, state: MVFScan.State(rawValue: scan.state) ?? .stop, target: index,
                    label: scan.label, dumps: scan.start..<end))
        }
        return (targets, scans)
    }
}
