import Visibilities

extension BoundRule {
    /// Whether it looks at samples.
    var readsSamples: Bool {
        switch extent {
        case .dead, .amplitudes: true
        case .channels, .baselines, .dumps, .antennas, .lengths: false
        }
    }

    /// Bytes of its tables.
    var byteCount: Int {
        switch extent {
        case .dumps(let table), .antennas(let table): table.reduce(0) { $0 + $1.count }
        case .baselines(let chosen): chosen.count
        case .channels, .lengths, .dead, .amplitudes: 0
        }
    }

    /// Whether it is known to hold nowhere.
    var isIdle: Bool {
        switch extent {
        case .channels(let windows): windows.allSatisfy(\.isEmpty)
        case .baselines(let chosen): !chosen.contains(true)
        case .dumps(let table), .antennas(let table): !table.contains { $0.contains(true) }
        case .lengths, .dead, .amplitudes: false
        }
    }

    /// What it holds for, in a line: `quack: 4 of 60 dumps`; nil where only the samples tell.
    func note(_ observation: Observation) -> String? {
        let title = rule.rawValue + ": "
        if isIdle { return title + "nothing" }
        let dumps = observation.schedule.reduce(0) { $0 + $1.times.count }
        switch extent {
        case .channels(let windows):
            let all = observation.spectralWindows.reduce(0) { $0 + $1.frequencies.count }
            return title + "\(windows.joined().reduce(0) { $0 + $1.count }) of \(all) channels"
        case .baselines(let chosen):
            return title + "\(chosen.count { $0 }) of \(chosen.count) baselines"
        case .dumps(let table): return title + "\(table.joined().count { $0 }) of \(dumps) dumps"
        case .antennas(let table): return title + Self.describe(table, observation, dumps: dumps)
        case .lengths, .dead, .amplitudes: return nil
        }
    }

    /// `m000, m001 in 12 of 60 dumps`.
    private static func describe(_ table: [[Bool]], _ observation: Observation, dumps: Int) -> String {
        let antennas = observation.antennas
        var touched = [Bool](repeating: false, count: antennas.count)
        var count = 0
        for scan in table {
            for start in stride(from: 0, to: scan.count, by: max(antennas.count, 1)) {
                let dump = scan[start..<start + antennas.count]
                if dump.contains(true) { count += 1 }
                for (antenna, isTouched) in dump.enumerated() where isTouched { touched[antenna] = true }
            }
        }
        let names = zip(antennas, touched).filter { $1 }.map(\.0.name)
        let listed = names.count <= 8 ? names.joined(separator: ", ") : "\(names.count) antennas"
        return "\(listed) in \(count) of \(dumps) dumps"
    }
}
