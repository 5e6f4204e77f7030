import Visibilities

/// Where the axes of one file lie in those of a joined observation.
struct JoinedMember: Sendable {
    /// A run of channels of a joined spectral window that the file holds.
    struct ChannelRun: Sendable, Hashable {
        /// The first of them in the joined window.
        let start: Int
        /// The file's spectral window.
        let spectralWindow: Int
        /// The file's channels.
        let channels: Range<Int>
    }

    /// A plane of a file.
    struct Plane: Sendable, Hashable {
        let baseline: Int
        let polarisation: Int
    }

    /// The file's dump for each joined dump; nil where it has none.
    var dumps: [Int?]
    /// For each joined spectral window, the runs of it that the file holds.
    var runs: [[ChannelRun]]
    /// The file's baseline for each joined baseline.
    var baselines: [Int?]
    /// The file's plane for each joined plane (baseline * polarisations + polarisation).
    var planes: [Plane?]
    /// What its relative weights are to count in; nil: in its own unit.
    var weightUnit: WeightUnit?

    /// A file of which nothing is laid out yet.
    init() { (dumps, runs, baselines, planes) = ([], [], [], []) }

    /// A file that is alone.
    init(whole contents: ObservationContents) {
        dumps = contents.times.indices.map { $0 }
        runs = contents.spectralWindows.enumerated().map { index, window in
            [ChannelRun(start: 0, spectralWindow: index, channels: window.frequencies.indices)]
        }
        baselines = contents.baselines.indices.map { $0 }
        planes = Self.planes(contents, baselines, contents.polarisations)
    }

    /// A file's planes in the order of joined baselines and polarisations.
    static func planes(
        _ file: ObservationContents, _ baselines: [Int?], _ polarisations: [Polarisation]
    ) -> [Plane?] {
        let own = polarisations.map { file.polarisations.firstIndex(of: $0) }
        return baselines.flatMap { baseline in
            own.map { polarisation in
                guard let baseline, let polarisation,
                    !file.missingPlanes.contains(baseline * file.polarisations.count + polarisation)
                else { return nil }
                return Plane(baseline: baseline, polarisation: polarisation)
            }
        }
    }
}
