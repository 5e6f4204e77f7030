import Parameters
import Pipeline
import TestSupport
import Testing

@Suite("Pipeline files from mutated text")
struct PipelineFileFuzzTests {
    static let seeds = [
        quicklook,
        stages(
            "- read: {as: raw, input: [a, b]}", "- write:", "    from: raw", "    output: |", "      x",
            "  as: y"),
        "sluice: 1\ninputs:\n  a: {type: text, default: $(b)}\n  b: {type: number, default: 3}\nstages: [r, {s: {x: $(a),!3}}]\n",
    ]
    static let pieces = [
        "{", "}", "[", "]", ":", ": ", "- ", "\n", "\n  ", "\t", "\"", "'", "#", "|", ">", "&a", "*a", "!x",
        "? ", ",", "$(", ")",
        "%", "@", "`", "---\n", "...", "\u{301}", "\u{1F52D}", "\u{2028}", "\r", "\\", "<<: ", "as: ",
        "from: ", "\u{85}", "\u{FEFF}",
    ]

    @Test("whatever is read or refused, it is in one line and no trap", arguments: 0..<16)
    func mutations(seed: UInt64) throws {
        var generator = Seeded(seed)
        for _ in 0..<60 {
            var text = Array(try #require(Self.seeds.randomElement(using: &generator)))
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let at = Int.random(in: 0...text.count, using: &generator)
                let end = min(text.count, at + Int.random(in: 0...12, using: &generator))
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: text.removeSubrange(at..<end)
                case 1:
                    text.insert(
                        contentsOf: text[at..<end], at: Int.random(in: 0...text.count, using: &generator))
                case 2: text.removeSubrange((Int.random(in: 0..<8, using: &generator) == 0 ? at : end)...)
                default: text.insert(contentsOf: Self.pieces.randomElement(using: &generator) ?? "", at: at)
                }
            }
            let said = complaint { try bound(String(text), "observation=x") }
            #expect(!said.contains { $0.isNewline } && said.utf8.count < 1000)
        }
    }

    @Test("whatever bytes are read or refused, it is in one line and no trap", arguments: 0..<8)
    func bytes(seed: UInt64) {
        var generator = Seeded(seed &+ 77)
        for _ in 0..<40 {
            var bytes = Array(quicklook.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            let said = complaint {
                try PipelineFile(bytes: bytes, path: "f.yaml").bound(to: ["observation=x"])
            }
            #expect(!said.contains { $0.isNewline } && said.utf8.count < 1000)
        }
    }
}
