/// A plain value of Python, whichever way it was encoded.
indirect enum PythonValue: Sendable, Hashable {
    case none
    case truth(Bool)
    case integer(Int64)
    case real(Double)
    case complex(Double, Double)
    case text(String)
    case bytes([UInt8])
    case list([PythonValue])
    case map([String: PythonValue])
    /// An array of NumPy.
    case array(NumPyArray)

    /// The value as a number; text that spells one counts.
    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .text(let value): Double(value)
        case .list(let values): values.count == 1 ? values[0].number : nil
        default: nil
        }
    }

    /// The value as text.
    var string: String? {
        switch self {
        case .text(let value): value
        case .bytes(let value): String(decoding: value, as: UTF8.self)
        default: nil
        }
    }

    /// The value as a list of texts.
    var strings: [String]? {
        guard case .list(let values) = self else { return nil }
        let texts = values.compactMap(\.string)
        return texts.count == values.count ? texts : nil
    }

    /// The value as a list of pairs of texts.
    var pairs: [(String, String)]? {
        guard case .list(let values) = self else { return nil }
        let pairs = values.compactMap { value -> (String, String)? in
            guard let pair = value.strings, pair.count == 2 else { return nil }
            return (pair[0], pair[1])
        }
        return pairs.count == values.count ? pairs : nil
    }

    /// The value as a map from names.
    var map: [String: PythonValue]? {
        guard case .map(let values) = self else { return nil }
        return values
    }
}
