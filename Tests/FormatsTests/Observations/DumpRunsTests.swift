import Testing

@testable import Formats

@Suite("Runs of dumps")
struct DumpRunsTests {
    @Test("up to 4 missing dumps are filled, more split a scan")
    func gaps() {
        let eights = [Double](repeating: 8, count: 7)
        let times: [Double] = [0, 8, 32, 40, 88, 96.1, 96.2]
        let runs = DumpRuns.runs(dumps: Array(0..<7), times: times, intervals: eights)
        #expect(runs.map(\.rows) == [[0, 1, nil, nil, 2, 3], [4, 5, 6]])
        #expect(runs[0].times == [0, 8, 16, 24, 32, 40])
        let selected = DumpRuns.runs(dumps: [0, 1, 3], times: [0, 8, 16, 24], intervals: eights)
        #expect(selected.map(\.rows) == [[0, 1], [3]])
        let back = DumpRuns.runs(dumps: [0, 1], times: [100, 0], intervals: eights)
        #expect(back.map(\.rows) == [[0], [1]])
        #expect(DumpRuns.runs(dumps: [], times: times, intervals: eights).isEmpty)
    }

    @Test("dumps of other lengths follow each other without a gap")
    func lengths() {
        let times: [Double] = [1, 3, 5, 11, 21, 31, 51]
        let intervals: [Double] = [2, 2, 2, 10, 10, 10, 10]
        let runs = DumpRuns.runs(dumps: Array(0..<7), times: times, intervals: intervals)
        #expect(runs.map(\.rows) == [[0, 1, 2, 3, 4, 5, nil, 6]])
        #expect(runs[0].times[6] == 41 && runs[0].intervals == [2, 2, 2, 10, 10, 10, 10, 10])
    }
}
