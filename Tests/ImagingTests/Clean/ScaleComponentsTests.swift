import Testing

@testable import Imaging

@Suite struct ScaleComponentsTests {
    private func list(_ components: [(place: Int, flux: Float)]) -> ScaleComponents {
        var list = ScaleComponents(channels: 2)
        for (place, flux) in components { list.append(place) { $0 == 0 ? flux : -flux } }
        return list
    }

    @Test("sums of components are by place, each once")
    func sum() {
        var sum = list([])
        sum.add(list([(3, 1), (9, 2)]))
        sum.add(list([(1, 4), (3, 8), (12, 16)]))
        sum.add(list([]))
        #expect(sum == list([(1, 4), (3, 9), (9, 2), (12, 16)]))
        #expect(sum.fluxes(1).map(\.flux) == [-4, -9, -2, -16])
        #expect(sum.moved { 2 * $0 }.places == [2, 6, 18, 24])
    }

    @Test("sums of components at the same places take no more room")
    func room() {
        var sum = list((0..<1000).map { ($0, 1) })
        sum.add(list((0..<1000).map { ($0, 2) }))
        #expect(sum.count == 1000)
        #expect(sum.places.capacity < 1500 && sum.fluxes.capacity < 3000)
    }

    @Test("components are read by scale, row and column, with zeros for channels without data")
    func read() {
        let components = CleanComponents(
            [(0, list([(7, 1), (21, 2)])), (5, list([])), (11, list([(30, 3)]))], width: 10, active: [0, 2],
            of: 3)
        #expect(components.count == 3)
        #expect(components.map(\.scale) == [0, 0, 11])
        #expect(components.map(\.row) == [0, 2, 3])
        #expect(components.map(\.column) == [7, 1, 0])
        #expect(components.map(\.fluxes) == [[1, 0, -1], [2, 0, -2], [3, 0, -3]])
        #expect(CleanComponents([], width: 10).isEmpty)
    }
}
