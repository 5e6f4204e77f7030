import CHDF5
import Parameters

/// The type of a dataset's elements in a file that is being written.
enum HDF5StoredType: Sendable {
    case float, double, integer
    /// One byte, an enumeration of FALSE and TRUE, as h5py has it.
    case boolean
    /// A compound of two floats, `r` and `i`, as h5py has complex numbers.
    case complexFloat

    /// The type in libhdf5; call it inside a locked section.
    fileprivate func handle() -> HDF5Handle? {
        switch self {
        case .float: return HDF5Handle(H5Tcopy(Float.stored))
        case .double: return HDF5Handle(H5Tcopy(Double.stored))
        case .integer: return HDF5Handle(H5Tcopy(Int64.stored))
        case .boolean:
            guard let type = HDF5Handle(H5Tenum_create(sluice_H5T_STD_I8LE())) else { return nil }
            for (name, value) in [("FALSE", Int8(0)), ("TRUE", Int8(1))] {
                guard withUnsafePointer(to: value, { H5Tenum_insert(type.id, name, $0) }) >= 0 else {
                    return nil
                }
            }
            return type
        case .complexFloat:
            guard let type = HDF5Handle(H5Tcreate(H5T_COMPOUND, 8)),
                H5Tinsert(type.id, "r", 0, Float.stored) >= 0, H5Tinsert(type.id, "i", 4, Float.stored) >= 0
            else { return nil }
            return type
        }
    }
}

extension HDF5Group {
    /// Makes a dataset whose place in the file is fixed at once, so that its elements can be written there around libhdf5;
    /// what is never written is undefined.
    ///
    /// - Parameter chunk: extent of a chunk along each axis, nil for one piece. In a file that only libhdf5 1.10 and later
    ///   read, chunks lie one behind the other, see `chunksOffset`.
    func reserveDataset(
        _ name: String, _ type: HDF5StoredType, shape: [Int], chunk: [Int]? = nil
    ) throws -> HDF5Dataset {
        try HDF5.locked {
            let place = self.place.child(name)
            guard let type = type.handle(), let creation = HDF5Handle(H5Pcreate(sluice_H5P_DATASET_CREATE())),
                H5Pset_obj_track_times(creation.id, false) >= 0,
                H5Pset_alloc_time(creation.id, H5D_ALLOC_TIME_EARLY) >= 0,
                H5Pset_fill_time(creation.id, H5D_FILL_TIME_NEVER) >= 0,
                let space = HDF5Handle(H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil))
            else { throw place.failure("the dataset cannot be described", .machine) }
            if let chunk, H5Pset_chunk(creation.id, Int32(chunk.count), chunk.map { hsize_t($0) }) < 0 {
                throw place.failure("chunks of \(chunk) cannot be made", .machine)
            }
            guard
                let dataset = HDF5Handle(
                    H5Dcreate2(
                        handle.id, name, type.id, space.id, HDF5.defaults, creation.id, HDF5.defaults))
            else { throw place.failure("the dataset cannot be made", .machine) }
            return try HDF5Dataset(dataset, at: place)
        }
    }

    /// Makes a dataset of one number or text, or of none (`H5S_NULL`, which h5py reads as empty).
    func writeScalar(_ name: String, _ value: HDF5Scalar) throws {
        try HDF5.locked {
            let place = self.place.child(name)
            let (type, bytes) = value.stored()
            guard let type, let creation = HDF5Handle(H5Pcreate(sluice_H5P_DATASET_CREATE())),
                H5Pset_obj_track_times(creation.id, false) >= 0,
                let space = HDF5Handle(H5Screate(bytes.isEmpty ? H5S_NULL : H5S_SCALAR)),
                let dataset = HDF5Handle(
                    H5Dcreate2(
                        handle.id, name, type.id, space.id, HDF5.defaults, creation.id, HDF5.defaults)),
                bytes.isEmpty || H5Dwrite(dataset.id, type.id, HDF5.all, HDF5.all, HDF5.defaults, bytes) >= 0
            else { throw place.failure("the dataset cannot be written", .machine) }
        }
    }
}

/// The value of a scalar dataset.
enum HDF5Scalar: Sendable, Hashable {
    case integer(Int)
    case real(Double)
    case text(String)
    case boolean(Bool)
    case none

    /// The type in the file and the bytes of the value; call it inside a locked section.
    fileprivate func stored() -> (HDF5Handle?, [UInt8]) {
        switch self {
        case .integer(let value):
            (HDF5StoredType.integer.handle(), withUnsafeBytes(of: Int64(value).littleEndian) { Array($0) })
        case .real(let value):
            (
                HDF5StoredType.double.handle(),
                withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
            )
        case .text(let value):
            (HDF5.textType(max(value.utf8.count, 1)), value.isEmpty ? [0] : Array(value.utf8))
        case .boolean(let value): (HDF5StoredType.boolean.handle(), [value ? 1 : 0])
        case .none: (HDF5StoredType.float.handle(), [])
        }
    }
}
