import Parameters
import Visibilities

/// What files must have in common to be joined.
struct FileAgreement {
    /// Antennas may differ by this much in their positions, metres: files of one observation have one list.
    private static let positionTolerance = 0.01
    /// The array's place may differ by this much, metres: it turns sidereal time and zenith by 0.03 arcsec.
    private static let siteTolerance = 1.0

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
            // Formats without a place of their own have the mean of the antennas.
            guard
                distance(own.centre, first.centre) <= Self.siteTolerance
                    || type(of: file) != type(of: files[0])
            else {
                throw refuse("the array's places differ by \(Float(distance(own.centre, first.centre))) m")
            }
            guard (own.weightUnit == nil) == (first.weightUnit == nil) else {
                throw refuse("the weights do not compare (of one file 1/σ², of the other relative)")
            }
        }
    }

    private func distance(_ one: SIMD3<Double>, _ two: SIMD3<Double>) -> Double {
        ((one - two) * (one - two)).sum().squareRoot()
    }

    /// The name of an antenna that only one list has, or that stands elsewhere.
    private func difference(_ one: [Antenna], _ two: [Antenna]) -> String? {
        let places = Dictionary(two.map { ($0.name, $0.position) }, uniquingKeysWith: { first, _ in first })
        for antenna in one {
            guard let place = places[antenna.name] else { return antenna.name }
            if distance(place, antenna.position) > Self.positionTolerance { return antenna.name }
        }
        let names = Set(one.map(\.name))
        return two.first { !names.contains($0.name) }?.name
    }
}
