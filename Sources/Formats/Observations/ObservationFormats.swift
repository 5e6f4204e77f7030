import Parameters

/// The formats that are read.
public enum ObservationFormats {
    /// All of them, in the order in which files are tried.
    public static let all: [any ObservationFile.Type] = [MVF3File.self, UVH5File.self]

    /// Opens a file of any of the formats.
    ///
    /// - Parameter memory: bytes that opening it may take.
    /// - Throws: `HDF5Error` when there is no such file, it is of a kind that is not read, takes more memory, or is broken.
    public static func open(_ path: String, memory: Int = .max) throws -> any ObservationFile {
        if let foreign = ForeignFormat(at: path) { throw foreign.error(path) }
        _ = try HDF5File(reading: path)
        guard let format = all.first(where: { $0.recognises(path) }) else {
            throw HDF5Error(
                .data, "an HDF5 file, but not of visibilities that are read", file: path,
                remedy: "give one of \(all.map { $0.formatName }.joined(separator: ", "))")
        }
        return try format.open(path, memory: memory)
    }
}
