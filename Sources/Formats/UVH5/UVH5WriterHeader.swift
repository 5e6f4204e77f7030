import Astrometry
import Foundation
import Visibilities

/// What a UVH5 file of version 1.2 says about itself, but for its rows and its history.
struct UVH5WriterHeader {
    let layout: UVH5WriterLayout
    let observation: Observation
    let source: UVH5WriterSource
    /// The array's place: the source's, else the mean of the antennas.
    let site: Geodetic
    /// The number of each antenna.
    let numbers: [Int]

    init(_ layout: UVH5WriterLayout, _ observation: Observation, _ source: UVH5WriterSource) {
        self.layout = layout
        self.observation = observation
        self.source = source
        let sum = observation.antennas.reduce(SIMD3<Double>()) { $0 + $1.position }
        site = source.site ?? Geodetic(position: sum / Double(max(observation.antennas.count, 1)))
        numbers = source.antennaNumbers(observation.antennas)
    }

    /// Writes it.
    func write(to header: HDF5Group) throws {
        for (name, value) in counts + texts + place + flags {
            try header.writeScalar(name, value)
        }
        try writeAntennas(header)
        try writeSpectrum(header)
        try writeFields(header)
    }

    private var counts: [(String, HDF5Scalar)] {
        let used = Set(observation.baselines.flatMap { [$0.antenna1, $0.antenna2] })
        return [
            ("Nants_data", .integer(used.count)), ("Nants_telescope", .integer(observation.antennas.count)),
            ("Nbls", .integer(layout.baselines)), ("Nblts", .integer(layout.rows)),
            ("Nfreqs", .integer(layout.channels)), ("Npols", .integer(layout.polarisations)),
            ("Nspws", .integer(observation.spectralWindows.count)), ("Ntimes", .integer(layout.dumps)),
            ("Nphase", .integer(usedFields.count)),
        ]
    }

    private var texts: [(String, HDF5Scalar)] {
        let unit =
            ["Jy", "K str"].contains(observation.visibilityUnit) ? observation.visibilityUnit : "uncalib"
        var texts: [(String, HDF5Scalar)] = [
            ("version", .text("1.2")), ("telescope_name", .text(observation.telescope)),
            ("instrument", .text(source.instrument ?? observation.telescope)), ("vis_units", .text(unit)),
            ("timesys", .text("UTC")), ("telescope_frame", .text("itrs")),
        ]
        if layout.isTimeOrdered { texts.append(("blt_order", .text("time, baseline"))) }
        if !observation.observer.isEmpty { texts.append(("observer", .text(observation.observer))) }
        if unit != "uncalib", let convention = source.polarisationConvention {
            texts.append(("pol_convention", .text(convention)))
        }
        if let orientation { texts.append(("x_orientation", .text(orientation))) }
        return texts
    }

    /// X is horizontal on MeerKAT's dishes, which is what UVH5 calls east.
    private var orientation: String? {
        let isLinear = observation.polarisations.contains { (-8 ... -5).contains($0.rawValue) }
        return source.orientation ?? (observation.telescope == "MeerKAT" && isLinear ? "east" : nil)
    }

    private var place: [(String, HDF5Scalar)] {
        [
            ("latitude", .real(site.latitude / Angle.degree)),
            ("longitude", .real(site.longitude / Angle.degree)), ("altitude", .real(site.height)),
        ]
    }

    private var flags: [(String, HDF5Scalar)] {
        [
            ("flex_spw", .boolean(observation.spectralWindows.count > 1)),
            ("blts_are_rectangular", .boolean(true)), ("time_axis_faster_than_bls", .boolean(false)),
        ]
    }

    private func writeAntennas(_ header: HDF5Group) throws {
        let antennas = observation.antennas
        let count = antennas.count
        try header.writeTexts("antenna_names", antennas.map(\.name), shape: [count])
        try header.writeDataset("antenna_numbers", numbers.map { Int64($0) }, shape: [count])
        let centre = site.position
        let offsets = antennas.flatMap { antenna in
            let offset = antenna.position - centre
            return [offset.x, offset.y, offset.z]
        }
        try header.writeDataset("antenna_positions", offsets, shape: [count, 3])
        if antennas.allSatisfy({ $0.diameter > 0 }) {
            try header.writeDataset("antenna_diameters", antennas.map(\.diameter), shape: [count])
        }
        let known = antennas.map { source.antenna($0.name) }
        // The names of Measurement Set in small letters; what is not among them is called other.
        let mounts: Set = ["alt-az", "equatorial", "orbiting", "x-y", "alt-az+nasmyth-r", "alt-az+nasmyth-l"]
        let own = zip(antennas, known).map { antenna, known in
            let name = antenna.mount.lowercased()
            return known.mount ?? (mounts.contains(name) ? name : "other")
        }
        try header.writeTexts("mount_type", own, shape: [count])
        let feeds = known.first?.feeds.count ?? 0
        guard feeds > 0, known.allSatisfy({ $0.feeds.count == feeds }) else { return }
        try header.writeScalar("Nfeeds", .integer(feeds))
        try header.writeTexts("feed_array", known.flatMap(\.feeds), shape: [count, feeds])
        try header.writeDataset("feed_angle", known.flatMap(\.feedAngles), shape: [count, feeds])
    }

    private func writeSpectrum(_ header: HDF5Group) throws {
        let windows = observation.spectralWindows
        try header.writeDataset("freq_array", windows.flatMap(\.frequencies), shape: [layout.channels])
        try header.writeDataset("channel_width", windows.flatMap(\.widths), shape: [layout.channels])
        try header.writeDataset("spw_array", windows.indices.map { Int64($0) }, shape: [windows.count])
        let ids = windows.enumerated().flatMap { index, window in window.frequencies.map { _ in Int64(index) }
        }
        try header.writeDataset("flex_spw_id_array", ids, shape: [layout.channels])
        try header.writeDataset(
            "polarization_array", observation.polarisations.map { Int64($0.rawValue) },
            shape: [layout.polarisations])
    }

    private var usedFields: [Int] { Set(observation.schedule.map(\.field)).sorted() }

    private func writeFields(_ header: HDF5Group) throws {
        let catalogue = try header.makeGroup("phase_center_catalog")
        for index in usedFields {
            let field = observation.fields[index]
            let entry = try catalogue.makeGroup("\(index)")
            let values: [(String, HDF5Scalar)] = [
                ("cat_name", .text(field.name)), ("info_source", .text("file")),
            ]
            let unknown = ["cat_times", "cat_pm_ra", "cat_pm_dec", "cat_dist", "cat_vrad"]
            for (name, value) in values + Self.place(of: field) + unknown.map({ ($0, .none) }) {
                try entry.writeScalar(name, value)
            }
        }
    }

    private static func place(of field: Field) -> [(String, HDF5Scalar)] {
        let (type, longitude, latitude) =
            switch field.tracking {
            case .sidereal: ("sidereal", field.phaseCentre.rightAscension, field.phaseCentre.declination)
            case .driftscan(let azimuth, let elevation): ("driftscan", azimuth, elevation)
            case .unprojected: ("unprojected", 0, Double.pi / 2)
            }
        let isOnSky = field.tracking == .sidereal
        return [
            ("cat_type", .text(type)), ("cat_lon", .real(longitude)), ("cat_lat", .real(latitude)),
            ("cat_frame", .text(isOnSky ? "icrs" : "altaz")), ("cat_epoch", isOnSky ? .real(2000) : .none),
        ]
    }
}
