// An island of unsafe code: where the samples of rows go, pointers into blocks that their caller holds.

import Visibilities

/// Where the samples of one product of a row go: the first channel of a plane's row.
struct UVH5PlaneRow {
    let visibilities: UnsafeMutablePointer<UInt64>
    let weights: UnsafeMutablePointer<Float>
    let flags: UnsafeMutablePointer<UInt8>

    func advanced(by offset: Int) -> Self {
        Self(visibilities: visibilities + offset, weights: weights + offset, flags: flags + offset)
    }
}

extension UVH5PlaneRow {
    /// Turns channels round, for files whose frequencies descend.
    func reverse(_ channels: Int) {
        func reverse<T>(_ start: UnsafeMutablePointer<T>) {
            for index in 0..<channels / 2 { swap(&start[index], &start[channels - 1 - index]) }
        }
        reverse(visibilities)
        reverse(weights)
        reverse(flags)
    }

    /// Marks samples as lost: value and weight 0, the one reason `dataLost`.
    func lose(_ channels: Int) {
        visibilities.update(repeating: 0, count: channels)
        weights.update(repeating: 0, count: channels)
        flags.update(repeating: FlagReasons.dataLost.rawValue, count: channels)
    }
}

/// The planes of a request as rows of the file fill them: [baseline][product as stored].
struct UVH5Planes: @unchecked Sendable {
    /// The baselines with planes to fill, in order.
    let baselines: [Int]
    private let products: Int
    /// Where each stored product goes in rows whose antennas are in order, and in rows that have them the other way round.
    private let forward, reversed: [UVH5PlaneRow?]
    /// Planes of a baseline that no stored product fills, in either sort of rows.
    private let unfilled: (forward: [[UVH5PlaneRow]], reversed: [[UVH5PlaneRow]])
    /// Whether rows fill all planes of their baseline.
    var isWhole: Bool { unfilled.forward.isEmpty && unfilled.reversed.isEmpty }

    init(_ request: SampleRequest, _ polarisations: UVH5Polarisations, hasReversedRows: Bool) {
        let most = (request.planes.lazy.map(\.baseline).max() ?? -1) + 1
        var isWanted = [Bool](repeating: false, count: most)
        for plane in request.planes { isWanted[plane.baseline] = true }
        baselines = isWanted.indices.filter { isWanted[$0] }
        var place = [Int](repeating: 0, count: most)
        for (index, baseline) in baselines.enumerated() { place[baseline] = index }
        products = polarisations.stored.count
        let (products, count) = (products, baselines.count)
        func table(_ places: [Int?]) -> (filled: [UVH5PlaneRow?], unfilled: [[UVH5PlaneRow]]) {
            var filled = [UVH5PlaneRow?](repeating: nil, count: count * products)
            var unfilled = places.contains(nil) ? [[UVH5PlaneRow]](repeating: [], count: count) : []
            for plane in request.planes {
                let row = UVH5PlaneRow(
                    visibilities: plane.visibilities, weights: plane.weights, flags: plane.flags)
                if let product = places[plane.polarisation] {
                    filled[place[plane.baseline] * products + product] = row
                } else {
                    unfilled[place[plane.baseline]].append(row)
                }
            }
            return (filled, unfilled)
        }
        let inOrder = table(polarisations.forward)
        let turned = hasReversedRows ? table(polarisations.reversed) : (filled: [], unfilled: [])
        (forward, reversed) = (inOrder.filled, turned.filled)
        unfilled = (inOrder.unfilled, turned.unfilled)
    }

    /// Calls a body with the planes of a baseline, [product as stored], in one sort of rows.
    func withPlanes(of baseline: Int, isReversed: Bool, _ body: (UnsafePointer<UVH5PlaneRow?>) -> Void) {
        (isReversed ? reversed : forward).withUnsafeBufferPointer { planes in
            if let start = planes.baseAddress { body(start + baseline * products) }
        }
    }

    /// The planes of a baseline that rows of one sort fill.
    func filled(_ baseline: Int, isReversed: Bool) -> [UVH5PlaneRow] {
        (isReversed ? reversed : forward)[baseline * products..<(baseline + 1) * products].compactMap(\.self)
    }

    /// All planes of a baseline.
    func all(_ baseline: Int) -> [UVH5PlaneRow] {
        filled(baseline, isReversed: false) + unfilled(baseline, isReversed: false)
    }

    /// The planes of a baseline that rows of one sort do not fill.
    func unfilled(_ baseline: Int, isReversed: Bool) -> [UVH5PlaneRow] {
        let planes = isReversed ? unfilled.reversed : unfilled.forward
        return planes.isEmpty ? [] : planes[baseline]
    }
}
