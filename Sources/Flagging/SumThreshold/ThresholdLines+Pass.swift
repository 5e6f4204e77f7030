// An island of unsafe code: vector loads and stores inside the padded planes of ThresholdLines.
//
// Integers and masks are words here, all bits of a lane set or none: masks of Swift's own kind take the lanes one by one.

/// How what is found in one layout of an image is carried over to the other.
struct Crossing {
    let twin: ThresholdLines
    /// Whether what is found is told by the other layout.
    let marksTwin: Bool
    /// Where samples stand in both, if lines have been moved together over gaps.
    let gaps: (own: LineGaps, twin: LineGaps)?
}

extension ThresholdLines {
    /// Starts of windows that are looked at together: only if one of them may be a hit are they gone through one by one.
    private static let glance = 8

    /// One pass over all windows of a length that is not above the lines'; whether something was found.
    ///
    /// - Parameter crossing: how what is found is carried over to the other layout.
    func pass(window: Int, _ limit: PassLimit, twoSided: Bool, _ crossing: Crossing) -> Bool {
        var isFound = false
        for column in stride(from: 0, to: lines, by: Self.lanes) {
            // Calls of their own, so that each kind becomes a loop of its own.
            let hasHits: Bool
            if let gaps = crossing.gaps {
                // The first start that is too late, per line.
                let end = gaps.own.lengths(column) &- Int32(window - 1)
                let sided = Lanes(repeating: twoSided ? -1 : 0)
                hasHits = slide(column, window, limit, crossing) { sum, start in
                    let sign = (sum &>> 31) & sided
                    return ((sum ^ sign) &- sign) & ((Lanes(repeating: Int32(start)) &- end) &>> 31)
                }
            } else if twoSided {
                hasHits = slide(column, window, limit, crossing) { sum, _ in Self.magnitude(sum) }
            } else {
                hasHits = slide(column, window, limit, crossing) { sum, _ in sum }
            }
            isFound = isFound || hasHits
        }
        return isFound
    }

    /// What a window holds, line by line.
    private struct Content {
        /// Of the packed samples.
        var sum = Lanes(repeating: 0)
        /// Live samples.
        var count = Lanes(repeating: 0)

        @inline(__always)
        mutating func enter(_ packed: Lanes) {
            sum &+= packed
            count &+= packed & Lanes(repeating: 1)
        }

        @inline(__always)
        mutating func leave(_ packed: Lanes) {
            sum &-= packed
            count &-= packed & Lanes(repeating: 1)
        }

        /// Twice the sum of the live samples.
        @inline(__always)
        var total: Lanes { sum &- count }
    }

    /// A window slides down a vector of lines; whether there may have been a hit.
    @inline(__always)
    private func slide(
        _ column: Int, _ window: Int, _ limit: PassLimit, _ crossing: Crossing,
        _ size: (Lanes, Int) -> Lanes
    ) -> Bool {
        let top = top(column)
        let starts = length - window + 1
        var content = Content()
        for row in 0..<window { content.enter(top.lanes(row * Self.lanes)) }
        var start = 0
        var isFound = false
        while start < starts {
            let before = content
            let end = min(start + Self.glance, starts)
            var hits = Lanes(repeating: 0)
            var here = top + start * Self.lanes
            for row in start..<end {
                // Negative where the sum is above its bound.
                hits |= limit.lowBound(content.count) &- size(content.total, row)
                content.enter(here.lanes(window * Self.lanes))
                content.leave(here.lanes(0))
                here += Self.lanes
            }
            if Self.isAnySet(hits &>> 31) {
                (start, content) = settle(column, start..<end, before, window, limit, crossing, size)
                isFound = true
            } else {
                start = end
            }
        }
        return isFound
    }

    /// Goes through some starts one by one, and on while what was found is not at its end.
    ///
    /// Flags are written when their row has left every later sum, so that sums only ever see those from before the pass.
    ///
    /// - Returns: the next start to look at, and what its window holds.
    @inline(__always)
    private func settle(
        _ column: Int, _ glance: Range<Int>, _ before: Content, _ window: Int, _ limit: PassLimit,
        _ crossing: Crossing, _ size: (Lanes, Int) -> Lanes
    ) -> (Int, Content) {
        let starts = length - window + 1
        let full = Lanes(repeating: Int32(window))
        var content = before
        // Rows that a hit still covers.
        var remaining = Lanes(repeating: 0)
        var row = glance.lowerBound
        while row < length {
            if row < starts {
                let hit = (limit.bound(content.count) &- size(content.total, row)) &>> 31
                remaining = (full & hit) | (remaining & ~hit)
                let here = top(column) + row * Self.lanes
                content.enter(here.lanes(window * Self.lanes))
                content.leave(here.lanes(0))
            }
            let covered = (Lanes(repeating: 0) &- remaining) &>> 31
            let isCovering = Self.isAnySet(covered)
            if isCovering { mark(row, column, covered, crossing) }
            remaining &+= covered
            row += 1
            if !isCovering, row >= glance.upperBound { break }
        }
        return (row, content)
    }

    /// Takes samples out of all further sums, in both layouts.
    private func mark(_ row: Int, _ column: Int, _ covered: Lanes, _ crossing: Crossing) {
        let mark = found + (row * foundStride + column)
        let before = mark.lanes(0)
        let fresh = covered & ~before
        guard Self.isAnySet(fresh) else { return }
        let sample = top(column) + row * Self.lanes
        sample.setLanes(0, sample.lanes(0) & ~covered)
        mark.setLanes(0, before | covered)
        if let gaps = crossing.gaps {
            for lane in 0..<Self.lanes where fresh[lane] != 0 {
                let line = gaps.own.origin(row, column + lane)
                let place = gaps.twin.place(column + lane, line)
                crossing.twin.set(0, row: place, line: line)
                crossing.twin.found[place * crossing.twin.foundStride + line] = -1
            }
            return
        }
        let twin = crossing.twin
        let block = row / Self.lanes * Self.lanes
        let packed = twin.top(block) + (column * Self.lanes + row - block)
        for lane in 0..<Self.lanes where fresh[lane] != 0 { packed[lane * Self.lanes] = 0 }
        guard crossing.marksTwin else { return }
        let found = twin.found + (column * twin.foundStride + row)
        for lane in 0..<Self.lanes where fresh[lane] != 0 { found[lane * twin.foundStride] = -1 }
    }

    @inline(__always)
    private static func magnitude(_ sum: Lanes) -> Lanes {
        let sign = sum &>> 31
        return (sum ^ sign) &- sign
    }

    /// Whether a bit of any lane is set.
    @inline(__always)
    static func isAnySet(_ lanes: Lanes) -> Bool {
        let words = unsafeBitCast(lanes, to: SIMD8<UInt64>.self)
        let halves = words.lowHalf | words.highHalf
        let quarters = halves.lowHalf | halves.highHalf
        return quarters[0] | quarters[1] != 0
    }
}
