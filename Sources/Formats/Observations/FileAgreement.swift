import Parameters
import Visibilities

/// What files must have in common to be joined.
struct FileAgreement {
    /// Antennas may differ by this much in their positions, metres: files of one observation have one list.
    private static let positionTolerance = 0.01

    private let files: [any ObservationFile]

    init(_ files: [any ObservationFile]) { self.files = files }

    /// Compares all files with the first.
    ///
    /// - Throws: `ObservationError` naming the first and the file that differs.
    func check() throws {
        let first = files[0].contents
        for file in files.dropFirst() {
            let own = file.contents
            func refuse(_ what: String) -> ObservationError {
                ObservationError(
                    .usage, what, files: [files[0].path, file.path],
                    remedy: "join files of one observation only")
            }
            guard own.telescope == first.telescope else {
                throw refuse("the telescopes differ (\(first.telescope), \(own.telescope))")
            }
            if let antenna = difference(first.antennas, own.antennas) {
                throw refuse("the antennas differ (\(antenna))")
            }
            guard own.antennas.map(\.name) == first.antennas.map(\.name) else {
                throw refuse("the antennas stand in another order")
            }
            guard abs(own.integrationTime - first.integrationTime) < 1e-3 * first.integrationTime else {
                throw refuse(
                    "the dumps differ in length (\(first.integrationTime) s, \(own.integrationTime) s)")
            }
            guard own.visibilityUnit == first.visibilityUnit else {
                throw refuse("the units differ (\(first.visibilityUnit), \(own.visibilityUnit))")
            }
            guard haveOneUnit(own.weightUnit, first.weightUnit) else {
                throw refuse("the weights of samples do not compare (dumps or channels of other sizes)")
            }
        }
    }

    /// Whether weights of two files mean the same, as far as dumps and channels decide it.
    private func haveOneUnit(_ one: WeightUnit?, _ two: WeightUnit?) -> Bool {
        guard let one, let two else { return (one == nil) == (two == nil) }
        return abs(one.time * one.width / (two.time * two.width) - 1) < 1e-3
    }

    /// The name of an antenna that only one list has, or that stands elsewhere.
    private func difference(_ one: [Antenna], _ two: [Antenna]) -> String? {
        let places = Dictionary(two.map { ($0.name, $0.position) }, uniquingKeysWith: { first, _ in first })
        for antenna in one {
            guard let place = places[antenna.name] else { return antenna.name }
            let offset = place - antenna.position
            if (offset * offset).sum().squareRoot() > Self.positionTolerance { return antenna.name }
        }
        let names = Set(one.map(\.name))
        return two.first { !names.contains($0.name) }?.name
    }
}
