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

    /// Changes a value of the TelescopeState and the attribute of `cbf` or `sdp` that says the same.
    static func set(_ root: HDF5Group, _ key: String, _ value: TelescopeValue) throws {
        try root.requireGroup("TelescopeState").setAttribute(key, opaque: TelescopeStateCode.encode(value))
    }
}
