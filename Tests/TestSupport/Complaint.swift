/// The one-line error that a body throws, empty if it throws none.
public func complaint(_ body: () throws -> some Any) -> String {
    do {
        _ = try body()
        return ""
    } catch {
        return "\(error)"
    }
}
