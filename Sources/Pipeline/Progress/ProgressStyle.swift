/// How progress is shown on standard error.
public enum ProgressStyle: String, Sendable, CaseIterable {
    /// Live lines on a terminal, plain lines elsewhere.
    case auto
    /// A plain line every few seconds.
    case plain
    /// Nothing.
    case none
}
