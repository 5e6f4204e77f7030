import Testing

@testable import Formats

@Suite("Literals of Python") struct PythonLiteralTests {
    /// A text and the value that it spells.
    struct Sample: Sendable {
        let text: String
        let value: PythonValue

        init(_ text: String, _ value: PythonValue) {
            self.text = text
            self.value = value
        }
    }

    static let literals: [Sample] = [
        Sample("'m000,m001'", .text("m000,m001")),
        Sample("8.0", .real(8)),
        Sample("-3L", .integer(-3)),
        Sample("(1, 'a')", .list([.integer(1), .text("a")])),
        Sample("(2)", .integer(2)),
        Sample("(2,)", .list([.integer(2)])),
        Sample("u'\\xe9\\n'", .text("é\n")),
        Sample("{'k': [True, None]}", .map(["k": .list([.truth(true), PythonValue.none])])),
    ]

    @Test("reads Python literals", arguments: literals)
    func readsLiterals(_ sample: Sample) { #expect(PythonLiteral.parse(sample.text) == sample.value) }

    @Test(
        "texts that are not literals are not taken for one",
        arguments: ["l", "[1 2]", "'open", "{1", "import os"])
    func notLiterals(_ text: String) { #expect(PythonLiteral.parse(text) == nil) }
}
