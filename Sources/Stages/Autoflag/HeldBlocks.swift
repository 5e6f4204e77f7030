import Flagging
import Visibilities

/// Blocks whose dumps are not all decided yet, in stream order.
struct HeldBlocks {
    private var blocks: [VisibilityBlock?] = []
    private var first = 0

    /// Keeps a block at the end of the queue.
    mutating func append(_ block: consuming VisibilityBlock) {
        blocks.append(block)
    }

    /// The next block in order, if all its dumps are decided; nobody else holds it then.
    mutating func next(decided: (VisibilityBlock) -> Bool) -> VisibilityBlock? {
        guard first < blocks.count, let block = blocks[first], decided(block) else { return nil }
        blocks[first] = nil
        first += 1
        if first == blocks.count {
            blocks.removeAll(keepingCapacity: true)
            first = 0
        }
        return block
    }
}

/// How many windows wait for their margins at most.
struct HeldWindows {
    /// What flaggers are told.
    let settings: AutoflagSettings

    /// Windows held at once, the one that just came included, for the windows of the longest scan.
    func most(windows: [Range<Int>]) -> Int {
        guard let end = windows.last?.upperBound else { return 1 }
        var most = 1
        var oldest = 0
        for (number, window) in windows.enumerated() {
            most = max(most, number - oldest + 1)
            let decided = window.upperBound == end ? end : settings.decided(after: window.upperBound)
            while oldest < windows.count, windows[oldest].upperBound <= decided { oldest += 1 }
        }
        return most
    }
}
