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
    /// What the Fringe Finder and early KAT-7 wrote.
    case mvf1 = "KAT-7 MVF v1"
    /// What KAT-7 wrote.
    case mvf2 = "KAT-7 MVF v2"
    /// What MeerKAT has written since 2018.
    case mvf4 = "MeerKAT MVF v4 (a Redis dump with a chunk store)"
    /// What ALMA and the VLA write.
    case asdm = "an ASDM"
    /// CASA's format to come.
    case msv4 = "a Measurement Set v4 (Zarr)"
    /// ATCA's and CARMA's folders of items.
    case miriad = "a MIRIAD data set"

    /// What lies at a path, nil when it is none of these; HDF5 files are told apart once they are open.
    public init?(at path: String) {
        func holds(_ name: String) -> Bool { access(path + "/" + name, F_OK) == 0 }
        if holds("table.dat") {
            // CASA's other tables (calibration, images) say what they are in the same place.
            let kind = String(decoding: Self.start(of: path + "/table.info", 256), as: UTF8.self)
            guard kind.isEmpty || kind.contains("Measurement Set") else { return nil }
            self = .measurementSet
        } else if holds("ASDM.xml") {
            self = .asdm
        } else if holds("visdata"), holds("header") {
            self = .miriad
        } else if holds("zarr.json") || holds(".zgroup") || holds(".zattrs") {
            self = .msv4
        } else {
            let start = Self.start(of: path, 5)
            if start.elementsEqual("REDIS".utf8) {
                self = .mvf4
            } else if start.elementsEqual("SIMPL".utf8), Self.isRandomGroups(path) {
                self = .uvfits
            } else {
                return nil
            }
        }
    }

    /// What an open HDF5 file is, nil when it is none of these.
    init?(_ file: HDF5File) throws {
        let root = file.root
        if let version = try root.attribute("version")?.strings?.first, version.hasPrefix("2."),
            root.contains("Data") || root.contains("MetaData")
        {
            self = .mvf2
        } else if root.contains("Scans"), root.contains("Antennas") {
            self = .mvf1
        } else {
            return nil
        }
    }

    /// Whether a FITS file holds random groups (FITS standard 4.0, section 6): no first axis, and GROUPS is true.
    private static func isRandomGroups(_ path: String) -> Bool {
        let header = start(of: path, 36 * 2880)
        let cards = stride(from: 0, to: header.count - 79, by: 80).lazy.map { first in
            String(decoding: header[first..<first + 80], as: UTF8.self).filter { $0 != " " }
        }.prefix { $0 != "END" }
        return cards.contains { $0.hasPrefix("NAXIS1=0") } && cards.contains { $0.hasPrefix("GROUPS=T") }
    }

    /// The first bytes of a file; none when it cannot be read.
    private static func start(of path: String, _ most: Int) -> [UInt8] {
        guard let file = fopen(path, "rb") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: most)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }
}
