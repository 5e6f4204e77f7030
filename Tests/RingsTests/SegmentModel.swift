import Rings

/// A segment small enough to visit all its states: who can hold which slab, whatever the order of events.
struct SegmentModel {
    struct Stage {
        var consumer: BlockPlaces.Consumer
        /// The link it sends its blocks on to; nil for one that ends them.
        var output: Int?
    }
    struct Channel {
        var capacity: Int
        var readers: [Stage]
    }

    var makes = 1
    var channels: [Channel]

    /// A block in work, with its copy while that is made.
    struct Work: Hashable {
        var slab: Int8
        var copy: Int8?
    }
    struct Ring: Hashable {
        var stored: [Int8] = []
        /// How many of the stored ones each reader has taken.
        var taken: [Int]
    }
    struct Hands: Hashable { var work: [Work] = [], held: [Work] = [] }
    struct State: Hashable {
        var made: [Int8] = []
        var rings: [Ring]
        var hands: [[Hands]]
    }

    /// The slabs that `BlockPlaces` counts; a link below one with several readers carries shared blocks.
    var places: Int {
        var places = BlockPlaces(makes: makes)
        for (index, channel) in channels.enumerated() {
            let shared = channels[..<index].contains { $0.readers.count > 1 }
            places.addLink(
                capacity: channel.capacity, shared: shared, consumers: channel.readers.map(\.consumer))
        }
        return places.slabs
    }

    /// The most slabs leased at once in any state that can be reached.
    func mostLeased() -> Int {
        let start = State(
            rings: channels.map { Ring(taken: $0.readers.map { _ in 0 }) },
            hands: channels.map { $0.readers.map { _ in Hands() } })
        var known: Set<State> = [start]
        var open = [start]
        var most = 0
        while let state = open.popLast() {
            for next in successors(state) {
                let (renamed, leased) = next.renamed()
                guard known.insert(renamed).inserted else { continue }
                most = max(most, leased)
                open.append(renamed)
            }
        }
        return most
    }

    private func successors(_ state: State) -> [State] {
        var next: [State] = []
        if state.made.count < makes { next.append(state.with { $0.made.append(Int8.max) }) }
        if let slab = state.made.first, state.rings[0].stored.count < channels[0].capacity {
            next.append(
                state.with {
                    $0.made.removeFirst()
                    $0.rings[0].stored.append(slab)
                })
        }
        for (c, channel) in channels.enumerated() {
            for (r, stage) in channel.readers.enumerated() { next += successors(state, c, r, stage) }
        }
        return next
    }

    private func successors(_ state: State, _ c: Int, _ r: Int, _ stage: Stage) -> [State] {
        var next: [State] = []
        let hands = state.hands[c][r]
        let (width, holds) = (stage.consumer.width, stage.consumer.holds)
        let ring = state.rings[c]
        if hands.work.count < width, ring.taken[r] < ring.stored.count {
            next.append(
                state.with {
                    $0.hands[c][r].work.append(Work(slab: ring.stored[ring.taken[r]]))
                    $0.rings[c].taken[r] += 1
                    $0.rings[c].free()
                })
        }
        let copying = (hands.work + hands.held).count { $0.copy != nil }
        for part in [\Hands.work, \Hands.held] {
            for (index, work) in hands[keyPath: part].enumerated() {
                if work.copy != nil {
                    next.append(
                        state.with { $0.hands[c][r][keyPath: part][index] = Work(slab: work.copy ?? 0) })
                } else if stage.consumer.changes, copying < width, state.holders(of: work.slab) > 1 {
                    next.append(state.with { $0.hands[c][r][keyPath: part][index].copy = Int8.max })
                }
            }
            guard let first = hands[keyPath: part].first, first.copy == nil else { continue }
            let room = stage.output.map { state.rings[$0].stored.count < channels[$0].capacity } ?? true
            if room {
                next.append(
                    state.with {
                        $0.hands[c][r][keyPath: part].removeFirst()
                        if let output = stage.output { $0.rings[output].stored.append(first.slab) }
                    })
            }
        }
        if hands.held.count < holds, let first = hands.work.first, first.copy == nil {
            next.append(
                state.with {
                    $0.hands[c][r].work.removeFirst()
                    $0.hands[c][r].held.append(first)
                })
        }
        return next
    }
}

extension SegmentModel.Ring {
    mutating func free() {
        let all = taken.min() ?? 0
        stored.removeFirst(all)
        for reader in taken.indices { taken[reader] -= all }
    }
}

extension SegmentModel.State {
    func with(_ change: (inout Self) -> Void) -> Self {
        var state = self
        change(&state)
        return state
    }

    func holders(of slab: Int8) -> Int {
        var count = 0
        var state = self
        state.forEachSlab { if $0 == slab { count += 1 } }
        return count
    }

    /// Slabs numbered in the order in which they are met, so that states that differ only by names are one; and how
    /// many they are. A slab just leased has the number `Int8.max`.
    func renamed() -> (Self, Int) {
        var state = self
        var names: [Int8] = []
        state.forEachSlab { slab in
            if let name = names.firstIndex(of: slab) {
                slab = Int8(name)
            } else {
                names.append(slab)
                slab = Int8(names.count - 1)
            }
        }
        return (state, names.count)
    }

    mutating func forEachSlab(_ body: (inout Int8) -> Void) {
        for index in made.indices { body(&made[index]) }
        for ring in rings.indices {
            for slot in rings[ring].stored.indices { body(&rings[ring].stored[slot]) }
        }
        for c in hands.indices {
            for r in hands[c].indices {
                for part in [\SegmentModel.Hands.work, \SegmentModel.Hands.held] {
                    for index in hands[c][r][keyPath: part].indices {
                        body(&hands[c][r][keyPath: part][index].slab)
                        if hands[c][r][keyPath: part][index].copy != nil {
                            var copy = hands[c][r][keyPath: part][index].copy ?? 0
                            body(&copy)
                            hands[c][r][keyPath: part][index].copy = copy
                        }
                    }
                }
            }
        }
    }
}
