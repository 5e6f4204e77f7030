import Astrometry
import Parameters
import Pipeline
import Visibilities

extension Observation {
    /// The observation as it is after phasing: fields at the new centre, antennas' uvw computed for it.
    ///
    /// Fields that track the sky keep their names when they move to a direction; all others are named after their
    /// new place, and those at one place become one field.
    /// - Throws: `PipelineError` (data) when a scan's time is none for which the sky is known.
    func phased(to centre: PhaseCentre, _ orientation: EarthOrientation) throws -> Observation {
        var phased = self
        phased.fields = []
        let calculator = UVWCalculator(
            antennaPositions: antennas.map(\.position), earthOrientation: orientation)
        for index in schedule.indices {
            let field = try field(of: schedule[index], at: centre, seenFrom: calculator.site)
            let place = phased.fields.firstIndex(of: field) ?? phased.fields.count
            if place == phased.fields.count { phased.fields.append(field) }
            phased.schedule[index].field = place
            phased.schedule[index].antennaUVW = calculator.antennaUVW(
                of: field, times: schedule[index].times)
        }
        return phased
    }

    /// What the field of a scan becomes.
    private func field(
        of scan: ScheduledScan, at centre: PhaseCentre, seenFrom site: ObservingSite
    ) throws -> Field {
        let old = fields[scan.field]
        switch centre {
        case .direction(let place):
            let direction = Direction(
                rightAscension: place.rightAscension, declination: place.declination)
            let name = old.tracking == .sidereal ? old.name : direction.designation
            return Field(name: name, phaseCentre: direction, tags: old.tags)
        case .zenith:
            let middle = ((scan.times.first ?? .nan) + (scan.times.last ?? .nan)) / 2
            guard let zenith = site.direction(time: middle, azimuth: 0, elevation: .pi / 2) else {
                throw PipelineError(
                    "scan \(scan.number) has no time for which the sky is known", at: "read",
                    mend: "check the file's times", fault: .data)
            }
            let direction = Direction(
                rightAscension: zenith.rightAscension, declination: zenith.declination)
            return Field(name: direction.designation, phaseCentre: direction, tags: old.tags)
        }
    }
}

extension Direction {
    /// A name by place, such as `J040012-304316`.
    var designation: String {
        let text =
            Sexagesimal.rightAscension(rightAscension, decimals: 0)
            + Sexagesimal.degrees(declination, decimals: 0)
        return "J" + text.filter { $0.isNumber || $0 == "+" || $0 == "-" }
    }
}
