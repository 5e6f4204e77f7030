import Parameters

/// An observation in a format that is known but not read.
public struct ForeignFormatError: ClassifiedError, Hashable {
    /// The format found.
    public let format: ForeignFormat
    /// Where it lies.
    public let path: String

    /// Another file mends it.
    public var fault: Fault { .usage }

    /// How to make something of it that is read.
    public var remedy: String {
        switch format {
        case .measurementSet, .uvfits, .miriad:
            "convert it with \(Self.pyuvdata(source, stem + ".uvh5"))"
        case .mvf1, .mvf2, .mvf4:
            "convert it with katdal's mvftoms.py -o \(stem).ms \(source), then \(Self.pyuvdata(stem + ".ms", stem + ".uvh5"))"
        case .asdm:
            "convert it with CASA's importasdm(asdm='\(source)', vis='\(stem).ms'), then "
                + Self.pyuvdata(stem + ".ms", stem + ".uvh5")
        case .msv4: "give the Measurement Set or the archive's file that it was made from"
        }
    }

    /// One line: what: where: how to mend.
    public var description: String { "\(format.rawValue) is recognised but not read: \(path): \(remedy)" }

    /// The path if a shell and Python take it as it stands, else a word in its place.
    private var source: String {
        let plain = path.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || $0.properties.numericType != nil
                || "/._-+:=,@%".unicodeScalars.contains($0)
        }
        return plain && !path.hasPrefix("-") ? path : "INPUT"
    }

    /// What results are called: the file's name without its suffix, in the working directory.
    private var stem: String {
        let name = source.split(separator: "/").last ?? "observation"
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return String(name) }
        return String(name[..<dot])
    }

    /// The command of pyuvdata that turns what it reads into UVH5.
    private static func pyuvdata(_ source: String, _ target: String) -> String {
        "python -c \"from pyuvdata import UVData; UVData.from_file('\(source)').write_uvh5('\(target)')\""
    }
}

extension ForeignFormat {
    /// That a file of this format is not read, with a way to convert it.
    public func error(_ path: String) -> ForeignFormatError { ForeignFormatError(format: self, path: path) }
}
