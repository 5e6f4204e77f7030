/// The name that a misspelt one most likely stands for.
public enum Suggestion {
    /// The nearest of `names` to `name` (`-` and `_`, upper and lower case alike), or nil if none is near: at most
    /// one edit in three letters.
    public static func nearest(to name: String, in names: some Sequence<String>) -> String? {
        let wanted = Array(folded(name).utf8.prefix(64))
        var best: (name: String, distance: Int)?
        for candidate in names {
            let other = Array(folded(candidate).utf8.prefix(64))
            let limit = max(1, max(wanted.count, other.count) / 3)
            let distance = distance(wanted, other)
            if distance <= limit, distance < min(other.count, best?.distance ?? .max) {
                best = (candidate, distance)
            }
        }
        return best?.name
    }

    /// `did you mean 'window'?`, else the names there are, else nil if there are none.
    public static func mend(_ name: String, in names: [String]) -> String? {
        if let near = nearest(to: name, in: names) { return "did you mean '\(near)'?" }
        return names.isEmpty ? nil : "there are " + names.sorted().prefix(40).joined(separator: ", ")
    }

    /// Edits (insert, delete, replace, swap of neighbours) that make one text of the other.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var before: [Int] = []
        var above = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            for j in b.indices {
                var least = min(above[j + 1] + 1, row[j] + 1, above[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, before[j - 1] + 1) }
                row.append(least)
            }
            before = above
            above = row
        }
        return above[b.count]
    }

    private static func folded(_ name: String) -> String { canonicalName(name).lowercased() }
}

/// A name with `-` for `_`, as names are compared.
public func canonicalName(_ name: String) -> String {
    String(name.map { $0 == "_" ? "-" : $0 })
}

/// `uvRange` -> `uv-range`, `minSNR` -> `min-snr`: a property's name as pipeline files have it.
func hyphenated(_ property: String) -> String {
    let letters = Array(property)
    var name = ""
    for (i, letter) in letters.enumerated() {
        let next = i + 1 < letters.count ? letters[i + 1] : "A"
        if letter.isUppercase, i > 0, !letters[i - 1].isUppercase || next.isLowercase, letters[i - 1] != "_" {
            name += "-"
        }
        name += letter.lowercased()
    }
    return canonicalName(name)
}
