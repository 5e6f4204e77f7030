import CHDF5
import Foundation
import Parameters
import Testing

@testable import Formats

@Suite("Files copied and walked object by object") struct MVF3WalkTests {
    /// Copies everything but the samples of a file into memory.
    private func copy(of path: String) throws -> (original: HDF5File, copy: HDF5File) {
        let original = try HDF5File(reading: path)
        let copy = try HDF5File(inMemoryNamed: path + ".copy")
        try MVFOutputMetadata.copyDescriptions(from: original.root, to: copy.root)
        return (original, copy)
    }

    @Test("groups inside each other without end are an error of the data", arguments: [true, false])
    func circle(isHard: Bool) async throws {
        let path = try await MVFEdit.file("circle-\(isHard)") { root in
            let model = try root.requireGroup("TelescopeModel")
            let antenna = try model.requireGroup("m000")
            let made =
                isHard
                ? H5Lcreate_hard(model.handle.id, "m000", antenna.handle.id, "again", 0, 0)
                : H5Lcreate_soft("/", antenna.handle.id, "again", 0, 0)
            #expect(made >= 0)
        }
        let error = #expect(throws: HDF5Error.self) { _ = try copy(of: path) }
        #expect(error?.fault == .data)
        #expect(error?.description.contains(path) == true)
        // Whoever only reads does not go round in circles.
        #expect(FileWalk.walk(path, copying: true))
        #expect(try MVF3File(path: path).antennas.count == 5)
    }

    @Test("text of variable length, scalars and chunks are copied; references are left out")
    func kinds() async throws {
        let texts = ["one", "", "a longer one"]
        let path = try await MVFEdit.file("kinds") { root in
            let model = try root.requireGroup("TelescopeModel")
            let type = H5Tcopy(sluice_H5T_C_S1())
            H5Tset_size(type, HDF5.variable)
            let space = H5Screate_simple(1, [3], [hsize_t.max])
            let creation = H5Pcreate(sluice_H5P_DATASET_CREATE())
            H5Pset_chunk(creation, 1, [2])
            H5Pset_deflate(creation, 1)
            let dataset = H5Dcreate2(model.handle.id, "texts", type, space, 0, creation, 0)
            let pointers = texts.map { UnsafePointer(strdup($0)) }
            #expect(H5Dwrite(dataset, type, 0, 0, 0, pointers) >= 0)
            pointers.forEach { free(UnsafeMutablePointer(mutating: $0)) }
            let scalar = H5Screate(H5S_SCALAR)
            let number = H5Dcreate2(model.handle.id, "number", Double.stored, scalar, 0, 0, 0)
            #expect(H5Dwrite(number, Double.native, 0, 0, 0, [2.5]) >= 0)
            let none = H5Screate(H5S_NULL)
            let empty = H5Dcreate2(model.handle.id, "empty", Double.stored, none, 0, 0, 0)
            let reference = H5Dcreate2(
                model.handle.id, "reference", sluice_H5T_STD_REF_OBJ(), scalar, 0, 0, 0)
            for made in [dataset, number, empty, reference] { #expect(H5Dclose(made) >= 0) }
        }
        let files = try copy(of: path)
        let model = try files.copy.root.requireGroup("TelescopeModel")
        #expect(try model.requireDataset("texts").values().strings == texts)
        #expect(try model.requireDataset("number").values().numbers == [2.5])
        #expect(model.isDataset("empty"))
        #expect(!model.contains("reference"))
        let original = try files.original.root.requireGroup("TelescopeModel")
        #expect(model.names == original.names.filter { $0 != "reference" })
        #expect(
            try model.requireGroup("m000").requireDataset("activity").values(ofMember: "value")
                == original.requireGroup("m000").requireDataset("activity").values(ofMember: "value"))
    }

    @Test("every chunk is looked up, and once")
    func index() async throws {
        let path = try await MVFEdit.file("index") { root in
            try MVFEdit.cut(root, "flags", UInt8.self, dumps: 2, channels: 8)
        }
        let flags = try HDF5File(reading: path).root.requireGroup("Data").requireDataset("flags")
        try flags.walkIndex()
        let table = try #require(HDF5ChunkTable(flags))
        try table.lookAllUp()
        #expect(table.lookUps == 6 * 5)
        try table.lookAllUp()
        #expect(table.lookUps == 30)
    }
}
