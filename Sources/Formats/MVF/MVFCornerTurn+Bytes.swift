// An island of unsafe code: flags and weights, the bytes of a file, on their way from [channel][product] to planes.

extension MVFCornerTurn {
    /// Turns bytes; 32 neighbouring products x 8 channels go through 8 x 8 transpositions, 4 at a time in registers.
    static func turnBytes(
        _ from: UnsafePointer<UInt8>, _ products: Int, _ channels: Int,
        _ planes: UnsafeBufferPointer<MVFDestination>,
        to destination: (UnsafePointer<MVFDestination>) -> UnsafeMutablePointer<UInt8>
    ) {
        guard let first = planes.baseAddress else { return }
        var done = 0
        if planes.count == planesAtOnce,
            planes[planesAtOnce - 1].product == planes[0].product + planesAtOnce - 1
        {
            let base = UnsafeRawPointer(from + planes[0].product)
            while done + 8 <= channels {
                var squares = (
                    load(base, done, products), load(base, done + 1, products),
                    load(base, done + 2, products),
                    load(base, done + 3, products), load(base, done + 4, products),
                    load(base, done + 5, products),
                    load(base, done + 6, products), load(base, done + 7, products)
                )
                transpose(&squares)
                for square in 0..<4 {
                    let plane = first + 8 * square
                    store(squares.0[square], destination(plane), done)
                    store(squares.1[square], destination(plane + 1), done)
                    store(squares.2[square], destination(plane + 2), done)
                    store(squares.3[square], destination(plane + 3), done)
                    store(squares.4[square], destination(plane + 4), done)
                    store(squares.5[square], destination(plane + 5), done)
                    store(squares.6[square], destination(plane + 6), done)
                    store(squares.7[square], destination(plane + 7), done)
                }
                done += 8
            }
        }
        for index in planes.indices {
            let (column, to) = (from + planes[index].product, destination(first + index))
            for channel in done..<max(done, channels) { to[channel] = column[channel * products] }
        }
    }

    private typealias Squares = SIMD4<UInt64>

    @inline(__always)
    private static func load(_ base: UnsafeRawPointer, _ channel: Int, _ products: Int) -> Squares {
        (base + channel * products).loadUnaligned(as: Squares.self)
    }

    @inline(__always)
    private static func store(_ value: UInt64, _ to: UnsafeMutablePointer<UInt8>, _ channel: Int) {
        UnsafeMutableRawPointer(to + channel).storeBytes(of: value, as: UInt64.self)
    }

    /// Transposes 8 rows of 8 bytes by exchanging halves, quarters and eighths (Warren, Hacker's Delight, 7-3).
    @inline(__always)
    private static func transpose(
        _ s: inout (Squares, Squares, Squares, Squares, Squares, Squares, Squares, Squares)
    ) {
        exchange(&s.0, &s.4, 32, 0x0000_0000_ffff_ffff)
        exchange(&s.1, &s.5, 32, 0x0000_0000_ffff_ffff)
        exchange(&s.2, &s.6, 32, 0x0000_0000_ffff_ffff)
        exchange(&s.3, &s.7, 32, 0x0000_0000_ffff_ffff)
        exchange(&s.0, &s.2, 16, 0x0000_ffff_0000_ffff)
        exchange(&s.1, &s.3, 16, 0x0000_ffff_0000_ffff)
        exchange(&s.4, &s.6, 16, 0x0000_ffff_0000_ffff)
        exchange(&s.5, &s.7, 16, 0x0000_ffff_0000_ffff)
        exchange(&s.0, &s.1, 8, 0x00ff_00ff_00ff_00ff)
        exchange(&s.2, &s.3, 8, 0x00ff_00ff_00ff_00ff)
        exchange(&s.4, &s.5, 8, 0x00ff_00ff_00ff_00ff)
        exchange(&s.6, &s.7, 8, 0x00ff_00ff_00ff_00ff)
    }

    @inline(__always)
    private static func exchange(_ a: inout Squares, _ b: inout Squares, _ shift: UInt64, _ mask: UInt64) {
        let (shifts, masks) = (Squares(repeating: shift), Squares(repeating: mask))
        let difference = ((a &>> shifts) ^ b) & masks
        b ^= difference
        a ^= difference &<< shifts
    }
}
