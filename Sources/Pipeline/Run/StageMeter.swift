import Synchronization
import Visibilities

/// Live numbers of a stage that its links do not know: its life, and for fused stages what passes between them.
final class StageMeter: Sendable {
    struct Numbers: Sendable {
        var state = StageState.waiting
        var started: ContinuousClock.Instant?
        var ended: ContinuousClock.Instant?
        var blocksIn = 0
        var samplesIn = 0
        var bytesIn = 0
        var blocksOut = 0
        var samplesOut = 0
        var bytesOut = 0
        var busy = Duration.zero

        func seconds(at now: ContinuousClock.Instant) -> Double {
            started.map { ((ended ?? now) - $0).seconds } ?? 0
        }
    }

    private let state = Mutex(Numbers())

    var numbers: Numbers { state.withLock { $0 } }

    func start() {
        state.withLock { numbers in
            numbers.state = .running
            numbers.started = .now
        }
    }

    func end(_ end: StageEnd, stage: String) {
        state.withLock { numbers in
            numbers.ended = .now
            numbers.state =
                switch end {
                case .ended: .ended
                case .unread: .unread
                case .failed(let culprit, _) where culprit == stage: .failed
                case .cancelled, .failed: .cancelled
                }
        }
    }

    /// Counts a block that a pointwise stage has changed.
    func passed(
        samplesIn: Int, bytesIn: Int, left block: VisibilityBlock, busy: Duration
    ) {
        state.withLock { numbers in
            numbers.blocksIn += 1
            numbers.samplesIn += samplesIn
            numbers.bytesIn += bytesIn
            numbers.busy += busy
            guard !block.isEmpty else { return }
            numbers.blocksOut += 1
            numbers.samplesOut += block.sampleCount
            numbers.bytesOut += block.byteCount
        }
    }
}
