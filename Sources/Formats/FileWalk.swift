/// Touches whatever reading an observation touches through libhdf5, except its samples.
///
/// libhdf5 can crash on damaged metadata, so this is meant for a process that may crash.
public enum FileWalk {
    /// Opens a file by the code that opens it for reading, and walks the indices of its samples' chunks. Errors are left
    /// to who opens it next.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - memory: bytes that opening it may take for who opens it next.
    ///   - copying: whether to copy everything but the samples as well, into memory.
    /// - Returns: whether libhdf5 was given the memory that it wanted.
    public static func walk(_ path: String, memory: Int = .max, copying: Bool = false) -> Bool {
        !HDF5.wasRefusedMemory { touch(path, memory, copying) }
    }

    private static func touch(_ path: String, _ memory: Int, _ copying: Bool) {
        guard let observation = try? ObservationFormats.open(path, memory: memory),
            let file = try? HDF5File(reading: path)
        else {
            return
        }
        if let samples = file.root.group("Data") {
            for name in samples.names where samples.isDataset(name) {
                if let dataset = try? samples.dataset(name) { try? dataset.walkIndex() }
            }
        }
        if copying, observation is MVF3File, let copy = try? HDF5File(inMemoryNamed: path + ".walk") {
            try? MVFOutputMetadata.copyDescriptions(from: file.root, to: copy.root)
        }
        withExtendedLifetime(observation) {}
    }
}
