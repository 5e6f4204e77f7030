import CHDF5
import Foundation
import Parameters
import TestSupport
import Testing

@testable import Formats

@Suite("Filters of HDF5") struct HDF5FilterTests {
    /// Makes a file with a dataset that names a filter, as one made elsewhere would.
    private func file(_ filter: Int32, in scratch: Scratch) throws -> HDF5Group {
        let root = try HDF5File(creating: scratch["filtered.h5"]).root
        try HDF5.locked {
            let creation = H5Pcreate(sluice_H5P_DATASET_CREATE())
            defer { H5Pclose(creation) }
            #expect(H5Pset_chunk(creation, 1, [16]) >= 0)
            // An optional filter that is not there is left out while writing, but stays in the list.
            #expect(H5Pset_filter(creation, filter, 1, 0, nil) >= 0)
            let space = try #require(HDF5Handle(H5Screate_simple(1, [16], nil)))
            #expect(
                HDF5Handle(H5Dcreate2(root.handle.id, "visdata", Float.stored, space.id, 0, creation, 0))
                    != nil)
        }
        return root
    }

    @Test(
        "that are not installed are named with their number, the dataset and where plugins come from",
        arguments: [
            (32008, "bitshuffle", "hdf5plugin.PLUGIN_PATH"), (32015, "zstd", "hdf5plugin.PLUGIN_PATH"),
            (32001, "blosc", "hdf5plugin.PLUGIN_PATH"), (32004, "lz4", "hdf5plugin.PLUGIN_PATH"),
            (307, "bzip2", "hdf5plugin.PLUGIN_PATH"), (305, "lzo", "set HDF5_PLUGIN_PATH"),
            (40000, "unregistered", "set HDF5_PLUGIN_PATH"),
        ])
    func missing(number: Int32, name: String, remedy: String) throws {
        let root = try file(number, in: Scratch())
        let error = try #require(throws: HDF5Error.self) { _ = try root.dataset("visdata") }
        #expect(error.fault == .usage && error.object == "/visdata")
        #expect(error.what.contains("HDF5 filter \(number) (\(name))"), "\(error.what)")
        #expect(error.remedy.contains(remedy) && error.remedy.contains("HDF5_PLUGIN_PATH"))
    }

    @Test("that libhdf5 has are no obstacle")
    func builtIn() throws {
        let dataset = try #require(try file(2, in: Scratch()).dataset("visdata"))
        #expect(dataset.filters.map(\.name) == ["shuffle"] && dataset.filters[0].isAvailable)
    }
}
