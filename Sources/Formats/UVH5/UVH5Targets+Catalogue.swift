import Foundation

/// The catalogue of phase centres, as the writers of several years have put it down.
extension UVH5Targets {
    /// The entries of a file that are used, by number; nil in files from before catalogues.
    ///
    /// Each is a group of datasets. pyuvdata of 2021 wrote them as JSON: a text for each, named after it, or one text for
    /// all of them.
    static func catalogue(_ items: UVH5Items, used: Set<Int>) throws -> [Int: Entry]? {
        let name = "phase_center_catalog"
        guard let catalogue = items.group.group(name) else {
            guard items.group.isDataset(name) else { return nil }
            let texts: [String: JSONEntry] = try decoded(items, name)
            var entries: [Int: Entry] = [:]
            for (key, text) in texts.sorted(by: { $0.key < $1.key }) {
                try add(text, named: key, to: &entries, used, items.error(name, nameless(key)))
            }
            return entries
        }
        var entries: [Int: Entry] = [:]
        for name in catalogue.names {
            guard let group = catalogue.group(name) else {
                let part = UVH5Items(group: catalogue)
                try add(
                    try decoded(part, name), named: name, to: &entries, used, part.error(name, nameless(name))
                )
                continue
            }
            let part = UVH5Items(group: group)
            let stated = try part.real("cat_id").flatMap { Int(exactly: $0) }
            guard let number = stated ?? Int(name) else { throw part.error("cat_id", nameless(name)) }
            if used.contains(number) { entries[number] = try entry(part, name: name) }
        }
        return entries
    }

    private static func nameless(_ name: String) -> String { "expected the number of phase centre '\(name)'" }

    private static func entry(_ items: UVH5Items, name: String) throws -> Entry {
        var entry = Entry()
        entry.name = try items.text("cat_name") ?? name
        entry.sort = sort(try items.text("cat_type"))
        guard entry.isPlaced else { return entry }
        entry.frame = try items.text("cat_frame") ?? "icrs"
        entry.equinox = try items.real("cat_epoch")
        entry.longitude = try items.real("cat_lon")
        entry.latitude = try items.real("cat_lat")
        entry.moves = try (items.real("cat_pm_ra") ?? 0) != 0 || (items.real("cat_pm_dec") ?? 0) != 0
        return entry
    }

    /// What is unprojected was called unphased at first.
    private static func sort(_ stated: String?) -> String {
        let sort = (stated ?? "sidereal").lowercased()
        return sort == "unphased" ? "unprojected" : sort
    }

    /// An entry as JSON has it; what is not one number, such as the places of what moves, is nil.
    private struct JSONEntry: Decodable {
        let name, sort, frame: String?
        let number, equinox, longitude, latitude, motionEast, motionNorth: Double?

        private enum CodingKeys: String, CodingKey {
            case name = "cat_name"
            case sort = "cat_type"
            case frame = "cat_frame"
            case number = "cat_id"
            case equinox = "cat_epoch"
            case longitude = "cat_lon"
            case latitude = "cat_lat"
            case motionEast = "cat_pm_ra"
            case motionNorth = "cat_pm_dec"
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            func text(_ key: CodingKeys) -> String? { try? values.decode(String.self, forKey: key) }
            func real(_ key: CodingKeys) -> Double? { try? values.decode(Double.self, forKey: key) }
            (name, sort, frame) = (text(.name), text(.sort), text(.frame))
            (number, equinox) = (real(.number), real(.equinox))
            (longitude, latitude) = (real(.longitude), real(.latitude))
            (motionEast, motionNorth) = (real(.motionEast), real(.motionNorth))
        }
    }

    private static func decoded<T: Decodable>(_ items: UVH5Items, _ name: String) throws -> T {
        guard let text = try items.text(name),
            let value = try? JSONDecoder().decode(T.self, from: Data(text.utf8))
        else { throw items.error(name, "expected a group or a JSON object of phase centres") }
        return value
    }

    private static func add(
        _ text: JSONEntry, named name: String, to entries: inout [Int: Entry], _ used: Set<Int>,
        _ missing: HDF5Error
    ) throws {
        guard let number = text.number.map({ Int(exactly: $0) }) ?? Int(name) else { throw missing }
        guard used.contains(number) else { return }
        var entry = Entry()
        entry.name = text.name ?? name
        entry.sort = sort(text.sort)
        if entry.isPlaced {
            entry.frame = text.frame ?? "icrs"
            (entry.equinox, entry.longitude, entry.latitude) = (text.equinox, text.longitude, text.latitude)
            entry.moves = (text.motionEast ?? 0) != 0 || (text.motionNorth ?? 0) != 0
        }
        entries[number] = entry
    }
}
