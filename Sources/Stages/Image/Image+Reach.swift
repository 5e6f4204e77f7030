import Astrometry
import Foundation
import Imaging
import Parameters
import Visibilities

extension Image {
    /// What is to be said of an image where the antennas of a field hardly see: all of it beyond three times λ / D, the main lobe
    /// and the first sidelobe of a dish, or half way to the horizon.
    func remark(_ geometry: ImageGeometry, _ field: Field, of observation: Observation) -> String? {
        let dishes = observation.antennas.map(\.diameter).filter { $0 > 0 }
        let lowest = observation.spectralWindows.compactMap { $0.frequencies.min() }.min() ?? 0
        var (limit, why) = (45 * Angle.degree, "half way to its horizon")
        if let dish = dishes.min(), lowest > 0, 3 * Conventions.speedOfLight / (lowest * dish) < limit {
            limit = 3 * Conventions.speedOfLight / (lowest * dish)
            why = "three times λ / D of antennas of \(Quantity.text(dish, .length))"
        }
        let nearest = geometry.nearest
        guard nearest > limit else { return nil }
        return
            "centre: the image lies \(Angle.text(nearest)) from the phase centre of \(field.name), beyond \(Angle.text(limit)), \(why): check the direction, or choose the field that it belongs to"
    }

    /// Refuses a range of uv distances that has nothing of a field's schedule.
    func checkRange(_ plan: FieldPlan, of field: String) throws {
        let range = weighting.range
        guard range != .all else { return }
        let seen = plan.parts.map { $0.coverage.distances(in: range.unit) }
        guard let least = seen.map(\.lowerBound).min(), let most = seen.map(\.upperBound).max(),
            least > range.most || most < range.least
        else { return }
        let dimension = range.unit == .metres ? Dimension.length : .wavelengths
        let words = [least, most].map { distance in
            Quantity.text(Double(String(format: "%.3g", distance)) ?? distance, dimension)
        }
        throw settings.$uvRange.error(
            "leaves nothing of \(field), whose projected baselines are \(words[0]) to \(words[1])",
            mend: "write a range that meets them")
    }
}

extension ImageGeometry {
    /// The angle from the phase centre to the next of the pixels, radians.
    fileprivate var nearest: Double {
        let (l, m) = (
            max(l(width - 1), min(0, l(0))), max(m(0), min(0, m(height - 1)))
        )
        return asin(min(1, hypot(l, m)))
    }
}
