import Parameters

/// Tells UVH5 from other uses of HDF5, and its versions apart.
enum UVH5Version {
    /// Whether a file has what only UVH5 has.
    static func isUVH5(_ root: HDF5Group) -> Bool {
        root.group("Header") != nil && root.group("Data")?.contains("visdata") == true
    }

    /// The version of a file, empty for the first ones, which state none.
    ///
    /// - Throws: `HDF5Error` (usage) for versions to come.
    static func require(_ items: UVH5Items) throws -> String {
        guard let version = try items.value("version")?.strings?.first else { return "" }
        guard ["0", "1"].contains(version.split(separator: ".").first.map(String.init)) else {
            throw HDF5Error(
                .usage, "UVH5 version '\(version)' is not read, expected 0.x or 1.x",
                file: items.group.place.file, object: items.group.place.child("version").path,
                remedy: "write it with pyuvdata as version 1.2")
        }
        return version
    }
}
