import Parameters

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A format of visibilities that is recognised but not read, told by what a file begins with or a folder holds.
public enum ForeignFormat: String, Sendable, Hashable, CaseIterable {
    // Named as users know them.
    /// CASA's tables, version 2.
    case measurementSet = "a Measurement Set"
    /// Random groups of FITS, as AIPS writes them.
    case uvfits = "UVFITS"
    /// What MeerKAT has written since 2018.
    case mvf4 = "MeerKAT MVF v4 (a Redis dump with a chunk store)"
    /// What ALMA and the VLA write.
    case asdm = "an ASDM"
    /// CASA's format to come.
    case msv4 = "a Measurement Set v4 (Zarr)"
    /// ATCA's and CARMA's folders of items.
    case miriad = "a MIRIAD data set"

    /// What to give in its place.
    public var remedy: String { "give a MeerKAT MVF v3 file (.h5)" }

    /// What lies at a path, nil when it is none of these.
    public init?(at path: String) {
        func holds(_ name: String) -> Bool { access(path + "/" + name, F_OK) == 0 }
        if holds("table.dat") {
            self = .measurementSet
        } else if holds("ASDM.xml") {
            self = .asdm
        } else if holds("visdata"), holds("header") {
            self = .miriad
        } else if holds("zarr.json") || holds(".zgroup") || holds(".zattrs") {
            self = .msv4
        } else {
            let start = Self.start(of: path)
            if start.starts(with: "REDIS".utf8) {
                self = .mvf4
            } else if start.starts(with: "SIMPLE  =".utf8) {
                self = .uvfits
            } else {
                return nil
            }
        }
    }

    /// The error that says so.
    public func error(_ path: String) -> HDF5Error {
        HDF5Error(.usage, "\(rawValue) is recognised but not read", file: path, remedy: remedy)
    }

    /// The first bytes of a file; none when it cannot be read.
    private static func start(of path: String) -> [UInt8] {
        guard let file = fopen(path, "rb") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }
}
