import Imaging
import Parameters
import Visibilities

extension ImageParameters {
    /// How visibilities are weighted.
    ///
    /// - Throws: when the parameters contradict each other.
    func weighting() throws -> WeightingRequest {
        var range = UVRange.all
        if let distances = uvRange {
            guard distances.ranges.excluded.isEmpty, distances.ranges.included.count == 1,
                let only = distances.ranges.included.first
            else {
                throw $uvRange.error(
                    "one range of distances is needed", mend: "write it as 100lambda~20klambda")
            }
            range = try UVRange(
                only.lower ?? 0, only.upper ?? .infinity,
                in: distances.dimension == .wavelengths ? .wavelengths : .metres)
        }
        return WeightingRequest(
            scheme: weight.scheme, cells: try DensityCells(weightRule, enlarged: superWeight), range: range,
            taper: try UVTaper(
                fullWidth: taperGaussian ?? 0, inner: taperInnerTukey ?? 0, outer: taperTukey ?? 0,
                range: range),
            isShared: mfWeighting)
    }

    /// What is to be imaged of a stream with these products.
    ///
    /// - Throws: for names that are no products, and products that cannot be made.
    func products(of stream: [Polarisation]) throws -> [ImagedProducts] {
        let wanted = try pol.flatMap { word in
            if let product = Polarisation(name: word) { return [product] }
            // IQUV, IV: Stokes parameters in a row.
            return try word.map { letter in
                guard let stokes = Polarisation(name: String(letter)) else {
                    throw $pol.error("'\(word)' is no product", mend: "write I, IQUV, XX, YY, RR or LL")
                }
                return stokes
            }
        }
        return try ImagedProducts.sets(wanted, from: stream)
    }
}
