import Synchronization
import Visibilities

/// Hands a window's blocks from the task that read them to the one that sends them. As the task's result they would
/// have a second holder for as long as the ended task lives on.
final class Shelf: Sendable {
    private let blocks = Mutex<[VisibilityBlock]>([])

    func put(_ read: [VisibilityBlock]) { blocks.withLock { $0 = read } }

    func take() -> [VisibilityBlock] {
        blocks.withLock { blocks in
            defer { blocks = [] }
            return blocks
        }
    }
}
