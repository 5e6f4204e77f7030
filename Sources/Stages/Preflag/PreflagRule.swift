import Visibilities

/// The rules of `preflag`, in the order in which they are applied; a sample counts for the first that flags it.
enum PreflagRule: String, CaseIterable, Sendable {
    case bandEdges = "band edges"
    case channels
    case frequencies
    case autocorrelations
    case antennas
    case baselines
    case scans
    case times
    case siderealTimes = "lst"
    case quack
    case elevation
    case shadow
    case uvRange = "uv range"
    case deadAntennas = "dead antennas"
    case amplitude

    /// The bit that it sets.
    var reason: FlagReasons {
        switch self {
        case .bandEdges, .channels, .frequencies: .staticMask
        case .autocorrelations, .antennas, .baselines, .scans, .times, .siderealTimes, .quack, .elevation,
            .shadow, .uvRange:
            .cam
        case .deadAntennas: .dataLost
        case .amplitude: .postProcessing
        }
    }

    /// Whether it goes by what the user named, so that finding nothing is worth a word.
    var isNamed: Bool {
        switch self {
        case .channels, .frequencies, .autocorrelations, .antennas, .baselines, .scans, .times,
            .siderealTimes:
            true
        case .bandEdges, .quack, .elevation, .shadow, .uvRange, .deadAntennas, .amplitude: false
        }
    }
}
