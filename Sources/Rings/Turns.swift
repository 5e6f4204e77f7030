import Synchronization

/// Lets the tasks of a group go one after another: number 0, 1, 2, ...
///
/// Up to `width` tasks take part, each with its own residue, so that a number waits in the seat `number % width`.
final class Turns: Sendable {
    private struct State: @unchecked Sendable {
        var turn = 0
        var closed = false
        var waiting: [UnsafeContinuation<Bool, Never>?]
    }

    private let width: Int
    private let state: Mutex<State>

    init(_ width: Int) {
        self.width = width
        state = Mutex(State(waiting: Array(repeating: nil, count: width)))
    }

    /// Waits for the turn of a number; false if it will never come.
    func begin(_ number: Int) async -> Bool {
        await withUnsafeContinuation { continuation in
            let answer = state.withLock { state -> Bool? in
                if state.closed { return false }
                if state.turn == number { return true }
                state.waiting[number % width] = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Hands the turn of a number to the next one.
    func end(_ number: Int) {
        let next = state.withLock { state in
            state.turn = number + 1
            return state.waiting[state.turn % width].take()
        }
        next?.resume(returning: true)
    }

    /// Nobody gets a turn any more.
    func close() {
        let waiting = state.withLock { state in
            defer { state.waiting = Array(repeating: nil, count: width) }
            state.closed = true
            return state.waiting
        }
        for continuation in waiting { continuation?.resume(returning: false) }
    }
}
