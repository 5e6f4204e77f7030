/// A plotter's alphabet: each letter is a 5 x 7 grid of dots (two more rows below the line) whose neighbours are joined by
/// strokes, so that it can be drawn smoothly at any size.
enum Lettering {
    /// Rows of dots, five bits each, in base 32 (0-9, A-V), from the top.
    private static let rows: [Character: String] = [
        "0": "6999996", "1": "4C4444E", "2": "EH1248V", "3": "EH161HE", "4": "26AIV22", "5": "VGU11HE",
        "6": "68GUHHE", "7": "V124888", "8": "EHHEHHE", "9": "EHHF12C",
        "A": "4AHHVHH", "B": "UHHUHHU", "C": "EHGGGHE", "D": "SIHHHIS", "E": "VGGUGGV", "F": "VGGUGGG",
        "G": "EHGNHHF", "H": "HHHVHHH", "I": "E44444E", "J": "72222IC", "K": "HIKOKIH", "L": "GGGGGGV",
        "M": "HRLLHHH", "N": "HHPLJHH", "O": "EHHHHHE", "P": "UHHUGGG", "Q": "EHHHLID", "R": "UHHUKIH",
        "S": "FGGE11U", "T": "V444444", "U": "HHHHHHE", "V": "HHHHHA4", "W": "HHHLLLA", "X": "HHA4AHH",
        "Y": "HHA4444", "Z": "V1248GV",
        "a": "00E1FHF", "b": "GGUHHHU", "c": "00EHGHE", "d": "11FHHHF", "e": "00EHVGE", "f": "698S888",
        "g": "00FHHHF1E", "h": "GGUHHHH", "i": "4044444", "j": "202222I0C", "k": "GGIKOKI", "l": "4444444",
        "m": "00ULLLL", "n": "00UHHHH", "o": "00EHHHE", "p": "00UHHHUGG", "q": "00FHHHF11", "r": "00MPGGG",
        "s": "00FGE1U", "t": "88S8896", "u": "00HHHHF", "v": "00HHHA4", "w": "00HHLLA", "x": "00HA4AH",
        "y": "00HHHHF1E", "z": "00V248V",
        ".": "0000004", ",": "000000448", ":": "0040004", ";": "004000448", "!": "4444404", "?": "EH12404",
        "'": "4400000", "\"": "AA00000", "(": "2488842", ")": "8422248", "[": "E88888E", "]": "E22222E",
        "{": "2448442", "}": "8442448", "/": "112448G", "\\": "GG84421", "|": "444444444", "-": "000E000",
        "\u{2212}": "000V000", "\u{2013}": "000V000", "_": "0000000V", "+": "044V440", "=": "00V0V00",
        "*": "04LEL40", "#": "AAVAVAA", "%": "OP248J3", "&": "CIK8LID", "@": "EHNLNGE", "<": "248G842",
        ">": "G84248G", "~": "008L200", "^": "4AH0000", "`": "8400000", "$": "4FKE5U4", "°": "4A40000",
        "µ": "00HHHHUGG", "±": "044V44V", "×": "00HA4AH", "σ": "00FIHHE", "·": "0004000",
        "\u{2032}": "2240000",
        "\u{2033}": "99I0000",
    ]
    private static let superscripts: [Character: Character] = [
        "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9",
        "⁻": "\u{2212}",
    ]
    /// Dots between the letters' cells, and the width of a space.
    private static let gap = 2.0
    private static let space = 2.5

    /// The lines of a text, in dots from the start of its base line, y downwards, and the text's width.
    static func lines(_ text: String) -> (lines: [(Point, Point)], width: Double) {
        var lines: [(Point, Point)] = []
        var x = 0.0
        for character in text {
            guard character != " " else {
                x += space
                continue
            }
            let raised = superscripts[character]
            let size = raised == nil ? 1 : 0.62
            let letter = letter(raised ?? character)
            for (start, end) in letter.lines {
                func placed(_ point: Point) -> Point {
                    Point(x + size * point.x, raised == nil ? point.y - 6 : size * point.y - 7.5)
                }
                lines.append((placed(start), placed(end)))
            }
            x += size * letter.width + gap
        }
        return (lines, max(x - gap, 0))
    }

    /// A letter's lines on its grid, moved to its left edge, and its width; digits all have the same.
    private static func letter(_ character: Character) -> (lines: [(Point, Point)], width: Double) {
        let dots = (rows[character] ?? "VHHHHHV").map { row in
            (0..<5).map { (row.hexDigitOrBeyond >> (4 - $0)) & 1 == 1 }
        }
        func isOn(_ x: Int, _ y: Int) -> Bool {
            dots.indices.contains(y) && (0..<5).contains(x) && dots[y][x]
        }
        let columns = (0..<5).filter { x in dots.contains { $0[x] } }
        let tabular = character.isASCII && character.isNumber
        let left = tabular ? 0 : columns.first ?? 0
        let right = tabular ? 4 : columns.last ?? 0
        var lines: [(Point, Point)] = []
        for y in dots.indices {
            for x in 0..<5 where isOn(x, y) {
                var next = [(x + 1, y), (x, y + 1)].filter { isOn($0.0, $0.1) }
                // A diagonal joins only what no corner joins already.
                for side in [-1, 1] where isOn(x + side, y + 1) && !isOn(x + side, y) && !isOn(x, y + 1) {
                    next.append((x + side, y + 1))
                }
                let start = Point(Double(x - left), Double(y))
                if next.isEmpty { lines.append((start, start)) }
                lines += next.map { (start, Point(Double($0.0 - left), Double($0.1))) }
            }
        }
        return (lines, Double(right - left))
    }
}

extension Character {
    /// The value of a digit in base 32.
    fileprivate var hexDigitOrBeyond: Int {
        let value = Int(asciiValue ?? 48)
        return value < 65 ? value - 48 : value - 55
    }
}
