import Parameters

/// Files sorted along one axis: those with equal coordinates form a group, groups follow one another.
struct AxisGroups {
    /// The group of each file, numbered along the axis.
    let group: [Int]
    /// How many groups there are.
    let count: Int

    /// Groups files.
    ///
    /// - Parameters:
    ///   - coordinates: those of each file, ascending.
    ///   - mayInterleave: whether coordinates of two groups may alternate (they are names rather than places).
    ///   - step: from one of a file's coordinates to the next, at their lower or upper end; a tenth of it is no difference,
    ///     and files that follow one another are a whole step apart, half of each.
    /// - Throws: `ObservationError` naming two files that share part of their coordinates.
    init(
        _ files: [any ObservationFile], axis: String, _ coordinates: [[Double]], mayInterleave: Bool = false,
        step: (_ file: any ObservationFile, _ isUpper: Bool) -> Double
    ) throws {
        var groups: [[Int]] = []
        for index in files.indices {
            let limit = 0.1 * step(files[index], false)
            let same = groups.firstIndex { Self.areEqual(coordinates[$0[0]], coordinates[index], limit) }
            if let same { groups[same].append(index) } else { groups.append([index]) }
        }
        groups.sort { (coordinates[$0[0]].first ?? 0) < (coordinates[$1[0]].first ?? 0) }
        for (one, two) in zip(groups, groups.dropFirst()) {
            let (a, b) = (coordinates[one[0]], coordinates[two[0]])
            let limit = 0.45 * (step(files[one[0]], true) + step(files[two[0]], false))
            let overlap =
                mayInterleave
                ? a.contains { value in b.contains { abs($0 - value) < limit } }
                : (b.first ?? 0) - (a.last ?? 0) < limit
            if overlap {
                throw ObservationError(
                    .usage, "the \(axis) of two files overlap without being equal",
                    files: [files[one[0]].path, files[two[0]].path],
                    remedy: "give files whose \(axis) are equal or follow one another")
            }
        }
        var group = [Int](repeating: 0, count: files.count)
        for (number, members) in groups.enumerated() {
            for member in members { group[member] = number }
        }
        self.group = group
        count = groups.count
    }

    /// The files of a group, in the order given.
    func members(of number: Int) -> [Int] { group.indices.filter { group[$0] == number } }

    private static func areEqual(_ a: [Double], _ b: [Double], _ tolerance: Double) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < tolerance }
    }
}
