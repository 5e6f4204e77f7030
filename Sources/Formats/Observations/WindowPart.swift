import Visibilities

/// One window of one sub-band of an observation: what each file fills of it, and what nobody does.
struct WindowPart {
    private let view: ObservationView
    private let targets: WindowTargets
    /// The joined dump of each row.
    private let rows: [Int?]
    /// The joined spectral window and channels.
    private let window: Int
    private let channels: Range<Int>

    init(_ view: ObservationView, _ targets: WindowTargets, rows: [Int?], subband: Subband) {
        self.view = view
        self.targets = targets
        self.rows = rows
        let place = view.windows[subband.spectralWindow]
        window = place.window
        channels = subband.channels.lowerBound + place.first..<subband.channels.upperBound + place.first
    }

    /// What a file is asked for: one request for each of its runs of channels.
    func requests(of member: Int, counts: Bool) -> [SampleRequest] {
        let own = view.source.members[member]
        let dumps = rows.map { $0.flatMap { own.dumps[$0] } }
        guard dumps.contains(where: { $0 != nil }) else { return [] }
        let planes = destinations(of: member)
        guard !planes.isEmpty else { return [] }
        let tracks: [TrackDestination] = view.baselines.indices.compactMap { index in
            own.baselines[view.baselines[index]].map {
                TrackDestination(
                    baseline: $0, uvw: targets.tracks[index].uvw, centroids: targets.tracks[index].centroids)
            }
        }
        return own.runs[window].compactMap { run in
            let covered = channels.clamped(to: run.start..<run.start + run.channels.count)
            guard !covered.isEmpty else { return nil }
            let first = run.channels.lowerBound + covered.lowerBound - run.start
            return SampleRequest(
                dumps: dumps, spectralWindow: run.spectralWindow, channels: first..<first + covered.count,
                firstChannel: covered.lowerBound - channels.lowerBound, width: channels.count, planes: planes,
                tracks: tracks, weightUnit: own.weightUnit, counts: counts)
        }
    }

    /// The planes that a file holds.
    private func destinations(of member: Int) -> [PlaneDestination] {
        targets.planes.indices.compactMap { plane in
            place(of: plane, in: member).map {
                targets.planes[plane].destination(baseline: $0.baseline, polarisation: $0.polarisation)
            }
        }
    }

    /// The file's plane for a plane of the observation; nil when the file lacks it.
    private func place(of plane: Int, in member: Int) -> JoinedMember.Plane? {
        let (index, number) = plane.quotientAndRemainder(dividingBy: view.polarisations.count)
        let joined =
            view.baselines[index] * view.source.contents.polarisations.count + view.polarisations[number]
        return view.source.members[member].planes[joined]
    }

    /// Marks what no file fills as lost.
    func loseUncovered() {
        let members = view.source.members
        var missing: [[Int]: [Int]] = [:]
        for row in rows.indices {
            let present = members.indices.filter { member in
                rows[row].flatMap { members[member].dumps[$0] } != nil
            }
            for run in runs() {
                let filling = present.filter { member in
                    members[member].runs[window].contains { own in
                        own.start <= run.lowerBound && run.upperBound <= own.start + own.channels.count
                    }
                }
                let planes = missing[filling] ?? planesLacking(in: filling)
                missing[filling] = planes
                let offset = row * channels.count + run.lowerBound - channels.lowerBound
                for plane in planes {
                    targets.planes[plane].destination(baseline: 0, polarisation: 0).lose(
                        from: offset, count: run.count)
                }
            }
        }
    }

    /// The planes that none of some files holds.
    private func planesLacking(in members: [Int]) -> [Int] {
        targets.planes.indices.filter { plane in
            !members.contains { place(of: plane, in: $0) != nil }
        }
    }

    /// The channels, cut where a file's run begins or ends.
    private func runs() -> [Range<Int>] {
        let edges = view.source.members.flatMap { $0.runs[window] }.flatMap {
            [$0.start, $0.start + $0.channels.count]
        }
        let inside = Set(edges).filter { channels.lowerBound < $0 && $0 < channels.upperBound }
        let bounds = [channels.lowerBound] + inside.sorted() + [channels.upperBound]
        return zip(bounds, bounds.dropFirst()).map { $0..<$1 }
    }
}
