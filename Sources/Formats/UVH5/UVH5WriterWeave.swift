// An island of unsafe code: puts the products of a baseline side by side, channel by channel.

/// A run of channels of the planes of one baseline. Loops are written out for one, two and four products.
struct UVH5WriterWeave {
    private let planes: UnsafeBufferPointer<PlaneSource>
    private let offset: Int
    private let channels: Int

    /// The channels from a place in each plane on.
    init(_ planes: UnsafeBufferPointer<PlaneSource>, offset: Int, channels: Int) {
        self.planes = planes
        self.offset = offset
        self.channels = channels
    }

    /// Visibilities, conjugated.
    func visibilities(to target: UnsafeMutablePointer<UInt64>) {
        let sign = UInt64(1) << 63
        let done = weave(of: { $0.visibilities }, to: target) { $0 ^ SIMD4(repeating: sign) }
        for channel in done..<channels {
            for (product, plane) in planes.enumerated() {
                target[channel * planes.count + product] = plane.visibilities[offset + channel] ^ sign
            }
        }
    }

    /// Weights; 0 for what can be none.
    func weights(to target: UnsafeMutablePointer<Float>) {
        let target = UnsafeMutableRawPointer(target).assumingMemoryBound(to: UInt32.self)
        let done = weave(
            of: { UnsafeRawPointer($0.weights).assumingMemoryBound(to: UInt32.self) }, to: target
        ) { bits in
            // Positive and finite numbers are those below infinity with no sign; masks of comparisons become loops.
            let isWeight = (bits &- SIMD4(repeating: Self.infinity)) & ~bits
            return bits
                & SIMD4(
                    truncatingIfNeeded: SIMD4<Int32>(truncatingIfNeeded: isWeight) &>> SIMD4(repeating: 31))
        }
        for channel in done..<channels {
            for (product, plane) in planes.enumerated() {
                let bits = plane.weights[offset + channel].bitPattern
                target[channel * planes.count + product] = bits < Self.infinity ? bits : 0
            }
        }
    }

    private static var infinity: UInt32 { Float.infinity.bitPattern }

    /// Flags: 1 for any reason.
    func flags(to target: UnsafeMutablePointer<UInt8>) {
        let whole = channels & ~15
        switch planes.count {
        case 1:
            for channel in stride(from: 0, to: whole, by: 16) { store(flags(0, channel), target + channel) }
        case 2:
            for channel in stride(from: 0, to: whole, by: 16) {
                let (a, b) = (flags(0, channel), flags(1, channel))
                store(
                    SIMD16<UInt16>(truncatingIfNeeded: a) | SIMD16<UInt16>(truncatingIfNeeded: b) &<< 8,
                    target + 2 * channel)
            }
        case 4:
            for channel in stride(from: 0, to: whole, by: 16) {
                let (a, b) = (wide(0, channel), wide(1, channel))
                let (c, d) = (wide(2, channel), wide(3, channel))
                store(a | b &<< 8 | c &<< 16 | d &<< 24, target + 4 * channel)
            }
        default: break
        }
        let done = [1, 2, 4].contains(planes.count) ? whole : 0
        for channel in done..<channels {
            for (product, plane) in planes.enumerated() {
                target[channel * planes.count + product] = plane.flags[offset + channel] == 0 ? 0 : 1
            }
        }
    }

    @inline(__always) private func flags(_ plane: Int, _ channel: Int) -> SIMD16<UInt8> {
        let lanes = UnsafeRawPointer(planes[plane].flags + offset + channel)
            .loadUnaligned(as: SIMD16<UInt8>.self)
        // The top bit of x | -x is set unless x is 0.
        return (lanes | (SIMD16() &- lanes)) &>> SIMD16(repeating: 7)
    }

    @inline(__always) private func wide(_ plane: Int, _ channel: Int) -> SIMD16<UInt32> {
        SIMD16(truncatingIfNeeded: flags(plane, channel))
    }

    @inline(__always) private func store<Lanes: SIMD>(_ lanes: Lanes, _ target: UnsafeMutablePointer<UInt8>) {
        UnsafeMutableRawPointer(target).storeBytes(of: lanes, as: Lanes.self)
    }

    /// Weaves groups of four elements; how many channels that were.
    @inline(__always) private func weave<Value>(
        of part: (PlaneSource) -> UnsafePointer<Value>, to target: UnsafeMutablePointer<Value>,
        _ change: (SIMD4<Value>) -> SIMD4<Value>
    ) -> Int {
        func plane(_ product: Int) -> UnsafePointer<Value> { part(planes[product]) + offset }
        let whole = channels & ~3
        switch planes.count {
        case 1:
            let a = plane(0)
            weave(a, a + 1, a + 2, a + 3, step: 4, groups: whole / 4, to: target, change)
        case 2:
            let (a, b) = (plane(0), plane(1))
            weave(a, b, a + 1, b + 1, step: 2, groups: whole / 2, to: target, change)
        case 4:
            weave(
                plane(0), plane(1), plane(2), plane(3), step: 1, groups: whole, to: target, change)
        default: return 0
        }
        return whole
    }

    @inline(__always) private func weave<Value>(
        _ a: UnsafePointer<Value>, _ b: UnsafePointer<Value>, _ c: UnsafePointer<Value>,
        _ d: UnsafePointer<Value>, step: Int, groups: Int, to target: UnsafeMutablePointer<Value>,
        _ change: (SIMD4<Value>) -> SIMD4<Value>
    ) {
        for group in 0..<groups {
            let place = group * step
            let four = change(SIMD4(a[place], b[place], c[place], d[place]))
            UnsafeMutableRawPointer(target + 4 * group).storeBytes(of: four, as: SIMD4<Value>.self)
        }
    }
}
