import Astrometry
import Foundation
import Visibilities

/// What a file's phase centres are, as targets.
enum UVH5Targets {
    /// A phase centre as a catalogue describes it.
    struct Entry: Sendable, Hashable {
        var name = ""
        /// `sidereal`, `ephem`, `driftscan`, `unprojected` or `near_field`.
        var sort = "sidereal"
        /// Frame, such as `icrs` or `fk5`.
        var frame = "icrs"
        /// Year of the frame's equinox, if it is told.
        var equinox: Double?
        /// Longitude and latitude in that frame, radians.
        var longitude, latitude: Double?
        /// Whether it has a proper motion.
        var moves = false

        /// Whether it has a direction of its own.
        var isPlaced: Bool { sort == "sidereal" || sort == "driftscan" }
    }

    /// The targets of a file, and for each phase centre's number its place among them.
    ///
    /// - Parameters:
    ///   - rows: which dumps are on which phase centre.
    ///   - site: where drifting directions are seen from.
    static func read(
        _ items: UVH5Items, rows: UVH5Rows, site: ObservingSite, warnings: inout [String]
    ) throws -> (targets: [ObservationTarget], place: [Int: Int]) {
        var dumps: [Int: (first: Int, last: Int)] = [:]
        for (dump, number) in rows.phaseCentres.enumerated() {
            dumps[number] = (dumps[number]?.first ?? dump, dump)
        }
        let used = Set(dumps.keys)
        let catalogue = try catalogue(items, used: used)
        let only = try catalogue == nil ? phaseType(items) : nil
        var targets: [ObservationTarget] = []
        var place: [Int: Int] = [:]
        for number in used.sorted() {
            guard let entry = only ?? catalogue?[number] else {
                throw items.error(
                    "phase_center_id_array", "phase centre \(number) is not in phase_center_catalog")
            }
            place[number] = targets.count
            let (first, last) = dumps[number] ?? (0, 0)
            let middle = (rows.times[first] + rows.times[last]) / 2
            let target = target(entry, middle: middle, site: site)
            if entry.moves, target.field != nil {
                warnings.append("the proper motion of '\(entry.name)' is not applied")
            }
            targets.append(target)
        }
        return (targets, place)
    }

    /// The target that an entry stands for.
    ///
    /// - Parameters:
    ///   - middle: of the time on it, UTC, MJD seconds: where a direction that drifts is seen then names its field.
    ///   - site: where it is seen from.
    static func target(_ entry: Entry, middle: Double, site: ObservingSite) -> ObservationTarget {
        func none(_ problem: String) -> ObservationTarget {
            ObservationTarget(names: [entry.name], tags: [], field: nil, problem: problem)
        }
        switch entry.sort {
        case "sidereal":
            guard let frame = CatalogueFrame(name: entry.frame, equinox: entry.equinox) else {
                return none("in frame '\(entry.frame)', only icrs, fk5, fk4 and galactic are read")
            }
            guard let longitude = entry.longitude, let latitude = entry.latitude,
                let centre = frame.icrs(longitude: longitude, latitude: latitude)
            else { return none("without coordinates that can be understood") }
            return field(entry, centre, .sidereal)
        case "unprojected":
            guard let zenith = site.direction(time: middle, azimuth: 0, elevation: .pi / 2) else {
                return none("at a time that has no sidereal time")
            }
            return field(entry, zenith, .unprojected)
        case "driftscan":
            guard let azimuth = entry.longitude, let elevation = entry.latitude, abs(elevation) <= .pi / 2,
                let centre = site.direction(time: middle, azimuth: azimuth, elevation: elevation)
            else { return none("without coordinates that can be understood") }
            return field(entry, centre, .driftscan(azimuth: azimuth, elevation: elevation))
        default: return none("of type '\(entry.sort)', only sidereal ones are read")
        }
    }

    private static func field(
        _ entry: Entry, _ centre: (rightAscension: Double, declination: Double), _ tracking: Tracking
    ) -> ObservationTarget {
        let direction = Direction(rightAscension: centre.rightAscension, declination: centre.declination)
        return ObservationTarget(
            names: [entry.name], tags: [],
            field: Field(name: entry.name, phaseCentre: direction, tracking: tracking))
    }

    /// The one phase centre of a file from before catalogues.
    private static func phaseType(_ items: UVH5Items) throws -> Entry {
        var entry = Entry()
        entry.name = try items.text("object_name") ?? ""
        let type = try items.text("phase_type")?.lowercased()
        let isPhased = try type.map { $0 == "phased" } ?? (items.real("phase_center_ra") != nil)
        guard isPhased else {
            entry.sort = "unprojected"
            if entry.name.isEmpty { entry.name = "zenith" }
            return entry
        }
        entry.frame = try items.text("phase_center_frame") ?? "icrs"
        entry.equinox = try items.real("phase_center_epoch")
        entry.longitude = try items.real("phase_center_ra")
        entry.latitude = try items.real("phase_center_dec")
        if entry.name.isEmpty { entry.name = "phased" }
        guard entry.longitude != nil, entry.latitude != nil else {
            throw items.error("phase_center_ra", "the item is missing: phased data need their phase centre")
        }
        return entry
    }
}
