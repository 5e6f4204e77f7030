import Foundation
import Parameters

/// The text of a pipeline file, checked so that YAML's reader can neither trap nor take long over it.
///
/// Values are taken as written, so `!`, `&` and `*`, which YAML would make tags, anchors and aliases of
/// (`!m003`, `*.h5`), pass YAML's reader as characters without a meaning to it. That leaves no alias to expand.
struct YAMLSource {
    /// The path in messages.
    let path: String
    let lines: [Substring]
    private let text: String

    private static let indicators: [(plain: Unicode.Scalar, hidden: Unicode.Scalar)] = [
        ("!", "\u{E000}"), ("&", "\u{E001}"), ("*", "\u{E002}"),
    ]
    private static let largest = 256 << 10
    private static let deepest = 50
    private static let widestIndent = 200
    /// The longest line and the longest value, bytes: what grows with the square of a length stays small.
    static let longest = 4000

    /// Reads a file. Throws ``PipelineFileError`` if it is missing, too large or not UTF-8.
    init(path: String) throws {
        let place = Origin.file(path, line: 1)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw PipelineFileError(
                "there is no file \(quoted(path))", at: .program, mend: "give the path of a pipeline file")
        }
        guard !isFolder.boolValue else {
            throw PipelineFileError(
                "\(quoted(path)) is a folder", at: .program, mend: "give the path of a pipeline file")
        }
        guard let handle = FileHandle(forReadingAtPath: path),
            let data = try? handle.read(upToCount: Self.largest + 1)
        else {
            guard FileManager.default.isReadableFile(atPath: path) else {
                throw PipelineFileError(
                    "\(quoted(path)) cannot be read", at: .program, mend: "check its permissions")
            }
            throw PipelineFileError("the file is empty", at: place, mend: "begin with sluice: 1")
        }
        try self.init(bytes: data, path: path)
    }

    /// Takes the bytes of a file. Throws ``PipelineFileError`` if they are too many, not UTF-8 or nested too deeply.
    init(bytes: some Collection<UInt8>, path: String) throws {
        let place = Origin.file(path, line: 1)
        guard bytes.count <= Self.largest else {
            throw PipelineFileError(
                "the file is larger than \(Self.largest >> 10) KiB", at: place,
                mend: "this is no pipeline file")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let valid = bytes.prefix { $0 != 0 && $0 < 0x80 }
            let line = valid.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
            throw PipelineFileError(
                "the file is not UTF-8 text", at: .file(path, line: line), mend: "save it as UTF-8")
        }
        try self.init(text: text, path: path)
    }

    /// Takes a text. Throws ``PipelineFileError`` if it is nested too deeply or has characters that no text has.
    init(text: String, path: String) throws {
        self.path = path
        self.text = text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text
        lines = self.text.split(omittingEmptySubsequences: false) { $0.isNewline }
        var depth = 0
        for (number, line) in lines.enumerated() {
            guard line.utf8.count <= Self.longest else {
                throw error(
                    "the line is longer than \(Self.longest) bytes", line: number + 1, mend: "break it")
            }
            for scalar in line.unicodeScalars {
                switch scalar {
                case "[", "{": depth += 1
                case "]", "}": depth = max(0, depth - 1)
                case _
                where Self.indicators.contains { $0.hidden == scalar } || scalar.value < 32 && scalar != "\t":
                    throw error(
                        "the character U+\(String(scalar.value, radix: 16)) has no place here",
                        line: number + 1)
                default: break
                }
            }
            let indent = line.utf8.prefix { $0 == 32 || $0 == 9 || $0 == 45 || $0 == 58 || $0 == 63 }.count
            guard depth <= Self.deepest, indent <= Self.widestIndent else {
                throw error(
                    "the file is nested too deeply", line: number + 1, mend: "this is no pipeline file")
            }
        }
    }

    /// The text as YAML's reader takes it: indicators hidden.
    var hidden: String {
        var scalars = String.UnicodeScalarView()
        scalars.append(
            contentsOf: text.unicodeScalars.map { scalar in
                Self.indicators.first { $0.plain == scalar }?.hidden ?? scalar
            })
        return String(scalars)
    }

    /// A text from YAML's reader with its indicators again.
    static func restored(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append(
            contentsOf: text.unicodeScalars.map { scalar in
                indicators.first { $0.hidden == scalar }?.plain ?? scalar
            })
        return String(scalars)
    }

    /// An error at a line of this file.
    func error(_ what: String, line: Int, mend: String? = nil) -> PipelineFileError {
        PipelineFileError(what, at: .file(path, line: line), mend: mend)
    }
}
