import Parameters
import Visibilities

/// Gathers the blocks of a stream window by window, for formats that write the tiles of a window together.
struct WindowCollector {
    /// The tiles of a window, in the order in which they came.
    struct Window {
        /// What holds for all of them.
        let context: BlockContext
        let blocks: [VisibilityBlock]
    }

    private let path: String
    private let tiles: Int
    private var held: [VisibilityBlock] = []
    private var blocksLeft: Int

    /// Readies a stream's windows, for the file at a path.
    init(_ cut: ObservationCut, path: String) {
        self.path = path
        tiles = cut.tiles.count
        blocksLeft = cut.blockCount
    }

    /// Takes the next block; the last tile of a window gives the window.
    ///
    /// - Throws: `HDF5Error` (machine) when the tiles are not of one window.
    mutating func take(_ block: consuming VisibilityBlock) throws -> Window? {
        let context = block.context
        held.append(block)
        guard held.count == tiles else { return nil }
        let blocks = held
        held = []
        blocksLeft -= blocks.count
        let isWhole = blocks.allSatisfy { block in
            let own = block.context
            return own.scheduleIndex == context.scheduleIndex && own.subband == context.subband
                && own.dumps == context.dumps
        }
        guard isWhole else { throw HDF5Error(.machine, "blocks came out of order", file: path) }
        return Window(context: context, blocks: blocks)
    }

    /// Ends the stream.
    ///
    /// - Throws: `HDF5Error` (machine) when blocks of it are missing.
    func finish() throws {
        guard blocksLeft == 0, held.isEmpty else {
            throw HDF5Error(
                .machine, "\(blocksLeft + held.count) blocks of the stream never came", file: path)
        }
    }
}
