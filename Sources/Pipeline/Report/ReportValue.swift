/// What a stage says in the report of one of the things that it made, by the names of its fields.
public typealias ReportEntry = [String: ReportValue]

/// A value that a stage puts into the report.
public enum ReportValue: Sendable, Hashable, Codable {
    /// A number of things.
    case count(Int)
    /// A measure; null in the file where it is not finite.
    case number(Double)
    /// Words.
    case text(String)

    /// A value of a file.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .number(.nan)
        } else if let count = try? container.decode(Int.self) {
            self = .count(count)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    /// The value itself.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .count(let count): try container.encode(count)
        case .number(let number) where number.isFinite: try container.encode(number)
        case .number: try container.encodeNil()
        case .text(let text): try container.encode(text)
        }
    }
}
