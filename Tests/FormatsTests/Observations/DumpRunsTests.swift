import Testing

@testable import Formats

@Suite("Runs of dumps")
struct DumpRunsTests {
    @Test("up to 4 missing dumps are filled, more split a scan")
    func gaps() {
        let times: [Double] = [0, 8, 32, 40, 88, 96.1, 96.2]
        let runs = DumpRuns.runs(dumps: Array(0..<7), times: times, interval: 8)
        #expect(runs.map(\.rows) == [[0, 1, nil, nil, 2, 3], [4, 5, 6]])
        #expect(runs[0].times == [0, 8, 16, 24, 32, 40])
        let selected = DumpRuns.runs(dumps: [0, 1, 3], times: [0, 8, 16, 24], interval: 8)
        #expect(selected.map(\.rows) == [[0, 1], [3]])
        let back = DumpRuns.runs(dumps: [0, 1], times: [100, 0], interval: 8)
        #expect(back.map(\.rows) == [[0], [1]])
        #expect(DumpRuns.runs(dumps: [], times: times, interval: 8).isEmpty)
    }
}
