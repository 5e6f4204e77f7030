/// A name of the sky's or the array's as part of a file's name: what shells and file systems do not take becomes `_`.
func fileNamePart(_ name: String) -> String {
    String(name.map { $0.isLetter || $0.isNumber || "+-._".contains($0) ? $0 : "_" })
}
