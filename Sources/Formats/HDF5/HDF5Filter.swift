import CHDF5
import Parameters

/// A filter that the chunks of a dataset pass through.
struct HDF5Filter: Sendable, Hashable {
    /// Its number, as registered with The HDF Group.
    let number: Int
    /// Its name in the file; may be empty.
    let stored: String
    /// Its parameters, as the file holds them.
    let parameters: [UInt32]

    /// Its registered name, else that in the file.
    var name: String { Self.registered[number] ?? (stored.isEmpty ? "unregistered" : stored) }

    /// Whether libhdf5 has it, built in or as a plugin in `HDF5_PLUGIN_PATH`; call it inside a locked section.
    var isAvailable: Bool { number >= 0 && H5Zfilter_avail(H5Z_filter_t(number)) > 0 }

    /// What is wrong when it is not there, and how to mend it.
    func missing(at place: HDF5Place) -> HDF5Error {
        let plugins =
            Self.inPythonPackage.contains(number)
            ? "pip install hdf5plugin and export HDF5_PLUGIN_PATH=$(python -c 'import hdf5plugin; print(hdf5plugin.PLUGIN_PATH)')"
            : "install its plugin and set HDF5_PLUGIN_PATH to the plugin's folder"
        return place.error(
            "the dataset needs HDF5 filter \(number) (\(name)), which is neither built in nor found as a plugin",
            .usage,
            remedy: "\(plugins), or repack the file with h5repack -f GZIP=1 where the filter is known")
    }

    /// The filters of a dataset from its creation properties; call it inside a locked section.
    static func all(of creation: hid_t) -> [HDF5Filter] {
        (0..<max(H5Pget_nfilters(creation), 0)).map { index in
            var flags: UInt32 = 0
            var count = 8
            var values = [UInt32](repeating: 0, count: count)
            var name = [CChar](repeating: 0, count: 128)
            let number = H5Pget_filter2(
                creation, UInt32(index), &flags, &count, &values, name.count, &name, nil)
            let end = name.firstIndex(of: 0) ?? name.count
            return HDF5Filter(
                number: Int(number),
                stored: String(decoding: name[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self),
                parameters: Array(values.prefix(count)))
        }
    }

    /// Refuses LZF that would decode to something else than a chunk: libhdf5 does not look before it uses what comes out.
    ///
    /// - Parameter chunkBytes: bytes of a chunk, nil when there are none.
    /// - Throws: `HDF5Error`: data fault when the filter's own size of a chunk differs, usage fault when LZF does not
    ///   stand where it makes chunks.
    static func checkLZF(_ filters: [HDF5Filter], chunkBytes: Int?, at place: HDF5Place) throws {
        guard let lzf = filters.firstIndex(where: { $0.number == Int(LZF.filter) }) else { return }
        if let other = filters[..<lzf].first(where: { $0.number != Int(H5Z_FILTER_SHUFFLE) }) {
            throw place.error(
                "LZF after HDF5 filter \(other.number) (\(other.name)) is not read", .usage,
                remedy: "write it with h5py's compression='lzf', or without compression")
        }
        let stated = LZF.chunkBytes(filters[lzf].parameters)
        guard let chunkBytes, stated == chunkBytes else {
            throw place.error(
                "the LZF filter says that a chunk has \(stated.map(String.init) ?? "no") bytes, expected "
                    + "\(chunkBytes ?? 0)",
                remedy: "the file is damaged: fetch it again")
        }
    }

    /// Names by number (hdfgroup.org/services/contributions.html).
    private static let registered: [Int: String] = [
        1: "deflate", 2: "shuffle", 3: "fletcher32", 4: "szip", 5: "nbit", 6: "scaleoffset", 305: "lzo",
        307: "bzip2",
        32000: "lzf", 32001: "blosc", 32002: "mafisc", 32003: "snappy", 32004: "lz4", 32005: "apax",
        32006: "cbf",
        32007: "jpeg-xr", 32008: "bitshuffle", 32009: "spdp", 32010: "lpc-rice", 32011: "ccsds-123",
        32012: "jpeg-ls", 32013: "zfp", 32014: "fpzip", 32015: "zstd", 32016: "b3d", 32017: "sz",
        32018: "fcidecomp",
        32026: "blosc2",
    ]

    /// Those that come with the Python package hdf5plugin.
    private static let inPythonPackage: Set = [307, 32001, 32004, 32008, 32013, 32015, 32017, 32018, 32026]
}
