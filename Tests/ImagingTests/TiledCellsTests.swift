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

    @Test("ones are added as one by one, and cells that are none are left out")
    func ones() {
        let cells: [Int64] = [5, -1, 700, 700, 3, -1, 131, 131, 131, 700, 5]
        for range in [0..<11, 1..<10, 1..<2, 4..<4, 2..<4] {
            var (found, expected) = (TiledCells<Double>(1024, of: 0), TiledCells<Double>(1024, of: 0))
            let counted = found.addOnes(to: cells[range])
            for cell in cells[range] where cell >= 0 { expected[Int(cell)] += 1 }
            #expect(counted == cells[range].count { $0 >= 0 })
            #expect(Array(found) == Array(expected))
            #expect((0..<1024).allSatisfy { found[$0] == expected[$0] })
        }
    }

    @Test("where other cells have another value, ones are added to that")
    func onesElsewhere() {
        var cells = TiledCells<Double>(128, of: 2)
        #expect(cells.addOnes(to: [70, 70]) == 2)
        #expect(cells[70] == 4 && cells[71] == 2 && cells[0] == 2)
    }
}
