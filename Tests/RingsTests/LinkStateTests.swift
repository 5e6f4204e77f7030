import Testing

@testable import Rings

@Suite("The state of a link")
struct LinkStateTests {
    /// One row a state of a link with two slots and two readers, made by a script of events; one column an event at its
    /// writer or at reader 0; in the cells what that event leads to.
    static let table = """
        made by     | offer          | park writer | take 0                    | park 0  | finish       | fail               | leave 0               | cancel 0
                    | slot 0         | go on       | empty                     | wait    | -            | -                  | -                     | -
        o           | slot 1         | go on       | slot 0                    | go on   | -            | drop 1             | -                     | -
        oo          | full           | wait        | slot 0                    | go on   | -            | drop 2             | -                     | -
        oow         | full           | wait        | slot 0                    | go on   | wake w       | drop 2 wake w      | -                     | -
        oot1        | full           | wait        | slot 0 last               | go on   | -            | drop 2             | drop 1                | drop 1
        oot1w       | full           | wait        | slot 0 last wake w        | go on   | wake w       | drop 2 wake w      | drop 1 wake w         | drop 1 wake w
        oot0t1o     | full           | wait        | slot 1                    | go on   | -            | drop 2             | -                     | -
        ot0         | slot 1         | go on       | empty                     | wait    | -            | drop 1             | -                     | -
        ot0t1       | slot 1         | go on       | empty                     | wait    | -            | -                  | -                     | -
        p0          | slot 0 wake 0  | go on       | empty                     | wait    | wake 0       | wake 0             | wake 0                | wake 0
        p0p1        | slot 0 wake 01 | go on       | empty                     | wait    | wake 01      | wake 01            | wake 0                | wake 0
        oot0t0p0    | full           | wait        | empty                     | wait    | wake 0       | drop 2 wake 0      | wake 0                | wake 0
        oot0t0p0w   | full           | wait        | empty                     | wait    | wake 0w      | drop 2 wake 0w     | wake 0                | wake 0
        of          | unread         | go on       | slot 0                    | go on   | -            | drop 1             | -                     | -
        oft0        | unread         | go on       | ended                     | go on   | -            | drop 1             | -                     | -
        oft0t0      | unread         | go on       | ended                     | go on   | -            | drop 1             | -                     | -
        f           | unread         | go on       | ended                     | go on   | -            | -                  | -                     | -
        ox          | failed         | go on       | failed                    | go on   | -            | -                  | -                     | -
        oxf         | failed         | go on       | failed                    | go on   | -            | -                  | -                     | -
        fx          | failed         | go on       | failed                    | go on   | -            | -                  | -                     | -
        ft0x        | failed         | go on       | ended                     | go on   | -            | -                  | -                     | -
        ol0         | slot 1         | go on       | ended                     | go on   | -            | drop 1             | -                     | -
        oc0         | slot 1         | go on       | cancelled                 | go on   | -            | drop 1             | -                     | -
        oc0x        | failed         | go on       | failed                    | go on   | -            | -                  | -                     | -
        ol1         | slot 1         | go on       | slot 0 last               | go on   | -            | drop 1             | drop 1                | drop 1
        ool1w       | full           | wait        | slot 0 last wake w        | go on   | wake w       | drop 2 wake w      | drop 2 wake w         | drop 2 wake w
        ol0l1       | unread         | go on       | ended                     | go on   | -            | -                  | -                     | -
        oc0c1       | unread         | go on       | cancelled                 | go on   | -            | -                  | -                     | -
        """

    @Test(
        "answers every event in every state as the table says",
        arguments: table.split(separator: "\n").dropFirst())
    func everyEvent(row: Substring) throws {
        let cells = row.split(separator: "|").map { $0.trimmingSpaces }
        let events = ["o", "w", "t0", "p0", "f", "x", "l0", "c0"]
        try #require(cells.count == events.count + 1)
        for (event, expected) in zip(events, cells.dropFirst()) {
            var driver = StateDriver(readers: 2)
            for made in StateDriver.events(of: cells[0]) { _ = driver.apply(made) }
            let outcome = driver.apply(event)
            #expect(outcome == expected, "\(event) after '\(cells[0])'")
        }
    }

    @Test("keeps the first failure")
    func firstFailure() {
        var state = LinkState(capacity: 1)
        _ = state.join()
        _ = state.fail(.unread)
        _ = state.fail(.cancelled)
        guard case .failed(.unread) = state.take(0) else {
            Issue.record("the reader got another failure than the first")
            return
        }
    }

    @Test("is unread when nobody has joined")
    func nobody() {
        var state = LinkState(capacity: 1)
        guard case .refused(.unread) = state.offer(bytes: 1, samples: 1) else {
            Issue.record("an element was stored for nobody")
            return
        }
    }

    @Test("counts time only between park and resume, and the present wait too")
    func waits() {
        var state = LinkState(capacity: 1)
        let reader = state.join()
        let start = ContinuousClock.now
        let parked = state.parkReader(reader, at: start)
        #expect(parked)
        #expect(state.readers[reader].wait.elapsed(at: start + .seconds(2)) == .seconds(2))
        state.readerResumed(reader, at: start + .seconds(3))
        #expect(state.readers[reader].wait.elapsed(at: start + .seconds(9)) == .seconds(3))
        #expect(state.writerWait.elapsed(at: start + .seconds(9)) == .zero)
    }
}

extension Substring {
    var trimmingSpaces: String {
        var text = self
        while text.last == " " { text.removeLast() }
        while text.first == " " { text.removeFirst() }
        return String(text)
    }
}
