import Parameters
import Testing

@Suite("Did you mean")
struct SuggestionTests {
    @Test(
        "the nearest name is found, whatever its dashes and case",
        arguments: [
            ("windw", "window"), ("Window", "window"), ("wnidow", "window"),
            ("dilate_chanels", "dilate-channels"),
            ("subband", "sub-band"),
        ])
    func near(written: String, meant: String) {
        #expect(
            Suggestion.nearest(to: written, in: ["window", "halo", "dilate-channels", "sub-band"]) == meant)
    }

    @Test(
        "what is far from all is not guessed",
        arguments: ["", "x", "quantum", String(repeating: "w", count: 100_000)])
    func far(written: String) {
        #expect(Suggestion.nearest(to: written, in: ["window", "halo"]) == nil)
    }
}
