import Rings

/// A block of numbers in a slab: what the tests let flow.
struct Packet: Streamable {
    private(set) var slab: Slab
    var number: Int

    /// Leases a packet that holds a number.
    init(_ number: Int, from pool: SlabPool) throws(PoolExhausted) {
        slab = try Slab(from: pool)
        self.number = number
        write(number)
    }

    var byteCount: Int { slab.bytes.count }
    var sampleCount: Int { 2 }
    static func slabByteCount(_ header: Int) -> Int { header }

    /// The number that stands in the slab.
    var value: Int { slab.bytes.loadUnaligned(as: Int.self) }

    /// Changes the number in the slab, after a copy if others hold it too.
    mutating func write(_ value: Int) {
        if !isKnownUniquelyReferenced(&slab) { slab = Slab(copying: slab) }
        slab.bytes.storeBytes(of: value, as: Int.self)
    }
}
