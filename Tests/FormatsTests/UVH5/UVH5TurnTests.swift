import TestSupport
import Testing
import Visibilities

@testable import Formats

/// Samples of some rows as a file holds them, with every sort of odd value, and how each has to come out.
private struct OddRows {
    let rows, channels, products: Int
    var visibilities: [UInt64] = []
    var flags: [UInt8] = []
    var samples: [Float] = []
    let factors: [Float]

    init(rows: Int, channels: Int, products: Int, seed: UInt64) {
        (self.rows, self.channels, self.products) = (rows, channels, products)
        var random = Seeded(seed)
        let odd: [Float] = [
            0, -0.0, .nan, -.nan, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
        ]
        func part() -> UInt32 {
            let value = Float.random(in: -10...10, using: &random)
            return (Int.random(in: 0..<8, using: &random) == 0 ? odd.randomElement(using: &random) : value)?
                .bitPattern ?? 0
        }
        let counts: [Float] = [
            1, 2, 0.25, 1e30, 0, -0.0, -1, -.leastNonzeroMagnitude, .leastNonzeroMagnitude, .nan, -.nan,
            .infinity, -.infinity,
        ]
        for _ in 0..<rows * channels * products {
            visibilities.append(UInt64(part()) << 32 | UInt64(part()))
            flags.append([0, 0, 0, 1, 2, 128, 255].randomElement(using: &random) ?? 0)
            samples.append(counts.randomElement(using: &random) ?? 1)
        }
        factors = (0..<channels).map { _ in [1, 0.5, 1e10].randomElement(using: &random) ?? 1 }
    }

    /// Calls a body with the piece that some of the channels are.
    func withPiece<Result>(_ cut: Range<Int>, _ body: (UVH5Piece) -> Result) -> Result {
        visibilities.withUnsafeBytes { visibilities in
            flags.withUnsafeBytes { flags in
                samples.withUnsafeBytes { samples in
                    func part(_ bytes: UnsafeRawBufferPointer, _ size: Int) -> UVH5Piece.Part {
                        UVH5Piece.Part(
                            start: UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped)
                                + cut.lowerBound * products * size, rowStride: channels * products * size)
                    }
                    return body(
                        UVH5Piece(
                            rows: rows, channels: cut.count, products: products,
                            visibilities: part(visibilities, 8), flags: part(flags, 1),
                            samples: part(samples, 4)))
                }
            }
        }
    }

    /// What a sample becomes: value, weight, flags.
    func expected(_ row: Int, _ channel: Int, _ product: Int, sign: UInt64) -> (UInt64, Float, UInt8) {
        let place = (row * channels + channel) * products + product
        let value = visibilities[place]
        let (real, imaginary) = (
            Float(bitPattern: UInt32(truncatingIfNeeded: value)), Float(bitPattern: UInt32(value >> 32))
        )
        let isBad = !real.isFinite || !imaginary.isFinite || real == 0 && imaginary == 0
        let weight = samples[place] * factors[channel]
        let isLost = isBad || !(samples[place] >= 0) || !weight.isFinite
        var reasons: FlagReasons = flags[place] == 0 ? [] : .unspecified
        if isLost { reasons.insert(.dataLost) }
        return (isBad ? 0 : value ^ sign, isLost ? 0 : weight, reasons.rawValue)
    }
}

/// A plane of one row, with one sample more on each side.
private final class PaddedPlane {
    let values: UnsafeMutableBufferPointer<UInt64>
    let weights: UnsafeMutableBufferPointer<Float>
    let flags: UnsafeMutableBufferPointer<UInt8>

    init(channels: Int) {
        values = .allocate(capacity: channels + 2)
        weights = .allocate(capacity: channels + 2)
        flags = .allocate(capacity: channels + 2)
        values.initialize(repeating: 7)
        weights.initialize(repeating: 7)
        flags.initialize(repeating: 7)
    }

    deinit {
        values.deallocate()
        weights.deallocate()
        flags.deallocate()
    }

    var row: UVH5PlaneRow {
        UVH5PlaneRow(
            visibilities: values.baseAddress.unsafelyUnwrapped,
            weights: weights.baseAddress.unsafelyUnwrapped,
            flags: flags.baseAddress.unsafelyUnwrapped)
    }

    func isUntouched(_ places: [Int]) -> Bool {
        places.allSatisfy { values[$0] == 7 && weights[$0] == 7 && flags[$0] == 7 }
    }
}

@Suite("Samples of UVH5 rows become planes") struct UVH5TurnTests {
    @Test(
        "whatever the values, by the rules of the slow way",
        arguments: [1, 2, 3, 4, 12], [1, 7, 8, 9, 17, 40])
    func turns(products: Int, channels: Int) {
        let odd = OddRows(
            rows: 3, channels: channels, products: products, seed: UInt64(100 * products + channels))
        let kernel = UVH5Turn(channels: channels, products: products)
        for sign: UInt64 in [0, 1 << 63] {
            for row in 0..<odd.rows {
                let planes = (0..<products).map { _ in PaddedPlane(channels: channels) }
                let unwanted = products == 4 ? 2 : -1
                let rows = planes.enumerated().map { $0 == unwanted ? nil : $1.row }
                odd.withPiece(0..<channels) { piece in
                    odd.factors.withUnsafeBufferPointer { factors in
                        rows.withUnsafeBufferPointer { rows in
                            kernel.turn(
                                UVH5RowStart(piece, row: row), sign: sign,
                                factors: factors.baseAddress.unsafelyUnwrapped,
                                to: rows.baseAddress.unsafelyUnwrapped, offset: 1)
                        }
                    }
                }
                for product in 0..<products {
                    let found = planes[product]
                    let isUnwanted = product == unwanted
                    for channel in 0..<channels where !isUnwanted {
                        let (value, weight, flag) = odd.expected(row, channel, product, sign: sign)
                        #expect(found.values[channel + 1] == value)
                        #expect(found.weights[channel + 1] == weight)
                        #expect(found.flags[channel + 1] == flag)
                    }
                    // Nothing beside its own channels is touched.
                    let beside = isUnwanted ? Array(0..<channels + 2) : [0, channels + 1]
                    #expect(found.isUntouched(beside))
                }
            }
        }
    }

    @Test("and their checksum is the same however they are cut", arguments: [1, 3, 4])
    func digest(products: Int) {
        let odd = OddRows(rows: 5, channels: 37, products: products, seed: 5)
        func sum(_ cuts: [Int], row: Int = 100) -> UInt64 {
            var digest = UVH5Digest()
            for (start, end) in zip(cuts, cuts.dropFirst()) {
                odd.withPiece(start..<end) { piece in
                    digest.add(
                        piece, words: piece.visibilities, wordsPerSample: 1, row: row, channel: start)
                }
            }
            return digest.value
        }
        let whole = sum([0, 37])
        #expect(sum([0, 8, 16, 37]) == whole)
        #expect(sum([0, 1, 2, 12, 20, 36, 37]) == whole)
        // The row, and every channel, counts.
        #expect(sum([0, 37], row: 101) != whole)
        #expect(sum([0, 36]) != whole)
    }
}
