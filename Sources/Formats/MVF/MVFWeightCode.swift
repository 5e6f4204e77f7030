/// Codes the weights of a spectrum as the format holds them: one byte per product times one float for the channel.
///
/// The unit is the first of these that holds every weight of the spectrum to 2 parts in a million with a whole number
/// up to 255: the source's own channel weight (so that weights nobody changed come back bit for bit), the smallest
/// weight, its half, third and quarter (averages of equal samples). Otherwise it is the largest weight / 255, and
/// weights are rounded to it, those above zero to at least 1.
struct MVFWeightCode {
    private static let tolerance: Float = 2e-6

    /// Codes the weights of all products of one channel and dump.
    ///
    /// - Parameters:
    ///   - weights: at least 0 and finite, one per product.
    ///   - stored: the source's channel weight, if the channel and dump are the source's.
    ///   - bytes: one per product, written.
    /// - Returns: the channel weight.
    static func code(
        _ weights: UnsafeBufferPointer<Float>, stored: Float?, into bytes: UnsafeMutableBufferPointer<UInt8>
    ) -> Float {
        if let stored, stored > 0, stored < .infinity, fits(weights, unit: stored, bytes) { return stored }
        var (smallest, largest) = (Float.infinity, Float(0))
        for weight in weights where weight > 0 {
            smallest = min(smallest, weight)
            largest = max(largest, weight)
        }
        guard largest > 0 else {
            bytes.update(repeating: 0)
            return stored.map { $0 > 0 && $0 < .infinity ? $0 : 1 } ?? 1
        }
        for part in 1...4 where fits(weights, unit: smallest / Float(part), bytes) {
            return smallest / Float(part)
        }
        let unit = largest / 255
        for index in weights.indices {
            let steps = (weights[index] / unit).rounded()
            bytes[index] = weights[index] > 0 ? UInt8(min(max(steps, 1), 255)) : 0
        }
        return unit
    }

    /// Codes in a unit; false when one of the weights is no multiple of it.
    private static func fits(
        _ weights: UnsafeBufferPointer<Float>, unit: Float, _ bytes: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        guard unit > 0, unit < .infinity else { return false }
        for index in weights.indices {
            let weight = weights[index]
            let steps = (weight / unit).rounded()
            guard steps <= 255, abs(steps * unit - weight) <= tolerance * weight else { return false }
            bytes[index] = UInt8(steps)
        }
        return true
    }
}
