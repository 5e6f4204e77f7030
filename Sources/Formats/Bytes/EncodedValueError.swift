/// Bytes that do not decode to a value.
struct EncodedValueError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
