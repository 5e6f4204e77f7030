import Astrometry
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
            isShared: mfWeighting, isExact: countsSamples)
    }

    /// Whether weights divide by a density that only the samples tell.
    private var countsSamples: Bool { density == .exact && weight.scheme != .natural }

    /// Where visibilities wait that are looked at again; nil where none are.
    var keeping: StoreRequest? {
        guard niter > 0 || countsSamples else { return nil }
        let results = prefix.path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let folder = results.joined(separator: "/")
        return StoreRequest(
            place: store,
            folder: scratch?.path ?? (folder.isEmpty ? (prefix.path.hasPrefix("/") ? "/" : ".") : folder))
    }

    /// The pixels of a field's image.
    ///
    /// - Throws: when there are none, or they reach beyond the horizon.
    func geometry(around phaseCentre: Direction) throws -> ImageGeometry {
        guard let width = size.first, size.count <= 2 else {
            throw $size.error("one or two numbers are needed", mend: "write 2048 or 2048,1024")
        }
        var place = SIMD2<Double>.zero
        if let centre {
            let cosines = DirectionCosines(
                rightAscension: centre.rightAscension, declination: centre.declination,
                centreRightAscension: phaseCentre.rightAscension, centreDeclination: phaseCentre.declination)
            guard cosines.n > 0 else {
                throw $centre.error(
                    "lies beyond the horizon of the phase centre",
                    mend: "choose the fields that it belongs to")
            }
            place = SIMD2(cosines.l, cosines.m)
        }
        do {
            return try ImageGeometry(width: width, height: size.last ?? width, cell: cell, centre: place)
        } catch {
            guard case .setting(_, let reason) = error else { throw error }
            throw $cell.error(reason, mend: "write a smaller cell or size")
        }
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
