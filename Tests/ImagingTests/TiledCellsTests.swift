import Testing

@testable import Imaging

@Suite("Cells that are kept by tiles")
struct TiledCellsTests {
    @Test("hold what an array holds, in whatever order it comes, and go through it in one order")
    func plain() {
        let touched = [700, 3, 131, 64, 3, 699, 1023, 640, 700]
        var array = [Double](repeating: 0, count: 1024)
        var (cells, backwards) = (TiledCells<Double>(1024, of: 0), TiledCells<Double>(1024, of: 0))
        for (number, cell) in touched.enumerated() {
            array[cell] += Double(number + 1)
            cells[cell] += Double(number + 1)
        }
        for (number, cell) in touched.enumerated().reversed() { backwards[cell] += Double(number + 1) }
        #expect(array.indices.allSatisfy { cells[$0] == array[$0] && backwards[$0] == array[$0] })
        #expect(cells.elementsEqual(backwards))
        let tiles = Set(touched.map { $0 / 64 }).sorted()
        #expect(cells.elementsEqual(tiles.flatMap { array[64 * $0..<64 * $0 + 64] }))
    }

    @Test("have one value wherever there is nothing, after they were turned into others too")
    func elsewhere() {
        var cells = TiledCells<Double>(256, of: 2)
        cells[130] = 7
        let halves = cells.map { Float($0 / 2) }
        #expect((0..<256).allSatisfy { halves[$0] == ($0 == 130 ? 3.5 : 1) })
        #expect(Array(TiledCells<Float>(256, of: 2)).isEmpty)
    }
}
