import CCFITSIO
import CERFA
import CHDF5
import CPNG

/// The libraries that files and directions depend on, as this program was built with them.
public enum LibraryVersions {
    /// A line each: name and version.
    public static var lines: [String] {
        [
            "HDF5 \(H5_VERS_MAJOR).\(H5_VERS_MINOR).\(H5_VERS_RELEASE)",
            "CFITSIO \(CFITSIO_MAJOR).\(CFITSIO_MINOR).\(CFITSIO_MICRO)",
            "ERFA \(eraVersion().map { String(cString: $0) } ?? "unknown")",
            "libpng \(PNG_LIBPNG_VER_STRING)",
        ]
    }
}
