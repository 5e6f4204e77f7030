import BenchmarkSupport
import Foundation
import Imaging
import Visibilities

/// Visibilities of a folder of raw arrays: `uvw.f8` [row][3] in metres, `freq.f8` in Hz, `vis.c8` and `wgt.f4`, [row][channel], of which the
/// weights are 0 where flagged.
struct ImagerCase: Sendable {
    let frequencies: [Double]
    let uvw: [UVW]
    let visibilities: [Complex64]
    let weights: [Float]

    init(folder: String) throws {
        frequencies = try Self.array(folder, "freq.f8")
        let coordinates: [Double] = try Self.array(folder, "uvw.f8")
        uvw = stride(from: 0, to: coordinates.count - 2, by: 3).map {
            UVW(coordinates[$0], coordinates[$0 + 1], coordinates[$0 + 2])
        }
        visibilities = try Self.array(folder, "vis.c8")
        weights = try Self.array(folder, "wgt.f4")
        let samples = uvw.count * frequencies.count
        guard visibilities.count == samples, weights.count == samples else {
            throw OptionError(
                "\(visibilities.count) visibilities and \(weights.count) weights", folder,
                "\(uvw.count) rows of \(frequencies.count) channels have \(samples)")
        }
    }

    /// Some of the channels.
    func channels(_ range: Range<Int>) -> ImagerCase {
        range == 0..<frequencies.count ? self : ImagerCase(self, channels: range)
    }

    private init(_ whole: ImagerCase, channels range: Range<Int>) {
        let channels = whole.frequencies.count
        frequencies = Array(whole.frequencies[range])
        uvw = whole.uvw
        visibilities = uvw.indices.flatMap {
            whole.visibilities[$0 * channels + range.lowerBound..<$0 * channels + range.upperBound]
        }
        weights = uvw.indices.flatMap {
            whole.weights[$0 * channels + range.lowerBound..<$0 * channels + range.upperBound]
        }
    }

    /// The rows, so many at a time, as they would come in a stream; in double precision as predictions are compared.
    func batches(rows: Int, _ precision: Precision = .single) -> [VisibilityBatch] {
        let channels = frequencies.count
        return stride(from: 0, to: uvw.count, by: rows).map { first in
            let range = first..<min(first + rows, uvw.count)
            let samples = range.lowerBound * channels..<range.upperBound * channels
            if precision == .double {
                return VisibilityBatch(
                    frequencies: frequencies, uvw: Array(uvw[range]),
                    doubles: visibilities[samples].map { SIMD2(Double($0.real), Double($0.imaginary)) },
                    weights: Array(weights[samples]))
            }
            // Memory of its own: an array of a whole slice shares it, and changing it would copy.
            return VisibilityBatch(
                frequencies: frequencies, uvw: Array(uvw[range]),
                visibilities: visibilities[samples].map(\.self), weights: weights[samples].map(\.self))
        }
    }

    private static func array<Number: BitwiseCopyable>(_ folder: String, _ name: String) throws -> [Number] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name), options: .alwaysMapped)
        return bytes.withUnsafeBytes { Array($0.bindMemory(to: Number.self)) }
    }
}

extension Data {
    /// The bytes of some numbers.
    init<Number: BitwiseCopyable>(numbers: [Number]) { self = numbers.withUnsafeBytes { Data($0) } }
}
