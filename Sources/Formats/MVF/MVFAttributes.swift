/// Where a MeerKAT file keeps what is constant: TelescopeState, the `sdp` and `cbf` groups of TelescopeModel.
struct MVFAttributes: Sendable {
    let model: HDF5Group
    let state: HDF5Group?
    let stream: String
    let correlator: HDF5Group
    let processor: HDF5Group?

    /// Finds the groups.
    ///
    /// - Throws: `HDF5Error` when there is no TelescopeModel or no correlator in it.
    init(root: HDF5Group, data: HDF5Group) throws {
        model = try root.requireGroup("TelescopeModel")
        state = root.group("TelescopeState")
        stream = try data.text("stream_name") ?? "sdp_l0"
        processor = model.group("sdp")
        guard let correlator = try Self.components(of: model, class: "CorrelatorBeamformer").first else {
            throw model.place.error("expected a component of class CorrelatorBeamformer")
        }
        self.correlator = correlator
    }

    /// The components of a class, in alphabetical order.
    static func components(of model: HDF5Group, class name: String) throws -> [HDF5Group] {
        try model.names.compactMap { model.group($0) }.filter {
            try $0.attribute("class")?.strings?.first == name
        }
    }

    /// A value of the TelescopeState: its attribute, else the latest sample of its sensor; nil when there is neither
    /// or it cannot be decoded.
    ///
    /// - Throws: `HDF5Error` when the attribute is a plain number: all that MeerKAT writes there is encoded, or text.
    func telescope(_ key: String) throws -> PythonValue? {
        guard let state else { return nil }
        if let stored = try state.attribute(key) {
            guard case .bytes(let values) = stored else {
                throw state.place.attribute(key).error(
                    "expected an encoded value or text, found plain numbers")
            }
            return values.first.flatMap { try? TelescopeStateCode.decode($0) }
        }
        guard let dataset = try state.dataset(key), dataset.shape.count == 1, dataset.count > 0,
            Set(dataset.memberNames) == ["timestamp", "value"],
            let times = try dataset.values(ofMember: "timestamp").numbers,
            let latest = times.indices.max(by: { times[$0] < times[$1] })
        else { return nil }
        let stored = try dataset.values(ofMember: "value")
        guard case .bytes(let values) = stored else { return stored.numbers.map { .real($0[latest]) } }
        return try? TelescopeStateCode.decode(values[latest])
    }

    /// A plain attribute as a value: one number or text, or a list.
    static func value(_ stored: HDF5Value) -> PythonValue {
        let items: [PythonValue] =
            switch stored {
            case .integers(let values): values.map(PythonValue.integer)
            case .reals(let values): values.map(PythonValue.real)
            case .bytes: (stored.strings ?? []).map(PythonValue.text)
            }
        return items.count == 1 ? items[0] : .list(items)
    }

    /// A constant of the L0 stream: TelescopeState, `sdp` attribute, else the correlator's.
    func l0(_ key: String) throws -> PythonValue? {
        if let found = try telescope("\(stream)_\(key)") { return found }
        if let found = try processor?.attribute("l0_" + key) { return Self.value(found) }
        return try correlator(key)
    }

    /// A constant of the L0 stream, the correlator's not counting.
    func ownL0(_ key: String) throws -> PythonValue? {
        if let found = try telescope("\(stream)_\(key)") { return found }
        return try processor?.attribute("l0_" + key).map(Self.value)
    }

    /// A constant of the correlator: up the chain of source streams, its instrument, `cbf_`, the `cbf` group.
    func correlator(_ key: String) throws -> PythonValue? {
        var source = try firstSource(of: stream)
        var root: String?
        for _ in 0..<10 {
            guard let name = source else { break }
            if let found = try telescope("\(name)_\(key)") ?? telescope("cbf_\(name)_\(key)") { return found }
            root = name
            source = try firstSource(of: name)
        }
        if let root, let instrument = try telescope("\(root)_instrument_dev_name")?.string,
            let found = try telescope("\(instrument)_\(key)") ?? telescope("cbf_\(instrument)_\(key)")
        {
            return found
        }
        if let found = try telescope("cbf_" + key) { return found }
        return try correlator.attribute(key).map(Self.value)
    }

    private func firstSource(of stream: String) throws -> String? {
        switch try telescope(stream + "_src_streams") {
        case .list(let names): names.first?.string
        case .text(let name): name.isEmpty ? nil : name
        default: nil
        }
    }

    /// A positive number that must be there.
    func requirePositive(_ key: String, _ value: PythonValue?) throws -> Double {
        guard let number = value?.number, number.isFinite, number > 0 else {
            throw model.place.error("expected a positive '\(key)' in TelescopeState or TelescopeModel")
        }
        return number
    }

    /// The observation's parameters, such as `observer`, `ants`.
    func observationParameters(captureBlock: String?) throws -> [String: PythonValue] {
        if let captureBlock { return try telescope(captureBlock + "_obs_params")?.map ?? [:] }
        guard let observer = try Self.components(of: model, class: "Observation").first,
            let sensor = try observer.dataset("params").flatMap({ try MVFSensor($0) })
        else { return [:] }
        var parameters: [String: PythonValue] = [:]
        for line in sensor.values {
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2 else { continue }
            parameters[String(parts[0])] = PythonLiteral.parse(String(parts[1])) ?? .text(String(parts[1]))
        }
        return parameters
    }
}
