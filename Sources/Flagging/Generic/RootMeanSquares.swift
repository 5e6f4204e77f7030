/// Root mean squares of what counts in each time step and channel of an image.
struct RootMeanSquares {
    /// Of each time step; NaN where nothing counts.
    private(set) var ofTimes: [Double]
    /// Of each channel; NaN where nothing counts.
    private(set) var ofChannels: [Double]

    /// Measures an image.
    init(of data: UnsafeMutablePointer<Float>, _ mask: ImageMask) {
        let sums = Plane(rows: 2, stride: mask.stride)
        let (powers, counts) = (sums.samples, sums.samples + mask.stride)
        var times: [Double] = []
        times.reserveCapacity(mask.times)
        var (power, count) = (Plane.Lanes(repeating: 0), Plane.Lanes(repeating: 0))
        let one = unsafeBitCast(Plane.Lanes(repeating: 1), to: ImageMask.Lanes.self)
        let last = (mask.channels - 1) / Plane.lanes * Plane.lanes
        mask.visit { index, _, column, kept in
            let bits = unsafeBitCast(data.lanes(index), to: ImageMask.Lanes.self) & kept
            let sample = unsafeBitCast(bits, to: Plane.Lanes.self)
            let number = unsafeBitCast(one & kept, to: Plane.Lanes.self)
            let square = sample * sample
            power += square
            count += number
            powers.setLanes(column, powers.lanes(column) + square)
            counts.setLanes(column, counts.lanes(column) + number)
            guard column == last else { return }
            times.append((Double(power.sum()) / Double(count.sum())).squareRoot())
            (power, count) = (Plane.Lanes(repeating: 0), Plane.Lanes(repeating: 0))
        }
        ofTimes = times
        ofChannels = (0..<mask.channels).map { (Double(powers[$0]) / Double(counts[$0])).squareRoot() }
    }

    /// Which time steps stand out from a sliding median by more than so many root mean squares of such deviations, again and
    /// again without those found before; those without samples are out too.
    func times(beyond limit: Double) -> [Bool] {
        let medians = Self.slidingMedians(ofTimes)
        let deviations = zip(ofTimes, medians).map { $0 - $1 }
        var isOut = deviations.map(\.isNaN)
        while Self.exclude(deviations, beyond: limit, &isOut) {}
        return isOut
    }

    /// Which channels stand out from the median of those that do not, by more than so many root mean squares of such deviations;
    /// those without samples are out too.
    func channels(beyond limit: Double) -> [Bool] {
        var isOut = ofChannels.map(\.isNaN)
        var isChanging = true
        while isChanging {
            let median = Self.median(zip(ofChannels, isOut).filter { !$1 }.map(\.0).sorted())
            isChanging = Self.exclude(ofChannels.map { $0 - median }, beyond: limit, &isOut)
        }
        return isOut
    }

    /// Takes out what exceeds the limit; whether there was any.
    private static func exclude(_ deviations: [Double], beyond limit: Double, _ isOut: inout [Bool]) -> Bool {
        let squares = zip(deviations, isOut).filter { !$1 }.map { $0.0 * $0.0 }
        let bound = limit * (squares.reduce(0, +) / Double(squares.count)).squareRoot()
        var isChanged = false
        for index in deviations.indices where !isOut[index] && abs(deviations[index]) > bound {
            isOut[index] = true
            isChanged = true
        }
        return isChanged
    }

    /// Medians over 254 values before and 256 after each, as far as there are some.
    private static func slidingMedians(_ values: [Double]) -> [Double] {
        var window: [Double] = []
        var next = 0
        return values.indices.map { index in
            while next < min(index + 257, values.count) {
                if !values[next].isNaN {
                    window.insert(values[next], at: place(of: values[next], in: window))
                }
                next += 1
            }
            if index >= 255, !values[index - 255].isNaN {
                window.remove(at: place(of: values[index - 255], in: window))
            }
            return median(window)
        }
    }

    /// The first place in an ascending array whose value is not below one.
    private static func place(of value: Double, in ascending: [Double]) -> Int {
        var (low, high) = (0, ascending.count)
        while low < high {
            let middle = (low + high) / 2
            if ascending[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func median(_ ascending: [Double]) -> Double {
        let count = ascending.count
        return count > 0 ? (ascending[count / 2] + ascending[(count - 1) / 2]) / 2 : .nan
    }
}
