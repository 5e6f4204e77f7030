/// The type of an array's elements as NumPy spells it.
enum NumPyType: Sendable, Hashable {
    /// A number, a truth or a text, such as `<f8`.
    case plain(String)
    /// A record of named members, one after the other.
    case record([Member])

    /// A member of a record.
    struct Member: Sendable, Hashable {
        let name: String
        let type: String
    }

    /// Bytes of an element; nil for Python objects and what is not a type.
    var elementSize: Int? {
        switch self {
        case .plain(let name): return Self.size(of: name)
        case .record(let members):
            guard !members.isEmpty else { return nil }
            var sum = 0
            for member in members {
                guard let size = Self.size(of: member.type) else { return nil }
                sum += size
            }
            return sum
        }
    }

    /// As the header of a `.npy` file has it, a literal of Python.
    var literal: String {
        switch self {
        case .plain(let name): "'\(name)'"
        case .record(let members):
            "[" + members.map { "('\($0.name)', '\($0.type)')" }.joined(separator: ", ") + "]"
        }
    }

    /// The text that an element of kind `S` (bytes) or `U` (UCS-4) holds, without the zeros behind it; nil for others.
    static func text(kind: Character, _ bytes: some Collection<UInt8>) -> String? {
        switch kind {
        case "S": return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        case "U":
            let codes = Array(bytes)
            let scalars = stride(from: 0, to: codes.count - 3, by: 4).compactMap { start in
                Unicode.Scalar(codes[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
            }
            return String(String.UnicodeScalarView(scalars.prefix { $0 != "\0" }))
        default: return nil
        }
    }

    private static func size(of name: String) -> Int? {
        if name == "?" { return 1 }
        let plain = name.first.map { "<>|=".contains($0) } == true ? name.dropFirst() : Substring(name)
        guard let kind = plain.first, "biufcSUV".contains(kind), let number = Int(plain.dropFirst()),
            (0...1 << 20).contains(number)
        else { return nil }
        return kind == "U" ? 4 * number : number
    }
}
