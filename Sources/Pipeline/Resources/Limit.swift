/// A number that limits a run, and where it comes from.
public struct Limit: Sendable, Hashable, Codable {
    /// The number: threads, or bytes.
    public var value: Int
    /// Where it comes from, such as `--threads` or `cgroup limit`.
    public var origin: String

    /// A limit.
    public init(_ value: Int, origin: String) {
        self.value = value
        self.origin = origin
    }
}
