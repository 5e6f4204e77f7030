// An island of unsafe code: parts of complex numbers from one type to another.

extension UVH5Data {
    /// Turns parts of double precision into floats; what is too large becomes infinite.
    static func narrow(_ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, count: Int) {
        for index in 0..<count {
            let part = from.loadUnaligned(fromByteOffset: 8 * index, as: Double.self)
            to.storeBytes(of: Float(part), toByteOffset: 4 * index, as: Float.self)
        }
    }

    /// Turns whole parts into floats, to the nearest.
    static func widen(_ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, count: Int) {
        for index in 0..<count {
            let part = from.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self)
            to.storeBytes(of: Float(part), toByteOffset: 4 * index, as: Float.self)
        }
    }
}
