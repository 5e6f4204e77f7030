import Astrometry
import Foundation

/// The antennas and products of a file.
struct MVFDishes {
    let antennas: [AntennaDescription]
    /// The antenna whose sensors split the observation into scans.
    let reference: String
    let products: [CorrelationProduct]

    /// Reads antennas and products.
    ///
    /// - Parameter products: how many products the data hold.
    init(
        _ attributes: MVFAttributes, products count: Int, parameters: [String: PythonValue],
        warnings: inout [String]
    ) throws {
        let known = try Self.antennas(attributes)
        let labels = try Self.labels(attributes)
        let wanted = parameters["ants"]?.string.map(Self.names)
        let place = attributes.model.place
        var products = try labels.map { pair in
            guard let product = CorrelationProduct(pair.0, pair.1) else {
                throw place.error(
                    "bls_ordering: '\(pair.0)', '\(pair.1)' are not inputs such as 'm000h', 'm001v'")
            }
            return product
        }
        if products.count != count, let wanted {
            products = products.filter { wanted.contains($0.antenna1) && wanted.contains($0.antenna2) }
            warnings.append(
                "bls_ordering has more entries than the data: those of the observation's antennas are taken")
        }
        guard products.count == count else {
            throw place.error(
                "bls_ordering has \(products.count) entries, expected \(count), one per product in the data")
        }
        guard Set(products).count == count else { throw place.error("bls_ordering names a product twice") }
        let correlated = Set(products.flatMap { [$0.antenna1, $0.antenna2] })
        let names = (wanted ?? known.keys.sorted()).filter { known[$0] != nil && correlated.contains($0) }
        let unknown = correlated.filter { known[$0] == nil }.sorted()
        if !unknown.isEmpty {
            warnings.append("antennas without a position are left out: \(unknown.joined(separator: ", "))")
        }
        guard let first = (wanted ?? names).first(where: { known[$0] != nil }), !names.isEmpty else {
            throw place.error("no antenna has both a position and data")
        }
        reference = first
        antennas = Set(names).sorted().compactMap { known[$0] }
        self.products = products
    }

    /// The names in the observer's list of antennas.
    private static func names(in list: String) -> [String] {
        list.lowercased().split(separator: ",").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
            .filter { !$0.isEmpty }
    }

    /// The antennas by name, from `observer` (attribute or sensor) or `description`.
    private static func antennas(_ attributes: MVFAttributes) throws -> [String: AntennaDescription] {
        var found: [String: AntennaDescription] = [:]
        for group in try MVFAttributes.components(of: attributes.model, class: "AntennaPositioner") {
            let sensor = try group.dataset("observer").flatMap { try MVFSensor($0) }?.values.first
            guard let text = try sensor ?? group.text("observer") ?? group.text("description") else {
                throw group.place.error("expected the antenna's position in attribute 'observer'")
            }
            guard let antenna = try? AntennaDescription(text) else {
                throw group.place.error(
                    "'\(text)' is not an antenna: expected 'name, latitude, longitude, altitude, diameter, ...'"
                )
            }
            found[antenna.name.lowercased()] = antenna
        }
        return found
    }

    /// The pairs of input labels in data order.
    private static func labels(_ attributes: MVFAttributes) throws -> [(String, String)] {
        if let value = try attributes.telescope(attributes.stream + "_bls_ordering") {
            if let pairs = value.pairs { return pairs }
            if case .array(let array) = value, let pairs = pairs(of: array) { return pairs }
            throw attributes.model.place.error(
                "\(attributes.stream)_bls_ordering: expected a list of pairs of labels")
        }
        guard let flat = try attributes.correlator.attribute("bls_ordering")?.strings,
            flat.count.isMultiple(of: 2)
        else {
            throw attributes.correlator.place.error("expected pairs of labels in attribute 'bls_ordering'")
        }
        return pairs(of: flat)
    }

    /// The rows of an array [n, 2] of texts; nil for others.
    private static func pairs(of array: NumPyArray) -> [(String, String)]? {
        guard array.shape.count == 2, array.shape[1] == 2, !array.isFortran else { return nil }
        return array.texts.map(pairs(of:))
    }

    private static func pairs(of flat: [String]) -> [(String, String)] {
        stride(from: 0, to: flat.count - 1, by: 2).map { (flat[$0], flat[$0 + 1]) }
    }
}
