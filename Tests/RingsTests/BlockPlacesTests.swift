import Rings
import Testing

@Suite("Places of blocks", .timeLimit(.minutes(1)))
struct BlockPlacesTests {
    typealias Consumer = BlockPlaces.Consumer

    @Test("are slots, hands, copies of shared blocks, and what is held")
    func byHand() {
        var chain = BlockPlaces(makes: 3)
        chain.addLink(capacity: 4, consumers: [Consumer(width: 2, changes: true)])
        chain.addLink(capacity: 4, consumers: [Consumer(holds: 5)])
        #expect(chain.slabs == 3 + (4 + 2) + (4 + 1 + 5))

        var tree = BlockPlaces(makes: 1)
        tree.addLink(capacity: 4, consumers: [Consumer(changes: true), Consumer(holds: 7)])
        tree.addLink(capacity: 2, shared: true, consumers: [Consumer(changes: true)])
        #expect(tree.slabs == 1 + (4 + 2 + 8 - 1) + (2 + 2))
    }

    static let consumers = [
        Consumer(), Consumer(changes: true), Consumer(width: 2), Consumer(width: 2, changes: true),
        Consumer(holds: 1), Consumer(holds: 1, changes: true),
    ]

    @Test("of a chain are all needed and enough, whatever the order of events", arguments: 1...2, consumers)
    func chain(capacity: Int, consumer: Consumer) {
        for makes in 1...2 {
            let first = SegmentModel.Channel(
                capacity: capacity, readers: [.init(consumer: consumer, output: 1)])
            let last = SegmentModel.Channel(capacity: 1, readers: [.init(consumer: Consumer(holds: 1))])
            let model = SegmentModel(makes: makes, channels: [first, last])
            #expect(model.mostLeased() == model.places)
        }
    }

    @Test("after a fan-out are enough, and one too many at most", arguments: consumers, consumers)
    func fanOut(left: Consumer, right: Consumer) {
        let readers = [left, right].map { SegmentModel.Stage(consumer: $0) }
        let simple = [left, right].allSatisfy { $0.width == 1 && $0.holds == 0 }
        for capacity in 1...2 {
            let model = SegmentModel(channels: [.init(capacity: capacity, readers: readers)])
            let most = model.mostLeased()
            #expect(most <= model.places)
            #expect(most >= model.places - (simple ? 0 : 1))
        }
    }

    @Test("below a fan-out are enough and needed, since blocks are shared there too")
    func belowFanOut() {
        let through = SegmentModel.Stage(consumer: Consumer(), output: 1)
        let fan = SegmentModel.Channel(
            capacity: 1, readers: [through, .init(consumer: Consumer(changes: true))])
        let end = SegmentModel.Channel(capacity: 1, readers: [.init(consumer: Consumer(changes: true))])
        let model = SegmentModel(channels: [fan, end])
        #expect(model.mostLeased() == model.places)
    }

    @Test("of three readers are enough and needed")
    func threeReaders() {
        let consumers = [Consumer(changes: true), Consumer(), Consumer(changes: true)]
        let model = SegmentModel(channels: [
            .init(capacity: 1, readers: consumers.map { .init(consumer: $0) })
        ])
        #expect(model.mostLeased() == model.places)
    }
}
