/// What is observed when: a list of stretches of dumps.
public struct ScanPlan: Sendable, Hashable {
    /// What a stretch is for.
    public enum Role: String, Sendable, Hashable, CaseIterable {
        /// The target field.
        case target = "t"
        /// The bandpass calibrator.
        case bandpassCalibrator = "bp"
        /// The gain calibrator.
        case gainCalibrator = "g"
        /// Moving to the next field: time passes and the scan has a number, but it gives no data.
        case slew
    }

    /// A stretch of dumps.
    public struct Stretch: Sendable, Hashable {
        /// What it is for.
        public var role: Role
        /// How many dumps it lasts.
        public var dumps: Int
    }

    /// The stretches in order; a scan's number is its place here, slews counted.
    public var stretches: [Stretch]

    /// Dumps in all, slews counted.
    public var dumps: Int { stretches.reduce(0) { $0 + $1.dumps } }

    /// Reads a plan such as `slew*1 bp*6 slew*1 t*60`.
    ///
    /// - Throws: `SimulationError` naming the word that makes no sense, or if nothing is observed.
    public init(_ text: String) throws(SimulationError) {
        stretches = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            let parts = word.split(separator: "*", omittingEmptySubsequences: false)
            guard parts.count == 2, let role = Role(rawValue: String(parts[0])), let dumps = Int(parts[1]),
                (1...1_000_000).contains(dumps)
            else {
                throw SimulationError(
                    "not a scan", place: "plan: '\(word)'",
                    remedy:
                        "write ROLE*DUMPS with ROLE t, bp, g or slew and at most 1000000 DUMPS, such as 'slew*1 t*60'"
                )
            }
            stretches.append(Stretch(role: role, dumps: dumps))
        }
        guard stretches.contains(where: { $0.role != .slew }), dumps <= 10_000_000 else {
            throw SimulationError(
                "a plan that observes nothing, or over 10 million dumps", place: "plan: '\(text)'",
                remedy: "write one such as 'slew*1 t*60'")
        }
    }
}
