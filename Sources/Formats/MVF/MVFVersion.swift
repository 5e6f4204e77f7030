import Parameters

/// Tells the versions of MeerKAT's format, and other uses of HDF5, apart.
enum MVFVersion {
    /// The version of a file that must be MVF 3.
    ///
    /// - Throws: `HDF5Error` that names the format found: a usage fault if it is known but not read here.
    static func require3(_ file: HDF5File) throws -> String {
        let root = file.root
        if let foreign = try ForeignFormat(file) { throw foreign.error(file.path) }
        if let version = try root.attribute("version")?.strings?.first,
            root.contains("Data") || root.contains("MetaData")
        {
            if version.hasPrefix("3.") { return version }
            throw HDF5Error(
                .usage, "MVF version '\(version)' is not read, expected 3.x", file: file.path,
                remedy: "convert it with katdal's mvftoms")
        }
        if root.contains("Header"), root.group("Data")?.contains("visdata") == true {
            throw known("UVH5", file, "give the observation as an MVF v3 file (.h5)")
        }
        throw HDF5Error(
            .data, "an HDF5 file, but not MVF: expected a root attribute 'version' and a group 'Data'",
            file: file.path)
    }

    private static func known(_ format: String, _ file: HDF5File, _ remedy: String) -> HDF5Error {
        HDF5Error(.usage, "\(format) is recognised but not read as MVF v3", file: file.path, remedy: remedy)
    }
}
