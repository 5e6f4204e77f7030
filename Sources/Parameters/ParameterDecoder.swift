/// Hands the parameters that were read to the initializer that the compiler wrote for the struct.
struct ParameterDecoder: Decoder {
    let parameters: [String: any AnyParameter]
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(ParameterContainer(parameters: parameters))
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw notAParameter("a list") }
    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        throw notAParameter("a single value")
    }
}

/// A decoder that holds one parameter.
private struct FieldDecoder: Decoder {
    let parameter: any AnyParameter
    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any] = [:]

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        throw notAParameter("a structure")
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw notAParameter("a list") }
    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        throw notAParameter("a single value")
    }
}

private struct ParameterContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let parameters: [String: any AnyParameter]
    let codingPath: [any CodingKey] = []

    var allKeys: [Key] { parameters.keys.compactMap(Key.init(stringValue:)) }
    func contains(_ key: Key) -> Bool { parameters[key.stringValue] != nil }
    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        guard let parameter = parameters[key.stringValue] else { throw notAParameter(key.stringValue) }
        return try T(from: FieldDecoder(parameter: parameter, codingPath: [key]))
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        throw notAParameter(key.stringValue)
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw notAParameter(key.stringValue)
    }
    func superDecoder() throws -> any Decoder { throw notAParameter("super") }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw notAParameter(key.stringValue) }
}

extension Parameter: Decodable {
    /// Takes the value that was read for it; parameters are read by `ParameterSet.init(values:stage:)` only.
    public init(from decoder: any Decoder) throws {
        guard let field = decoder as? FieldDecoder, let parameter = field.parameter as? Self else {
            throw notAParameter("a value of type \(Value.self)")
        }
        self = parameter
    }
}

private func notAParameter(_ what: String) -> ParameterError {
    ParameterError("\(what) is not a declared parameter", at: .program, mend: "every field is a @Parameter")
}
