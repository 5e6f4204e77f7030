import Parameters
import Visibilities

/// The correlation products that a parameter names.
struct ProductChoice: Sendable {
    private let parameter: Parameter<[String]?>
    /// The products; nil when none are named.
    let named: [Polarisation]?

    /// Reads the names. Throws an error of the parameter for one that is no product.
    init(_ parameter: Parameter<[String]?>) throws {
        self.parameter = parameter
        named = try parameter.wrappedValue?.map { name in
            guard let product = Polarisation(name: name) else {
                throw parameter.error(
                    "'\(name)' is not a correlation product", mend: "write HH, HV, VH, VV, XX, RR, I, ...")
            }
            return product
        }
    }

    /// Their indices in an observation, in its order; nil when none are named.
    ///
    /// - Throws: an error of the parameter for a product that the observation does not have.
    func indices(in observation: Observation) throws -> [Int]? {
        guard let named else { return nil }
        if let missing = named.first(where: { !observation.polarisations.contains($0) }) {
            let present = observation.polarisations.map(\.name).joined(separator: ", ")
            throw parameter.error(
                "there is no product \(missing.name)", mend: "these are there: \(present)")
        }
        return observation.polarisations.indices.filter { named.contains(observation.polarisations[$0]) }
    }
}
