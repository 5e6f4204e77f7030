import Foundation

/// Centre frequencies of evenly spaced channels.
public struct BandAxis: Sendable, Hashable {
    /// Of the first channel, Hz.
    public let first: Double
    /// From one channel to the next, Hz; negative where the band is reversed.
    public let step: Double

    /// An axis; any finite numbers will do.
    public init(first: Double, step: Double) {
        self.first = first.isFinite ? first : 0
        self.step = step.isFinite ? step : 0
    }
}

/// The fringes of an emitter that stands on the ground: the delay tracking of the field turns it by exp(-2πi ν w/c), w being the baseline's
/// component towards the phase centre.
///
/// A marked island over planes of [row][padded channel].
struct EmitterFringes {
    /// Real and imaginary part of exp(2πi ν w/c), which takes the fringes off.
    let cosines: Plane
    let sines: Plane

    /// The fringes of some dumps.
    ///
    /// - Parameter delays: w/c of each dump less that of the scan's first, seconds.
    init(delays: [Double], axis: BandAxis, stride: Int) {
        cosines = Plane(rows: delays.count, stride: stride, cleared: false)
        sines = Plane(rows: delays.count, stride: stride, cleared: false)
        for (row, delay) in delays.enumerated() {
            let step = Phasor(delay * axis.step)
            let vector = Phasor(delay * Double(Plane.lanes) * axis.step)
            var phasor = Phasor(delay * axis.first)
            var (real, imaginary) = (Plane.Lanes(), Plane.Lanes())
            for lane in 0..<Plane.lanes {
                (real[lane], imaginary[lane]) = (Float(phasor.cosine), Float(phasor.sine))
                phasor.turn(by: step)
            }
            let (c, s) = (Float(vector.cosine), Float(vector.sine))
            for channel in Swift.stride(from: 0, to: stride, by: Plane.lanes) {
                cosines.samples.setLanes(row * stride + channel, real)
                sines.samples.setLanes(row * stride + channel, imaginary)
                (real, imaginary) = (real * c - imaginary * s, real * s + imaginary * c)
            }
        }
    }
}

/// exp(2πi t).
private struct Phasor {
    private(set) var cosine: Double
    private(set) var sine: Double

    /// The phasor of some turns; nothing for what is no number: such a dump adds nothing to any sum.
    init(_ turns: Double) {
        let angle = 2 * .pi * (turns - turns.rounded())
        (cosine, sine) = turns.isFinite ? (cos(angle), sin(angle)) : (0, 0)
    }

    mutating func turn(by other: Phasor) {
        (cosine, sine) = (
            cosine * other.cosine - sine * other.sine, cosine * other.sine + sine * other.cosine
        )
    }
}
