import Astrometry
import Foundation
import Visibilities

/// A target as MeerKAT files describe it: a katpoint string `names, body-type tags, coordinates[, flux model]`.
public struct MVFTarget: Sendable, Hashable {
    /// The preferred name.
    public let name: String
    /// All names, the preferred one first.
    public let names: [String]
    /// What kind of body it is: `radec`, `azel`, `gal`, `tle`, `special`, `xephem`, `star`.
    public let body: String
    /// The observer's tags, such as `target`, `bpcal`, `gaincal`, without the body type.
    public let tags: [String]
    /// Where it is (J2000); nil for bodies other than `radec`, which move or need another frame.
    public let direction: Direction?
    /// The whole string as it stands in the file.
    public let description: String

    /// What an antenna points at before its first target is set.
    static let nothing = MVFTarget("Nothing, special")
    private static let bodies: Set<String> = ["radec", "azel", "gal", "tle", "special", "xephem", "star"]

    /// Reads a katpoint target string; one that cannot be understood becomes `Nothing, special`.
    public init(_ description: String) {
        let parts = description.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let first = Self.words(parts.first ?? "")
        let isNameless = first.first.map(Self.bodies.contains) ?? false
        let words = isNameless ? first : Self.words(parts.count > 1 ? parts[1] : "")
        let coordinates = Array(parts.dropFirst(isNameless ? 1 : 2))
        guard let body = words.first, Self.bodies.contains(body) else {
            self.init(
                names: ["Nothing"], body: "special", tags: [], direction: nil, description: "Nothing, special"
            )
            return
        }
        let direction = body == "radec" ? Self.direction(coordinates) : nil
        if body == "radec", direction == nil {
            self.init(
                names: ["Nothing"], body: "special", tags: [], direction: nil, description: "Nothing, special"
            )
            return
        }
        var names =
            isNameless
            ? []
            : parts[0].split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespacesAndNewlines)
            }
        if let preferred = names.firstIndex(where: { $0.hasPrefix("*") && body != "xephem" }) {
            names.insert(String(names.remove(at: preferred).dropFirst()), at: 0)
        }
        if names.isEmpty { names = [coordinates.prefix(2).joined(separator: " ")] }
        self.init(
            names: names, body: body, tags: Array(words.dropFirst()), direction: direction,
            description: description)
    }

    private init(names: [String], body: String, tags: [String], direction: Direction?, description: String) {
        name = names[0]
        self.names = names
        self.body = body
        self.tags = tags
        self.direction = direction
        self.description = description
    }

    private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    /// Right ascension (hours if sexagesimal, else degrees) and declination.
    private static func direction(_ coordinates: [String]) -> Direction? {
        guard coordinates.count >= 2, let first = Sexagesimal.value(of: coordinates[0]),
            let declination = Sexagesimal.value(of: coordinates[1]), abs(declination) <= 90
        else { return nil }
        let degrees = (coordinates[0].contains(where: { ":hH".contains($0) }) ? first * 15 : first)
            .truncatingRemainder(dividingBy: 360)
        return Direction(
            rightAscension: (degrees < 0 ? degrees + 360 : degrees) * .pi / 180,
            declination: declination * .pi / 180)
    }
}
