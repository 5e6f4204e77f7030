import CHDF5
import Foundation
import Testing

@testable import Formats

/// Files of our own writer, changed in one respect.
enum MVFEdit {
    /// Writes a sample observation under a name of its own and lets a body change the file.
    static func file(
        _ name: String, _ sample: MVFSample = MVFSample(), _ change: (HDF5Group) throws -> Void = { _ in }
    ) async throws -> String {
        let folder = MVFOracle.scratch.appending(path: "edit-" + name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: "1500000000.h5").path
        try await sample.write(to: path)
        try HDF5.locked {
            let handle = try #require(HDF5Handle(H5Fopen(path, 1, 0)))
            let root = try HDF5Group(in: handle, "/", at: HDF5Place(file: path, path: "/"))
            try change(root)
        }
        return path
    }

    /// Replaces a dataset of samples by one stored in one piece.
    static func replace<T: HDF5Native>(_ root: HDF5Group, _ name: String, _ values: [T]) throws {
        let data = try root.requireGroup("Data")
        let shape = try data.requireDataset(name).shape
        try data.writeDataset(name, values, shape: shape)
    }

    /// Replaces a dataset by an equal one in chunks, each of so many dumps and channels.
    static func cut<T: HDF5Native>(
        _ root: HDF5Group, _ name: String, _ type: T.Type, dumps: Int, channels: Int
    ) throws {
        let data = try root.requireGroup("Data")
        let whole = try data.requireDataset(name)
        let values = try whole.readAll(as: T.self)
        let chunk = [dumps, channels] + whole.shape.dropFirst(2)
        data.remove(name)
        let creation = H5Pcreate(sluice_H5P_DATASET_CREATE())
        defer { H5Pclose(creation) }
        #expect(H5Pset_chunk(creation, Int32(chunk.count), chunk.map { hsize_t($0) }) >= 0)
        let extents = whole.shape.map { hsize_t($0) }
        let space = try #require(HDF5Handle(H5Screate_simple(Int32(extents.count), extents, nil)))
        let made = try #require(
            HDF5Handle(H5Dcreate2(data.handle.id, name, T.stored, space.id, 0, creation, 0)))
        #expect(H5Dwrite(made.id, T.native, 0, 0, 0, values) >= 0)
    }

    /// Changes a value of the TelescopeState and the attribute of `cbf` or `sdp` that says the same.
    static func set(_ root: HDF5Group, _ key: String, _ value: PythonValue) throws {
        try root.requireGroup("TelescopeState").setAttribute(key, opaque: TelescopeStateCode.encode(value))
    }
}
