import Astrometry
import Visibilities

/// Writes everything of an MVF file but its samples and times.
struct MVFOutputMetadata {
    let layout: MVFOutputLayout
    let observation: Observation
    let source: MVF3File?
    let file: HDF5File

    init(_ layout: MVFOutputLayout, _ observation: Observation, _ source: MVF3File?, _ file: HDF5File) {
        self.layout = layout
        self.observation = observation
        self.source = source
        self.file = file
    }

    /// Copies the source's groups and adjusts them, or writes them from the header alone.
    func write() throws {
        let data = try file.root.makeGroup("Data")
        if let source {
            try copy(source, data)
        } else {
            try make(data)
        }
    }

    /// The constants of the stream that change with it.
    private var constants: [(key: String, value: PythonValue)] {
        [
            ("int_time", .real(observation.integrationTime)), ("n_chans", .integer(Int64(layout.channels))),
            ("bandwidth", .real(layout.width * Double(layout.channels))),
            ("center_freq", .real(layout.centre)),
        ]
    }

    private var labels: [String] { layout.products.flatMap { [$0.labels.0, $0.labels.1] } }

    // MARK: with a source

    private func copy(_ source: MVF3File, _ data: HDF5Group) throws {
        try Self.copyDescriptions(from: source.file.root, to: file.root)
        if !data.contains("flags_description") { try Self.describeFlags(data) }
        let attributes = try MVFAttributes(root: file.root, data: data)
        try adjustConstants(attributes, source)
        let isMoved = observation.fields.contains { MVFOutputScans.target(of: $0, in: source) == nil }
        if isMoved || !MVFOutputTimes(observation, source).isWhole(of: source) {
            try writeScans(attributes.model, source)
        }
        if Set(observation.antennas.map(\.name)) != Set(source.antennas.map(\.name)) {
            try adjustAntennas(attributes, source)
        }
    }

    /// Copies everything of a file but its samples and times.
    static func copyDescriptions(from source: HDF5Group, to target: HDF5Group) throws {
        try target.copyAttributes(from: source)
        for name in ["History", "TelescopeModel", "TelescopeState"] {
            if let group = source.group(name) { try target.makeGroup(name).copyAll(from: group) }
        }
        let (samples, data) = (try source.requireGroup("Data"), try target.makeGroup("Data"))
        try data.copyAttributes(from: samples)
        for name in ["flags_description", "weights_description"] where samples.contains(name) {
            try data.copyDataset(name, from: samples)
        }
    }

    /// Sets the constants wherever the source keeps them.
    private func adjustConstants(_ attributes: MVFAttributes, _ file: MVF3File) throws {
        let pairs = layout.products.map { PythonValue.list([.text($0.labels.0), .text($0.labels.1)]) }
        if let state = attributes.state {
            let all = constants + [("bls_ordering", .list(pairs)), ("n_bls", .integer(Int64(pairs.count)))]
            for (key, value) in all {
                try state.setAttribute(
                    "\(attributes.stream)_\(key)", opaque: TelescopeStateCode.encode(value))
            }
        }
        let processor = try part("sdp", of: attributes.model)
        if try processor.attribute("class") == nil { try processor.setAttribute("class", "SDP") }
        for (key, value) in constants { try Self.set(processor, "l0_" + key, value) }
        let correlator = attributes.correlator
        if try attributes.state == nil || correlator.attribute("bls_ordering") != nil {
            try correlator.setAttribute("bls_ordering", labels, shape: [layout.products.count, 2])
        }
        if try correlator.attribute("n_bls") != nil {
            try correlator.setAttribute("n_bls", layout.products.count)
        }
        for (key, value) in constants where key != "int_time" {
            // The correlator's own constants change only where they were those of the data.
            guard let old = try correlator.attribute(key)?.numbers?.first,
                let own = try file.attributes.l0(key)?.number, old == own
            else { continue }
            try Self.set(correlator, key, value)
        }
    }

    /// The group of the model of that name, made if the source has none.
    private func part(_ name: String, of model: HDF5Group) throws -> HDF5Group {
        if let known = source?.attributes.model, known.contains(name), known.group(name) == nil {
            throw known.place.child(name).error("expected a group")
        }
        return try model.makeGroup(name)
    }

    private static func set(_ group: HDF5Group, _ name: String, _ value: PythonValue) throws {
        switch value {
        case .integer(let number): try group.setAttribute(name, Int(number))
        case .real(let number): try group.setAttribute(name, number)
        default: break
        }
    }

    /// Names the antennas that are left where the observation's parameters list them.
    private func adjustAntennas(_ attributes: MVFAttributes, _ source: MVF3File) throws {
        let list = observation.antennas.map(\.name).joined(separator: ",")
        if let captureBlock = source.captureBlock, let state = attributes.state {
            var parameters = source.parameters
            parameters["ants"] = .text(list)
            try state.setAttribute(
                captureBlock + "_obs_params", opaque: TelescopeStateCode.encode(.map(parameters)))
        } else if let observer = try MVFAttributes.components(of: attributes.model, class: "Observation")
            .first,
            let sensor = try observer.dataset("params").flatMap({ try MVFSensor($0) }),
            let last = sensor.times.last
        {
            try observer.writeSensor(
                "params", times: sensor.times + [last + 1], values: sensor.values + ["ants '\(list)'"])
        }
    }

    /// Writes the sensors that split the dumps into scans, for every antenna.
    private func writeScans(_ model: HDF5Group, _ source: MVF3File?) throws {
        let scans = MVFOutputScans(observation, layout, source)
        for antenna in try MVFAttributes.components(of: model, class: "AntennaPositioner") {
            try antenna.writeSensor("activity", times: scans.activity.times, values: scans.activity.values)
            try antenna.writeSensor("target", times: scans.targets.times, values: scans.targets.values)
        }
        let observer =
            try MVFAttributes.components(of: model, class: "Observation").first ?? part("obs", of: model)
        try observer.setAttribute("class", "Observation")
        try observer.writeSensor("label", times: scans.labels.times, values: scans.labels.values)
    }

    // MARK: without a source

    private func make(_ data: HDF5Group) throws {
        let start = MVFOutputTimes(observation, nil).unix.first?.first ?? 0
        let captureBlock = "\(Int(exactly: start.rounded(.down)) ?? 0)"
        try file.root.setAttribute("version", "3.9")
        try file.root.setAttribute("capture_block_id", captureBlock)
        try data.setAttribute("stream_name", "sdp_l0")
        try Self.describeFlags(data)
        _ = try file.root.makeGroup("History")
        let model = try file.root.makeGroup("TelescopeModel")
        for (antenna, text) in zip(observation.antennas, AntennaDescription.lines(of: observation.antennas)) {
            let group = try model.makeGroup(antenna.name)
            try group.setAttribute("class", "AntennaPositioner")
            try group.setAttribute("observer", text)
            try group.writeSensor("ap_indexer_position", times: [start - 300], values: [band])
        }
        let correlator = try model.makeGroup("cbf")
        try correlator.setAttribute("class", "CorrelatorBeamformer")
        try correlator.setAttribute("bls_ordering", labels, shape: [layout.products.count, 2])
        try correlator.setAttribute("n_bls", layout.products.count)
        // The sample counter of a digitiser that samples twice the bandwidth; started an hour before.
        try correlator.setAttribute("scale_factor_timestamp", ["u": 1088e6, "s": 1750e6][band] ?? 1712e6)
        try correlator.setAttribute("sync_time", (start - 3600).rounded(.down))
        for (key, value) in constants { try Self.set(correlator, key, value) }
        let processor = try model.makeGroup("sdp")
        try processor.setAttribute("class", "SDP")
        for (key, value) in constants { try Self.set(processor, "l0_" + key, value) }
        try writeScans(model, nil)
        try makeState(captureBlock)
    }

    private func makeState(_ captureBlock: String) throws {
        let state = try file.root.makeGroup("TelescopeState")
        let parameters: [String: PythonValue] = [
            "observer": .text(observation.observer), "description": .text(observation.description),
            "ants": .text(observation.antennas.map(\.name).joined(separator: ",")),
        ]
        let pairs = layout.products.map { PythonValue.list([.text($0.labels.0), .text($0.labels.1)]) }
        let values: [(String, PythonValue)] =
            constants.map { ("sdp_l0_" + $0.key, $0.value) } + [
                ("sdp_l0_bls_ordering", .list(pairs)), ("sdp_l0_n_bls", .integer(Int64(pairs.count))),
                ("sub_band", .text(band)), (captureBlock + "_obs_params", .map(parameters)),
            ]
        for (key, value) in values { try state.setAttribute(key, opaque: TelescopeStateCode.encode(value)) }
    }

    /// The receiver band that holds the centre frequency; `l` when none does, or when `u` would mean descending channels.
    private var band: String {
        if layout.width * Double(layout.channels) == 856e6 { return "l" }
        let bands: [(name: String, range: Range<Double>)] = [
            ("u", 544e6..<856e6), ("l", 856e6..<1712e6), ("s", 1712e6..<3500e6),
        ]
        return bands.first { $0.range.contains(layout.centre) }?.name ?? "l"
    }

    private static func describeFlags(_ data: HDF5Group) throws {
        let texts = [
            "no reason given", "predefined static flag list", "flag based on live CAM information",
            "no data was received", "RFI detected in ingest", "RFI predicted from space based pollutants",
            "RFI detected in calibration", "found by a later processing step",
        ]
        let names = ["reserved0"] + FlagReasons.names.dropFirst()
        try data.writeTexts(
            "flags_description", zip(names, texts).flatMap { [$0, $1] }, shape: [names.count, 2])
    }
}
