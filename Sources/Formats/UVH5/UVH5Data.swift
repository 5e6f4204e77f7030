import CHDF5
import Parameters

/// The sample arrays of a file: [row][channel][product] each, in files before 1.0 [row][1][channel][product].
struct UVH5Data: Sendable {
    /// How real and imaginary parts are stored.
    enum Parts: Sendable, Hashable {
        /// Single precision.
        case single
        /// Double precision.
        case double
        /// Whole numbers of 32 bits (or fewer).
        case integer

        /// Bytes of a complex number in memory.
        var byteCount: Int { self == .double ? 16 : 8 }
    }

    /// Compound {r, i}.
    let visibilities: HDF5Dataset
    /// Enumeration {FALSE, TRUE}.
    let flags: HDF5Dataset
    /// Single precision.
    let samples: HDF5Dataset
    /// How visibilities are stored.
    let parts: Parts

    /// Rows, channels and products.
    let rows, channels, products: Int

    /// Bytes of libhdf5's cache of the chunks of one array.
    static let cacheBytes = 16 << 20

    /// Opens the arrays and checks them against each other.
    init(_ group: HDF5Group) throws {
        let visibilities = try Self.dataset("visdata", in: group)
        let shape = visibilities.shape
        guard shape.count == 3 || shape.count == 4 && shape[1] == 1, !shape.contains(0) else {
            throw visibilities.place.error(
                "expected an array of shape [Nblts, Nfreqs, Npols] or [Nblts, 1, Nfreqs, Npols], found \(shape)"
            )
        }
        (rows, channels, products) = (shape[0], shape[shape.count - 2], shape[shape.count - 1])
        guard rows <= UVH5RowItems.most, channels <= 1 << 24, products <= 12 else {
            throw visibilities.place.error("an array of shape \(shape) is not credible")
        }
        parts = try Self.parts(of: visibilities)
        self.visibilities = visibilities
        flags = try Self.dataset("flags", in: group)
        samples = try Self.dataset("nsamples", in: group)
        for dataset in [flags, samples] {
            guard dataset.shape == shape, dataset.isNumeric else {
                throw dataset.place.error("expected numbers of shape \(shape), found \(dataset.shape)")
            }
        }
    }

    /// The ranges along the axes of the arrays of some rows and channels, all products.
    func block(rows: Range<Int>, channels: Range<Int>) -> [Range<Int>] {
        visibilities.shape.count == 4
            ? [rows, 0..<1, channels, 0..<products] : [rows, channels, 0..<products]
    }

    private static func dataset(_ name: String, in group: HDF5Group) throws -> HDF5Dataset {
        guard let dataset = try group.dataset(name, cacheBytes: cacheBytes) else {
            throw group.place.child(name).error("the dataset is missing")
        }
        return dataset
    }

    /// How the parts of a compound {r, i} are stored.
    private static func parts(of dataset: HDF5Dataset) throws -> Parts {
        let names = dataset.memberNames
        guard names.count == 2, Set(names) == ["r", "i"] else {
            throw dataset.place.error(
                names.isEmpty
                    ? "expected complex numbers: a compound of members r and i"
                    : "expected members r and i, found \(names.joined(separator: ", "))")
        }
        let sorts = HDF5.locked {
            names.indices.compactMap { index -> (H5T_class_t, Int)? in
                guard let type = HDF5Handle(H5Dget_type(dataset.handle.id)),
                    let member = HDF5Handle(H5Tget_member_type(type.id, UInt32(index)))
                else { return nil }
                return (H5Tget_class(member.id), Int(H5Tget_size(member.id)))
            }
        }
        guard sorts.count == 2, sorts[0] == sorts[1] else {
            throw dataset.place.error("expected real and imaginary parts of one type")
        }
        switch sorts[0] {
        case (H5T_FLOAT, ...4): return .single
        case (H5T_FLOAT, 8): return .double
        case (H5T_INTEGER, ...4): return .integer
        default:
            throw dataset.place.error(
                "complex numbers of \(2 * sorts[0].1) bytes are not read, expected parts of 4 or 8 bytes",
                .usage,
                remedy: "store them as complex64")
        }
    }
}

/// A compound type {r, i} of libhdf5, made once.
private func compound(_ part: hid_t, size: Int) -> hid_t {
    HDF5.locked {
        let type = H5Tcreate(H5T_COMPOUND, 2 * size)
        H5Tinsert(type, "r", 0, part)
        H5Tinsert(type, "i", size, part)
        return type
    }
}

/// {r, i} of single precision.
struct UVH5Single: HDF5Native {
    var real: Float = 0
    var imaginary: Float = 0
    static let native = compound(Float.native, size: 4)
    static let stored = compound(Float.stored, size: 4)
}

/// {r, i} of double precision.
struct UVH5Double: HDF5Native {
    var real: Double = 0
    var imaginary: Double = 0
    static let native = compound(Double.native, size: 8)
    static let stored = compound(Double.stored, size: 8)
}

/// {r, i} of whole numbers.
struct UVH5Integer: HDF5Native {
    var real: Int32 = 0
    var imaginary: Int32 = 0
    static let native = compound(sluice_H5T_NATIVE_INT32(), size: 4)
    static let stored = compound(sluice_H5T_NATIVE_INT32(), size: 4)
}
