/// A window of a sub-band of a scan.
public struct WindowPlace: Sendable, Hashable {
    /// Index in the schedule.
    public let scheduleIndex: Int
    /// Index of the sub-band.
    public let subband: Int
    /// Window of the scan.
    public let window: Int
}

extension ObservationCut {
    /// All windows of the scheduled stream, in its order.
    public var windowPlaces: [WindowPlace] {
        observation.schedule.enumerated().flatMap { index, scan in
            let windows = windows(dumps: scan.times.count).indices
            func place(_ subband: Int, _ window: Int) -> WindowPlace {
                WindowPlace(scheduleIndex: index, subband: subband, window: window)
            }
            switch order {
            case .subbandFirst:
                return subbands.indices.flatMap { subband in windows.map { place(subband, $0) } }
            case .timeFirst:
                return windows.flatMap { window in subbands.indices.map { place($0, window) } }
            }
        }
    }
}
