import Flagging
import Foundation
import TestSupport
import Testing
import Visibilities

/// Visibilities of one baseline with a line, a burst and a block above the noise.
struct GenericScan {
    let times: Int
    let channels: Int
    let polarisations: Int
    var visibilities: [Complex64]
    var flags: [UInt8]

    init(seed: UInt64, times: Int, channels: Int, polarisations: Int = 2, lost: Double = 0) {
        var random = Seeded(seed)
        (self.times, self.channels, self.polarisations) = (times, channels, polarisations)
        visibilities = []
        let (line, burst) = (
            Int.random(in: 0..<channels, using: &random), Int.random(in: 0..<times, using: &random)
        )
        for polarisation in 0..<polarisations {
            for time in 0..<times {
                for channel in 0..<channels {
                    let level: Double = channel == line ? 9 : time == burst ? 7 : 0
                    let sky = 4 + 0.01 * Double(time) + 0.5 * Double(polarisation)
                    visibilities.append(
                        Complex64(
                            Float(sky + level + random.normal()), Float(random.normal())))
                }
            }
        }
        flags = visibilities.map { _ in Double.random(in: 0..<1, using: &random) < lost ? 1 : 0 }
    }

    /// What the strategy finds, [time][channel]; dumps come in pieces.
    func found(hop: Int = 4096, margin: Int = 0, threshold: Double = 1, pieces: Int = .max) throws -> [UInt8]
    {
        var settings = AutoflagSettings(threshold: threshold, hop: hop, margin: margin)
        settings.strategy = .aoflaggerGeneric
        let flagger = try settings.flagger(polarisations: polarisations, channels: channels)
        var found: [UInt8] = []
        for start in stride(from: 0, to: times, by: min(pieces, times)) {
            let dumps = start..<min(start + min(pieces, times), times)
            func piece<T>(_ all: [T]) -> [T] {
                (0..<polarisations).flatMap { pol in
                    all[
                        (pol * times + dumps.lowerBound) * channels..<(pol * times + dumps.upperBound)
                            * channels]
                }
            }
            let (samples, bits) = (piece(visibilities), piece(flags))
            try flagger.push(
                SamplePiece(samples.span, flags: bits.span), below: SamplePiece(), above: SamplePiece(),
                dumps: dumps.count, delays: [], endsScan: dumps.upperBound == times)
            while let hop = flagger.next() { found += hop.found }
        }
        return found
    }
}

@Suite("AOFlagger's generic strategy")
struct GenericFlaggerTests {
    @Test(
        "does not depend on the pieces in which dumps come, nor on who flagged before", arguments: [1, 64])
    func pieces(pieces: Int) throws {
        let scan = GenericScan(seed: 1, times: 110, channels: 21)
        let expected = try scan.found(hop: 32, margin: 16)
        _ = try GenericScan(seed: 2, times: 64, channels: 21).found(hop: 32, margin: 16)
        #expect(try scan.found(hop: 32, margin: 16, pieces: pieces) == expected)
        #expect(expected.count == 110 * 21)
        #expect(expected.contains(1) && expected.contains(0))
    }

    @Test("is the whole scan's with a hop as long as it, or margins that see all of it")
    func wholeScan() throws {
        let scan = GenericScan(seed: 3, times: 60, channels: 50)
        let whole = try scan.found()
        #expect(try scan.found(hop: 60) == whole)
        #expect(try scan.found(hop: 20, margin: 60) == whole)
    }

    @Test(
        "agrees with plain loops in double precision",
        arguments: [(25, 33), (64, 5), (7, 3), (1, 20), (33, 1)], [0, 0.15])
    func plainLoops(shape: (Int, Int), lost: Double) throws {
        let (times, channels) = shape
        for seed in 10..<UInt64(11) {
            var scan = GenericScan(seed: seed, times: times, channels: channels, lost: lost)
            // A whole time step and channel are missing too.
            for pol in 0..<2 where lost > 0 && times > 3 && channels > 3 {
                for channel in 0..<channels { scan.flags[(pol * times + 2) * channels + channel] = 1 }
                for time in 0..<times { scan.flags[(pol * times + time) * channels + 1] = 1 }
            }
            let amplitudes = zip(scan.visibilities, scan.flags).map {
                $1 != 0 ? 0 : ($0.real * $0.real + $0.imaginary * $0.imaginary).squareRoot()
            }
            let size = times * channels
            let expected = SlowGenericReference(times: times, channels: channels)
                .mask((0..<2).map { Array(amplitudes[$0 * size..<($0 + 1) * size]) })
            let different = zip(try scan.found(), expected).filter { ($0 == 1) != $1 }.count
            #expect(500 * different <= size)
        }
    }

    @Test("a factor of two on all data changes nothing", arguments: [-40, -3, 4, 50])
    func powersOfTwo(exponent: Int) throws {
        var scan = GenericScan(seed: 4, times: 50, channels: 40)
        let expected = try scan.found()
        let factor = Float(sign: .plus, exponent: exponent, significand: 1)
        scan.visibilities = scan.visibilities.map {
            Complex64($0.real * factor, $0.imaginary * factor)
        }
        #expect(try scan.found() == expected)
    }

    @Test("missing samples are never flagged, whatever they hold")
    func missing() throws {
        var scan = GenericScan(seed: 5, times: 60, channels: 40, polarisations: 1, lost: 0.1)
        let expected = try scan.found()
        #expect(zip(expected, scan.flags).allSatisfy { $0 == 0 || $1 == 0 })
        for index in scan.flags.indices where scan.flags[index] != 0 {
            let value: Float = [.nan, .infinity, 0, 1e30][index % 4]
            scan.visibilities[index] = Complex64(value, 0)
        }
        #expect(try scan.found() == expected)
        // Without the flags, but for the values that say nothing by themselves.
        for index in scan.flags.indices where index % 4 != 3 { scan.flags[index] = 0 }
        #expect(try scan.found() == expected)
    }

    @Test("a lower threshold flags more")
    func threshold() throws {
        let scan = GenericScan(seed: 6, times: 80, channels: 60)
        let counts = try [0.5, 1, 4].map { try scan.found(threshold: $0).filter { $0 == 1 }.count }
        #expect(counts[0] > counts[1] && counts[1] >= counts[2])
    }

    @Test(
        "takes any shape", arguments: [(1, 1), (1, 40), (40, 1), (2, 3), (5, 17), (300, 2), (3, 300)])
    func shapes(times: Int, channels: Int) throws {
        for polarisations in [1, 4] {
            let scan = GenericScan(seed: 7, times: times, channels: channels, polarisations: polarisations)
            #expect(try scan.found().count == times * channels)
            var nothing = scan
            nothing.visibilities = scan.visibilities.map { _ in Complex64(0, 0) }
            #expect(try nothing.found().allSatisfy { $0 == 0 })
        }
    }

    @Test("says what is wrong with settings and shapes, and asks for no memory to find out")
    func badInput() throws {
        var settings = AutoflagSettings(hop: 4096, margin: 4096)
        settings.strategy = .aoflaggerGeneric
        try settings.check(polarisations: 8, channels: 1 << 24)
        #expect(throws: AutoflagError.self) { try settings.check(polarisations: 9, channels: 1) }
        #expect(throws: AutoflagError.self) { try settings.check(polarisations: 1, channels: 0) }
        settings.threshold = .nan
        #expect(throws: AutoflagError.self) { try settings.flagger(polarisations: 1, channels: 8) }
        settings = AutoflagSettings(hop: 8, margin: 0)
        settings.strategy = .aoflaggerGeneric
        let flagger = try settings.flagger(polarisations: 1, channels: 8)
        let (samples, flags) = (
            [Complex64](repeating: Complex64(1, 0), count: 7), [UInt8](repeating: 0, count: 7)
        )
        #expect(throws: AutoflagError.self) {
            try flagger.push(
                SamplePiece(samples.span, flags: flags.span), below: SamplePiece(), above: SamplePiece(),
                dumps: 1, delays: [], endsScan: true)
        }
    }
}
