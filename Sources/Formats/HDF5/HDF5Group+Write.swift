import CHDF5
import Parameters

extension HDF5 {
    /// A type, made for writing, of fixed-length text; call it inside a locked section.
    static func textType(_ length: Int) -> HDF5Handle? {
        guard let type = HDF5Handle(H5Tcopy(sluice_H5T_C_S1())), H5Tset_size(type.id, max(length, 1)) >= 0,
            H5Tset_strpad(type.id, H5T_STR_NULLPAD) >= 0
        else { return nil }
        return type
    }
}

/// Texts side by side, each padded with zeros to the longest.
private func padded(_ texts: [String]) -> (bytes: [UInt8], length: Int) {
    let length = max(texts.map(\.utf8.count).max() ?? 0, 1)
    let bytes = texts.flatMap { Array($0.utf8) + [UInt8](repeating: 0, count: length - $0.utf8.count) }
    return (bytes, length)
}

extension HDF5Object {
    /// Writes an attribute in place of any of that name.
    func write(_ name: String, type: HDF5Handle?, shape: [Int], _ bytes: [UInt8]) throws {
        let place = self.place.attribute(name)
        if H5Aexists(handle.id, name) > 0 { H5Adelete(handle.id, name) }
        let extents = shape.map { hsize_t($0) }
        let space = HDF5Handle(
            shape.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), extents, nil))
        guard let type, let space,
            let attribute = HDF5Handle(
                H5Acreate2(handle.id, name, type.id, space.id, HDF5.defaults, HDF5.defaults)),
            H5Awrite(attribute.id, type.id, bytes) >= 0
        else { throw place.failure("the attribute cannot be written", .machine) }
    }

    /// Writes a text attribute.
    func setAttribute(_ name: String, _ text: String) throws {
        try HDF5.locked {
            let (bytes, length) = padded([text])
            try write(name, type: HDF5.textType(length), shape: [], bytes)
        }
    }

    /// Writes an attribute of several texts.
    func setAttribute(_ name: String, _ texts: [String], shape: [Int]) throws {
        try HDF5.locked {
            let (bytes, length) = padded(texts)
            try write(name, type: HDF5.textType(length), shape: shape, bytes)
        }
    }

    /// Writes a number attribute.
    func setAttribute(_ name: String, _ number: Double) throws {
        try HDF5.locked {
            try write(
                name, type: HDF5Handle(H5Tcopy(Double.stored)), shape: [],
                withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) })
        }
    }

    /// Writes an integer attribute.
    func setAttribute(_ name: String, _ number: Int) throws {
        try HDF5.locked {
            try write(
                name, type: HDF5Handle(H5Tcopy(Int64.stored)), shape: [],
                withUnsafeBytes(of: Int64(number).littleEndian) { Array($0) })
        }
    }

    /// Writes an attribute of bytes that HDF5 does not interpret.
    func setAttribute(_ name: String, opaque bytes: [UInt8]) throws {
        try HDF5.locked {
            try write(name, type: HDF5Handle(H5Tcreate(H5T_OPAQUE, max(bytes.count, 1))), shape: [], bytes)
        }
    }
}

extension HDF5Group {
    /// Makes a group, or opens it when it is there.
    func makeGroup(_ name: String) throws -> HDF5Group {
        if let there = group(name) { return there }
        return try HDF5.locked {
            let creation = H5Pcreate(sluice_H5P_GROUP_CREATE())
            defer { H5Pclose(creation) }
            H5Pset_obj_track_times(creation, false)
            guard
                let handle = HDF5Handle(
                    H5Gcreate2(self.handle.id, name, HDF5.defaults, creation, HDF5.defaults))
            else { throw place.child(name).failure("the group cannot be made", .machine) }
            return HDF5Group(handle: handle, place: place.child(name))
        }
    }

    /// Removes a child if there is one.
    func remove(_ name: String) {
        HDF5.locked {
            if H5Lexists(handle.id, name, HDF5.defaults) > 0 { H5Ldelete(handle.id, name, HDF5.defaults) }
        }
    }

    /// Makes a dataset that is stored in one piece.
    ///
    /// - Parameter reserved: whether its place in the file is fixed at once, so that its elements can be written there
    ///   around libhdf5; what is never written reads as zero.
    func makeDataset<T: HDF5Native>(
        _ name: String, _ type: T.Type, shape: [Int], reserved: Bool = false
    ) throws -> HDF5Dataset {
        remove(name)
        return try HDF5.locked {
            let creation = H5Pcreate(sluice_H5P_DATASET_CREATE())
            defer { H5Pclose(creation) }
            H5Pset_obj_track_times(creation, false)
            if reserved {
                H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY)
                H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER)
            }
            let extents = shape.map { hsize_t($0) }
            guard let space = HDF5Handle(H5Screate_simple(Int32(shape.count), extents, nil)),
                let handle = HDF5Handle(
                    H5Dcreate2(
                        self.handle.id, name, T.stored, space.id, HDF5.defaults, creation, HDF5.defaults))
            else { throw place.child(name).failure("the dataset cannot be made", .machine) }
            return try HDF5Dataset(handle, at: place.child(name))
        }
    }

    /// Makes a dataset of these values.
    @discardableResult
    func writeDataset<T: HDF5Native>(_ name: String, _ values: [T], shape: [Int]) throws -> HDF5Dataset {
        let dataset = try makeDataset(name, T.self, shape: shape)
        try HDF5.locked {
            guard H5Dwrite(dataset.handle.id, T.native, HDF5.all, HDF5.all, HDF5.defaults, values) >= 0 else {
                throw dataset.place.failure("the dataset cannot be written", .machine)
            }
        }
        return dataset
    }

    /// Makes a dataset of texts.
    func writeTexts(_ name: String, _ texts: [String], shape: [Int]) throws {
        let (bytes, length) = padded(texts)
        try HDF5.locked { try writeRecords(name, type: HDF5.textType(length), shape: shape, bytes) }
    }

    /// Makes a sensor: records of time, value and status `nominal`.
    func writeSensor(_ name: String, times: [Double], values: [String]) throws {
        let (texts, length) = padded(values)
        let records = times.indices.flatMap { index in
            withUnsafeBytes(of: times[index].bitPattern.littleEndian) { Array($0) }
                + texts[index * length..<(index + 1) * length] + Array("nominal".utf8)
        }
        try HDF5.locked {
            let place = self.place.child(name)
            guard let type = HDF5Handle(H5Tcreate(H5T_COMPOUND, 8 + length + 7)),
                let value = HDF5.textType(length),
                let status = HDF5.textType(7), H5Tinsert(type.id, "timestamp", 0, Double.stored) >= 0,
                H5Tinsert(type.id, "value", 8, value.id) >= 0,
                H5Tinsert(type.id, "status", 8 + length, status.id) >= 0
            else { throw place.failure("the sensor cannot be written", .machine) }
            try writeRecords(name, type: type, shape: [times.count], records)
        }
    }

    /// Makes a dataset of a type from its bytes; call it inside a locked section.
    private func writeRecords(_ name: String, type: HDF5Handle?, shape: [Int], _ bytes: [UInt8]) throws {
        remove(name)
        let creation = H5Pcreate(sluice_H5P_DATASET_CREATE())
        defer { H5Pclose(creation) }
        H5Pset_obj_track_times(creation, false)
        guard let type,
            let space = HDF5Handle(H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil)),
            let dataset = HDF5Handle(
                H5Dcreate2(handle.id, name, type.id, space.id, HDF5.defaults, creation, HDF5.defaults)),
            H5Dwrite(dataset.id, type.id, HDF5.all, HDF5.all, HDF5.defaults, bytes) >= 0
        else { throw place.child(name).failure("the dataset cannot be written", .machine) }
    }
}
