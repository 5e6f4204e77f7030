// An island of unsafe code: vector loads and stores inside the padded planes of a ThresholdImage.

extension ThresholdImage {
    /// One pass along time: a window slides down each column, a vector of channels at once.
    ///
    /// Flags are written one row behind the window's start, after that row has left every later sum of its own column,
    /// so that sums only ever see the flags from before the pass.
    func timePass(length: Int, _ limit: PassLimit) {
        for column in Swift.stride(from: 0, to: stride, by: Self.lanes) {
            slide(column: column, length: length, limit)
        }
    }

    private func slide(column: Int, length: Int, _ limit: PassLimit) {
        var sum = Lanes(repeating: 0)
        var count = Lanes(repeating: 0)
        for time in 0..<length {
            sum &+= value.lanes(time * stride + column)
            count &+= live.lanes(time * stride + column)
        }
        // Rows that a hit still covers, per channel.
        var remaining = Lanes(repeating: 0)
        let full = Lanes(repeating: Int32(length))
        let one = Lanes(repeating: 1)
        let zero = Lanes(repeating: 0)
        for time in 0..<times {
            let here = time * stride + column
            if time + length <= times {
                remaining.replace(with: full, where: exceeds(sum, count, limit))
                sum &-= value.lanes(here)
                count &-= live.lanes(here)
                if time + length < times {
                    let next = here + length * stride
                    sum &+= value.lanes(next)
                    count &+= live.lanes(next)
                }
            }
            let covered = remaining .> zero
            if remaining.max() > 0 {
                value.setLanes(here, value.lanes(here).replacing(with: zero, where: covered))
                live.setLanes(here, live.lanes(here).replacing(with: zero, where: covered))
                found.setLanes(here, found.lanes(here).replacing(with: -1, where: covered))
                built[time] = 0
                remaining.replace(with: remaining &- one, where: covered)
            }
        }
    }

    /// One pass along frequency: sums of windows by doubling, a vector of starts at once.
    func frequencyPass(length: Int, _ limit: PassLimit) {
        for time in 0..<times {
            build(row: time, length: length)
            let row = time * stride
            let starts = channels - length + 1
            var covered = 0
            for start in Swift.stride(from: 0, to: starts, by: Self.lanes) {
                let hit = exceeds(sums.lanes(row + start), counts.lanes(row + start), limit)
                if all(hit), start + Self.lanes <= starts {
                    cover(row, max(covered, start)..<start + Self.lanes - 1 + length)
                    covered = start + Self.lanes - 1 + length
                    built[time] = 0
                } else if any(hit) {
                    for lane in 0..<min(Self.lanes, starts - start) where hit[lane] {
                        cover(row, max(covered, start + lane)..<start + lane + length)
                        covered = start + lane + length
                        built[time] = 0
                    }
                }
            }
        }
    }

    /// Sums over all windows of a length in one row, from those of half the length when the flags are still the same.
    private func build(row time: Int, length: Int) {
        let row = time * stride
        var half = built[time]
        if half == 0 || half > length {
            (sums + row).update(from: value + row, count: stride)
            (counts + row).update(from: live + row, count: stride)
            half = 1
        }
        while half < length {
            for start in Swift.stride(from: row, to: row + stride, by: Self.lanes) {
                sums.setLanes(start, sums.lanes(start) &+ sums.lanes(start + half))
                counts.setLanes(start, counts.lanes(start) &+ counts.lanes(start + half))
            }
            half *= 2
        }
        built[time] = length
    }

    private func cover(_ row: Int, _ range: Range<Int>) {
        for index in range {
            value[row + index] = 0
            live[row + index] = 0
            found[row + index] = -1
        }
    }

    /// Where the sum's magnitude > floor(count × threshold); with no live sample both are 0 and nothing is.
    @inline(__always)
    private func exceeds(_ sum: Lanes, _ count: Lanes, _ limit: PassLimit) -> SIMDMask<Lanes> {
        let bound = count &* limit.whole &+ ((count &* limit.fraction) &>> 20)
        return greater(sum, limit.mirror &- sum) .> bound
    }
}
