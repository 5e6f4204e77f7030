@testable import Rings

/// Drives a link's state by events written as `o` (offer), `w` (park writer), `f` (finish), `x` (fail) and `t0`, `p0`, `l0`,
/// `c0` (take, park, leave, cancel of reader 0), and writes down what they lead to.
struct StateDriver {
    private(set) var state: LinkState
    /// Items moved out of their slots or dropped so far.
    private(set) var gone = 0
    private let now = ContinuousClock.now

    init(capacity: Int = 2, readers: Int) {
        state = LinkState(capacity: capacity)
        for _ in 0..<readers { _ = state.join() }
    }

    /// The events of a script such as `oot1w`.
    static func events(of script: String) -> [String] {
        script.reduce(into: []) { events, character in
            if character.isNumber {
                events[events.count - 1].append(character)
            } else {
                events.append("\(character)")
            }
        }
    }

    mutating func apply(_ event: String) -> String {
        let reader = event.last?.wholeNumberValue ?? 0
        switch event.first {
        case "o": return text(state.offer(bytes: 8, samples: 1))
        case "w": return state.parkWriter(at: now) ? "wait" : "go on"
        case "t": return text(state.take(reader))
        case "p": return state.parkReader(reader, at: now) ? "wait" : "go on"
        case "f": return text(state.finish())
        case "x": return text(state.fail(.failed(stage: "test", cause: LinkError.unread)))
        case "l": return text(state.leave(reader))
        default: return text(state.leave(reader, cancelled: true))
        }
    }

    private func text(_ offer: LinkState.Offer) -> String {
        switch offer {
        case .stored(let slot, let wake): "slot \(slot)" + text(wake)
        case .full: "full"
        case .refused(let error): text(error)
        }
    }

    private mutating func text(_ take: LinkState.Take) -> String {
        switch take {
        case .item(let slot, let last, let wakeWriter):
            if last { gone += 1 }
            return "slot \(slot)" + (last ? " last" : "") + text([], writer: wakeWriter)
        case .empty: return "empty"
        case .ended: return "ended"
        case .failed(let error): return text(error)
        }
    }

    private mutating func text(_ actions: LinkState.Actions) -> String {
        gone += actions.drop.count
        let drop = actions.drop.isEmpty ? "" : " drop \(actions.drop.count)"
        let text = drop + self.text(actions.wake, writer: actions.wakeWriter)
        return text.isEmpty ? "-" : String(text.dropFirst())
    }

    private func text(_ wake: ReaderSet, writer: Bool = false) -> String {
        var wake = wake
        var names = ""
        while let reader = wake.popFirst() { names += "\(reader)" }
        if writer { names += "w" }
        return names.isEmpty ? "" : " wake " + names
    }

    private func text(_ error: LinkError) -> String {
        switch error {
        case .cancelled: "cancelled"
        case .unread: "unread"
        case .failed: "failed"
        }
    }
}
