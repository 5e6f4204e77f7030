/// Values of the cells of `DensityAxes`, kept only for tiles in which there is something: the tracks of an array cover a part of
/// the uv plane, and memory that nothing is written to costs nothing.
struct TiledCells<Value: Sendable>: Sendable {
    /// Cells of a tile.
    static var tile: Int { 64 }

    /// Where the values of each tile stand, counted in tiles; -1 where it has none.
    private var places: [Int32]
    /// [place][v][u].
    private var values: [Value] = []
    /// The value of all cells of tiles that have none.
    private let elsewhere: Value

    /// Cells of one value.
    ///
    /// - Parameter count: of all cells, whole tiles.
    init(_ count: Int, of elsewhere: Value) {
        precondition(count % Self.tile == 0, "cells come in whole tiles")
        places = [Int32](repeating: -1, count: count / Self.tile)
        self.elsewhere = elsewhere
        // Nothing moves while its one owner adds tiles; pages are the system's until they are written to.
        values.reserveCapacity(count)
    }

    private init(_ places: [Int32], _ values: [Value], elsewhere: Value) {
        (self.places, self.values, self.elsewhere) = (places, values, elsewhere)
    }

    /// Most bytes of so many cells.
    static func bytes(_ count: Int) -> Int {
        count * MemoryLayout<Value>.stride + count / tile * MemoryLayout<Int32>.stride
    }

    /// The value of a cell; a change of it makes room for its tile.
    subscript(cell: Int) -> Value {
        @inline(__always) get {
            let place = Int(places[cell / Self.tile])
            return place < 0 ? elsewhere : values[place * Self.tile + cell % Self.tile]
        }
        @inline(__always) set {
            var place = Int(places[cell / Self.tile])
            if place < 0 { place = addTile(cell / Self.tile) }
            values[place * Self.tile + cell % Self.tile] = newValue
        }
    }

    @inline(never) private mutating func addTile(_ number: Int) -> Int {
        let place = values.count / Self.tile
        places[number] = Int32(place)
        values.append(contentsOf: repeatElement(elsewhere, count: Self.tile))
        return place
    }

    /// Cells of other values in the same tiles.
    func map<Other>(_ transform: (Value) -> Other) -> TiledCells<Other> {
        TiledCells<Other>(places, values.map(transform), elsewhere: transform(elsewhere))
    }
}

/// The values of all tiles that have some, in the order of tiles, whatever that of their first changes.
extension TiledCells: Sequence {
    func makeIterator() -> some IteratorProtocol<Value> {
        places.lazy.filter { $0 >= 0 }.flatMap { place in
            values[Int(place) * Self.tile..<(Int(place) + 1) * Self.tile]
        }.makeIterator()
    }
}

extension TiledCells<Double> {
    /// Adds 1 to cells, of which negative ones are none.
    ///
    /// - Returns: how many were counted.
    mutating func addOnes(to cells: ArraySlice<Int64>) -> Int {
        let cells = cells.span
        var (next, counted) = (0, 0)
        while next < cells.count {
            next = Self.addOnes(to: cells, from: next, &counted, in: places, of: &values)
            if next < cells.count { _ = addTile(Int(cells[next]) / Self.tile) }
        }
        return counted
    }

    /// Goes on until a cell is in no tile, and returns its place.
    private static func addOnes(
        to cells: Span<Int64>, from first: Int, _ counted: inout Int, in places: [Int32],
        of values: inout [Value]
    ) -> Int {
        // Spans: whether the values have one owner is looked at once, and not for each sample of an observation.
        let places = places.span
        var values = values.mutableSpan
        var start = first
        while start < cells.count {
            var end = start + 1
            // Added at once: sums of one cell would wait for each other.
            while end < cells.count, cells[end] == cells[start] { end += 1 }
            if cells[start] >= 0 {
                let cell = Int(cells[start])
                let place = Int(places[cell / tile])
                guard place >= 0 else { return start }
                values[place * tile + cell % tile] += Double(end - start)
                counted += end - start
            }
            start = end
        }
        return cells.count
    }
}
