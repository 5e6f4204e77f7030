import Foundation
import TestSupport
import Testing
import Visibilities

@testable import Flagging

/// A scan of one baseline: noise, a slow fringe, and interference of several kinds.
struct TestScan {
    let polarisations: Int
    let times: Int
    let channels: Int
    var visibilities: [Complex64]
    var flags: [UInt8]

    init(_ polarisations: Int, _ times: Int, _ channels: Int, seed: UInt64 = 1, interference: Bool = true) {
        (self.polarisations, self.times, self.channels) = (polarisations, times, channels)
        var random = Seeded(seed)
        visibilities = (0..<polarisations * times * channels).map { _ in
            Complex64(Float(random.normal()) + 2, Float(random.normal()))
        }
        flags = Array(repeating: 0, count: visibilities.count)
        guard interference else { return }
        for time in 0..<times { add(30, time, channels / 3, &random) }
        for channel in 0..<channels { add(40, times / 2, channel, &random) }
        for _ in 0..<times * channels / 400 {
            add(
                200, Int.random(in: 0..<times, using: &random), Int.random(in: 0..<channels, using: &random),
                &random)
        }
    }

    private mutating func add(_ level: Float, _ time: Int, _ channel: Int, _ random: inout Seeded) {
        for pol in 0..<polarisations {
            let index = (pol * times + time) * channels + channel
            visibilities[index].real += level * Float(random.normal())
            visibilities[index].imaginary += level
        }
    }

    /// The part of the scan in some dumps, [polarisation][time][channel].
    func piece<T>(_ all: [T], _ dumps: Range<Int>) -> [T] {
        (0..<polarisations).flatMap { pol in
            all[(pol * times + dumps.lowerBound) * channels..<(pol * times + dumps.upperBound) * channels]
        }
    }

    /// The masks of all hops, from pieces of so many dumps.
    func flagged(_ settings: AutoflagSettings = AutoflagSettings(), pieces: Int = .max) throws -> [UInt8] {
        let flagger = try BaselineFlagger(settings, polarisations: polarisations, channels: channels)
        return try flagged(by: flagger, pieces: pieces)
    }

    func flagged(by flagger: BaselineFlagger, pieces: Int = .max) throws -> [UInt8] {
        var mask: [UInt8] = []
        var start = 0
        while start < times {
            let dumps = start..<start + min(pieces, times - start)
            try flagger.push(
                piece(visibilities, dumps).span, flags: piece(flags, dumps).span, dumps: dumps.count,
                endsScan: dumps.upperBound == times)
            while let hop = flagger.next() {
                #expect(hop.dumps.lowerBound * channels == mask.count)
                mask += hop.found
            }
            start = dumps.upperBound
        }
        #expect(mask.count == times * channels)
        return mask
    }
}

extension FlagHop {
    /// 1 where anything was found, whatever found it.
    var found: [UInt8] { mask.map { $0 != 0 ? 1 : 0 } }
}

@Suite("Autoflag")
struct BaselineFlaggerTests {
    @Test("finds a carrier and a burst and little else")
    func finds() throws {
        let scan = TestScan(4, 70, 48)
        let mask = try scan.flagged()
        #expect((0..<70).allSatisfy { mask[$0 * 48 + 16] == 1 })
        #expect((0..<48).allSatisfy { mask[35 * 48 + $0] == 1 })
        #expect(mask.reduce(0) { $0 + Int($1) } < 70 * 48 / 5)
        let clean = try TestScan(4, 70, 48, interference: false).flagged()
        #expect(clean.reduce(0) { $0 + Int($1) } < 70 * 48 / 50)
    }

    @Test("finds a steady band that covers every channel, as its cross hands tell it from noise")
    func fullBand() throws {
        var scan = TestScan(4, 64, 32, interference: false)
        var random = Seeded(3)
        for index in 0..<64 * 32 {
            let phase = Float.random(in: 0..<2 * .pi, using: &random)
            for pol in 0..<4 {
                scan.visibilities[pol * 64 * 32 + index].real += 60 * cos(phase)
                scan.visibilities[pol * 64 * 32 + index].imaginary += 60 * sin(phase)
            }
        }
        #expect(try scan.flagged().allSatisfy { $0 == 1 })
    }

    @Test(
        "sees interference through the fastest fringes in the cross hands and in what the parallel hands do not share"
    )
    func fastFringes() throws {
        var scan = TestScan(4, 64, 64, interference: false)
        var random = Seeded(5)
        let spikes = Set(stride(from: 37, to: 64 * 64, by: 101))
        for index in 0..<64 * 64 {
            // A beat of two fringes: some dumps have much more sky than others.
            let sky = 60 * sin(Float(index / 64) / 7) * cos(Float(index % 64) * 0.8 + Float(index / 64) * 2.1)
            scan.visibilities[index].real += sky
            scan.visibilities[3 * 64 * 64 + index].imaginary += 1.2 * sky
            if spikes.contains(index) {
                for pol in 0..<4 {
                    scan.visibilities[pol * 64 * 64 + index].real += 8 + Float(random.normal())
                }
            }
        }
        let mask = try scan.flagged()
        #expect(spikes.allSatisfy { mask[$0] == 1 })
        #expect(mask.reduce(0) { $0 + Int($1) } < spikes.count * 3 / 2)
    }

    @Test("neither a ripple nor the steep ends of the band are interference")
    func bandpass() throws {
        var scan = TestScan(4, 128, 128, interference: false)
        for index in scan.visibilities.indices {
            let channel = Double(index % 128)
            let edge = min(1, 0.3 + min(channel, 127 - channel) / 16)
            let gain = Float(edge * (1 + 0.1 * sin(channel / 3)))
            scan.visibilities[index].real *= gain
            scan.visibilities[index].imaginary *= gain
        }
        #expect(try scan.flagged().reduce(0) { $0 + Int($1) } < 128 * 128 / 100)
    }

    @Test("finds a block that no sample of it would show, and not far beyond")
    func weakBlock() throws {
        var scan = TestScan(4, 128, 128, interference: false)
        for time in 32..<96 {
            for channel in 64..<88 {
                let phase = 0.8 * Float(time) + 0.1 * Float(channel)
                for pol in 0..<4 {
                    let index = (pol * 128 + time) * 128 + channel
                    scan.visibilities[index].real += 1.3 * cos(phase)
                    scan.visibilities[index].imaginary += 1.3 * sin(phase)
                }
            }
        }
        let mask = try scan.flagged()
        let inside = (32..<96).reduce(0) { sum, time in
            sum + (64..<88).reduce(0) { $0 + Int(mask[time * 128 + $1]) }
        }
        #expect(inside > 64 * 24 * 6 / 10)
        #expect(mask.reduce(0) { $0 + Int($1) } - inside < 128 * 128 / 50)
    }

    @Test("sees interference through the fastest fringes when two parallel hands share the sky")
    func parallelHands() throws {
        var scan = TestScan(2, 64, 32, interference: false)
        var random = Seeded(4)
        let spikes = Set(stride(from: 37, to: 64 * 32, by: 101))
        for index in 0..<64 * 32 {
            let sky = Complex64(40 * Float(random.normal()), 40 * Float(random.normal()))
            let second = 64 * 32 + index
            scan.visibilities[index].real += sky.real
            scan.visibilities[index].imaginary += sky.imaginary
            // The second hand has another gain: 0.9 i.
            scan.visibilities[second].real -= 0.9 * sky.imaginary
            scan.visibilities[second].imaginary += 0.9 * sky.real
            if spikes.contains(index) { scan.visibilities[second].real += 20 }
        }
        let mask = try scan.flagged()
        #expect(spikes.allSatisfy { mask[$0] == 1 })
        #expect(mask.reduce(0) { $0 + Int($1) } < 2 * spikes.count)
    }

    @Test(
        "does not depend on the pieces in which a scan comes",
        arguments: [(16, 20, 75), (16, 0, 75), (8, 3, 40), (33, 64, 70), (64, 64, 75)])
    func pieces(hop: Int, margin: Int, times: Int) throws {
        let scan = TestScan(2, times, 20)
        let settings = AutoflagSettings(hop: hop, margin: margin)
        let expected = try scan.flagged(settings)
        for size in [1, 7, 16, 40, 64] { #expect(try scan.flagged(settings, pieces: size) == expected) }
    }

    @Test("flags short scans the same with room for them alone", arguments: [5, 8, 24, 63, 64, 65])
    func shortScans(times: Int) throws {
        let scan = TestScan(2, times, 20)
        let settings = AutoflagSettings().forScans(of: times)
        #expect(try scan.flagged(settings, pieces: 64) == scan.flagged(pieces: 64))
        let bytes = BaselineFlagger.byteCount(settings, polarisations: 2, channels: 20)
        let most = BaselineFlagger.byteCount(AutoflagSettings(), polarisations: 2, channels: 20)
        #expect(bytes < most)
    }

    @Test("an ended scan leaves nothing behind")
    func ended() throws {
        let flagger = try BaselineFlagger(
            AutoflagSettings(hop: 16, margin: 16), polarisations: 1, channels: 24)
        let expected = try TestScan(1, 50, 24, seed: 5).flagged(AutoflagSettings(hop: 16, margin: 16))
        _ = try TestScan(1, 37, 24, seed: 9).flagged(by: flagger)
        #expect(try TestScan(1, 50, 24, seed: 5).flagged(by: flagger) == expected)
    }

    @Test("memory that other baselines have let go of decides nothing", arguments: [1, 24, 40])
    func sharedMemory(_ channels: Int) throws {
        let scan = TestScan(2, 60, channels, seed: 5)
        // Kept from piece to piece, in memory of its own.
        let expected = try scan.flagged(pieces: 16)
        // As many channels as fill the planes' rows, so that it leaves something where others have none.
        var loud = TestScan(2, 64, Plane.stride(channels: channels), seed: 9)
        for index in loud.visibilities.indices {
            loud.visibilities[index].real += [1e18, 1e12, 1e15][index % 3]
        }
        let flagger = try BaselineFlagger(AutoflagSettings(), polarisations: 2, channels: channels)
        for _ in 0..<3 {
            _ = try loud.flagged()
            #expect(try scan.flagged(by: flagger) == expected)
        }
        // One that has kept a scan goes on with its own memory.
        _ = try TestScan(2, 64, channels, seed: 9).flagged(by: flagger, pieces: 32)
        #expect(try scan.flagged(by: flagger) == expected)
    }

    @Test("neither a power of two nor conjugation nor the order of parallel hands changes the mask")
    func symmetries() throws {
        let scan = TestScan(2, 64, 32)
        let expected = try scan.flagged()
        var other = scan
        other.visibilities = scan.visibilities.map { Complex64($0.real * 1024, $0.imaginary * 1024) }
        #expect(try other.flagged() == expected)
        other.visibilities = scan.visibilities.map(\.conjugate)
        #expect(try other.flagged() == expected)
        other.visibilities = Array(scan.visibilities[(64 * 32)...] + scan.visibilities[..<(64 * 32)])
        #expect(try other.flagged() == expected)
    }

    @Test("flagged, zero and not finite samples are missing and change nothing else by their values")
    func missing() throws {
        var (one, other) = (TestScan(2, 64, 32), TestScan(2, 64, 32))
        for index in stride(from: 0, to: one.flags.count / 2, by: 11) {
            for pol in 0...1 {
                let sample = pol * 64 * 32 + index
                one.flags[sample] = 8
                one.visibilities[sample] = Complex64(1e30, -1e30)
                other.visibilities[sample] =
                    [Complex64(0, 0), Complex64(.nan, 1), Complex64(2, .infinity)][index % 3]
            }
        }
        let mask = try one.flagged()
        #expect(try other.flagged() == mask)
        #expect(stride(from: 0, to: 64 * 32, by: 11).allSatisfy { mask[$0] == 0 })
    }

    @Test("flags from before are in no statistic and nothing grows from them, whatever lies under them")
    func oldFlags() throws {
        var (one, other) = (
            TestScan(4, 96, 48, interference: false), TestScan(4, 96, 48, interference: false)
        )
        for time in 20..<70 {
            for channel in 10..<30 {
                for pol in 0..<4 {
                    let sample = (pol * 96 + time) * 48 + channel
                    one.flags[sample] = 64
                    other.flags[sample] = 2
                    one.visibilities[sample] = Complex64(1e4, Float(time))
                }
            }
        }
        let mask = try one.flagged()
        #expect(try other.flagged() == mask)
        #expect((20..<70).allSatisfy { time in (10..<30).allSatisfy { mask[time * 48 + $0] == 0 } })
        #expect(mask.reduce(0) { $0 + Int($1) } < 96 * 48 / 50)
    }

    @Test(
        "a halo is seen: what it tells of a band's end changes what is found there, and only the band is decided"
    )
    func halo() throws {
        let scan = TestScan(4, 64, 48)
        let whole = try scan.flagged()
        func columns<T>(_ all: [T], _ channels: Range<Int>) -> [T] {
            stride(from: 0, to: all.count, by: 48).flatMap {
                all[$0 + channels.lowerBound..<$0 + channels.upperBound]
            }
        }
        for band in [0..<48, 0..<16, 16..<32, 40..<48] {
            let flagger = try BaselineFlagger(
                AutoflagSettings(), polarisations: 4, channels: band.count,
                halo: BandHalo(48, around: band, in: 0..<48))
            let (below, above) = (0..<band.lowerBound, band.upperBound..<48)
            let pieces = [band, below, above].map {
                (columns(scan.visibilities, $0), columns(scan.flags, $0))
            }
            let (own, lower, upper) = (pieces[0], pieces[1], pieces[2])
            try flagger.push(
                SamplePiece(own.0.span, flags: own.1.span),
                below: SamplePiece(lower.0.span, flags: lower.1.span),
                above: SamplePiece(upper.0.span, flags: upper.1.span), dumps: 64, endsScan: true)
            #expect(flagger.next()?.found == columns(whole, band))
        }
        #expect(throws: AutoflagError.self) {
            try BaselineFlagger(
                AutoflagSettings(), polarisations: 4, channels: 4, halo: BandHalo(below: -1, above: 2))
        }
        let flagger = try BaselineFlagger(
            AutoflagSettings(), polarisations: 1, channels: 4, halo: BandHalo(below: 1))
        let (four, flags) = (
            [Complex64](repeating: Complex64(1, 0), count: 4), [UInt8](repeating: 0, count: 4)
        )
        #expect(throws: AutoflagError.self) { try flagger.push(four.span, flags: flags.span, dumps: 1) }
    }

    @Test("a dead polarisation does not hide the other")
    func deadPolarisation() throws {
        var scan = TestScan(2, 64, 32)
        for index in 0..<64 * 32 { scan.visibilities[index] = Complex64(0, 0) }
        let mask = try scan.flagged()
        #expect((0..<64).allSatisfy { mask[$0 * 32 + 10] == 1 })
    }

    @Test(
        "takes any shape", arguments: [(1, 1, 1), (4, 1, 64), (4, 64, 1), (1, 3, 5), (8, 9, 17), (2, 65, 16)])
    func shapes(polarisations: Int, times: Int, channels: Int) throws {
        let scan = TestScan(polarisations, times, channels, interference: false)
        #expect(try scan.flagged().count == times * channels)
        for value: Float in [0, .nan, 3, 1e38, 1e18, 1e-22] {
            var flat = scan
            flat.visibilities = flat.visibilities.map { _ in Complex64(value, 0) }
            #expect(try flat.flagged().allSatisfy { $0 == 0 })
        }
    }

    @Test("says what is wrong with settings and shapes")
    func errors() throws {
        #expect(throws: AutoflagError.self) {
            try BaselineFlagger(AutoflagSettings(), polarisations: 0, channels: 1)
        }
        #expect(throws: AutoflagError.self) {
            try BaselineFlagger(AutoflagSettings(), polarisations: 4, channels: 0)
        }
        for settings in [
            AutoflagSettings(threshold: .nan), AutoflagSettings(hop: 0), AutoflagSettings(margin: -1),
        ] {
            #expect(throws: AutoflagError.self) {
                try BaselineFlagger(settings, polarisations: 4, channels: 8)
            }
        }
        let flagger = try BaselineFlagger(AutoflagSettings(), polarisations: 1, channels: 8)
        let error = #expect(throws: AutoflagError.self) {
            try flagger.push([Complex64]().span, flags: [0].span, dumps: 1)
        }
        #expect(
            error?.description
                == "0 visibilities and 1 flags for 1 dumps: autoflag: give 1 x dumps x 8 of each")
        #expect(throws: AutoflagError.self) {
            try flagger.push([Complex64]().span, flags: [UInt8]().span, dumps: .max)
        }
    }
}
