import Foundation
import Parameters

/// Finds the file that a field names, among those of the caller and those of the input folder.
struct ParameterFiles {
    let input: InputFolder
    /// Where kliko copies the caller's files, each under the name of its field.
    let folder: String
    let field: String

    /// The path of the file that a text names, or the text itself if it is the name of something ready.
    ///
    /// - Throws: `ParameterError` if there is no such file, or a result would lie outside the output folder.
    func resolved(_ text: String, _ role: PathRole, at origin: Origin) throws -> String {
        if role == .output {
            guard isInside(text) else {
                throw ParameterError(
                    "\(field): \(quoted(text)) lies outside the output folder", at: origin,
                    mend: "write a file name")
            }
            return text
        }
        // What kliko writes for a file that it copied, wherever the folder really is.
        if text == "/param_files/" + field || text == folder + "/" + field {
            let file = try existing(folder + "/" + field, at: origin)
            return role == .parameters ? Self.readyName(in: file) ?? file : file
        }
        if text.hasPrefix("/") { return try existing(text, at: origin) }
        if let file = input.file(text) { return file }
        guard role == .parameters, ParameterFilePath(text).isName else {
            throw ParameterError(
                "\(field): there is no file \(quoted(text)) in \(input.path)", at: origin,
                mend: "put it beside the observation")
        }
        return text
    }

    /// The name of something ready that is all a file holds, nil for any other: kliko takes nothing but files in a field
    /// of type `file`.
    private static func readyName(in file: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: file), let data = try? handle.read(upToCount: 256),
            data.count < 256, let text = String(data: data, encoding: .utf8)
        else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 1, words[0].first?.isLetter == true, ParameterFilePath(words[0]).isName else {
            return nil
        }
        return words[0]
    }

    private func existing(_ path: String, at origin: Origin) throws -> String {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw ParameterError(
                "\(field): there is no file \(quoted(path))", at: origin,
                mend: "give a file that the container can read")
        }
        return path
    }
}
