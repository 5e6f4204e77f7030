import Astrometry
import Parameters
import Pipeline
import Visibilities

extension PreflagSettings {
    /// The rules about where dishes point, seen from each antenna, that are set.
    ///
    /// - Throws: when an antenna's diameter is needed and not known, or a scan's time is none for which the sky is known.
    func sightRules(of observation: Observation) throws -> [BoundRule] {
        guard elevation != nil || shadow else { return [] }
        let geometry = try geometry(of: observation)
        var (low, hidden): ([[Bool]], [[Bool]]) = ([], [])
        // Directions fixed to the ground are the same in every dump.
        var last: (direction: SIMD3<Double>, hidden: [Bool])?
        func shadowed(towards direction: SIMD3<Double>) -> [Bool] {
            if let last, last.direction == direction { return last.hidden }
            let hidden = geometry.shadowed(towards: direction, tolerance: shadowTolerance ?? 0)
            last = (direction, hidden)
            return hidden
        }
        for scan in observation.schedule {
            let directions = geometry.site.directions(of: observation.fields[scan.field], scan.times)
            guard directions.allSatisfy({ ($0 * $0).sum().isFinite }) else { throw scan.unknownSky }
            if let elevation {
                low.append(
                    directions.flatMap { geometry.elevations(towards: $0).map(elevation.contains) })
            }
            if shadow { hidden.append(directions.flatMap(shadowed)) }
        }
        var rules: [BoundRule] = []
        if elevation != nil { rules.append(BoundRule(rule: .elevation, extent: .antennas(low))) }
        if shadow { rules.append(BoundRule(rule: .shadow, extent: .antennas(hidden))) }
        return rules
    }

    /// The dishes of an observation.
    func geometry(of observation: Observation) throws -> ArrayGeometry {
        let diameters = try observation.antennas.map { antenna in
            if antenna.diameter > 0 { return antenna.diameter }
            guard let dishDiameter else {
                if !shadow { return 0 }
                throw $shadow.error(
                    "the data do not tell the diameter of \(antenna.name)", mend: "add dish-diameter")
            }
            return dishDiameter
        }
        return ArrayGeometry(
            positions: observation.antennas.map(\.position), diameters: diameters,
            earthOrientation: try .shipped())
    }
}

extension ObservingSite {
    /// Where dishes point on a field at times (UTC, MJD seconds): unit vectors in ITRF axes.
    fileprivate func directions(of field: Field, _ times: [Double]) -> [SIMD3<Double>] {
        switch field.tracking {
        case .sidereal:
            directions(
                times: times, rightAscension: field.phaseCentre.rightAscension,
                declination: field.phaseCentre.declination)
        case .driftscan(let azimuth, let elevation):
            times.map { _ in geodetic.vector(azimuth: azimuth, elevation: elevation) }
        case .unprojected: times.map { _ in geodetic.up }
        }
    }
}
