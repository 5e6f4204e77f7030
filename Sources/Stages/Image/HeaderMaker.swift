import Formats
import Imaging
import Pipeline
import Visibilities

/// Makes the headers of a field's images.
struct HeaderMaker: Sendable {
    let cut: ObservationCut
    let field: Int
    let geometry: ImageGeometry
    let weighting: WeightingRequest
    /// What was run: its lines are asked for anew by each header, as counts and checksums are complete only when the
    /// stream has ended. Those of a view before count what had been sent when it was written, more than it shows.
    let record: Record
    /// What became of the feeds' angle in Q and U; empty for images that have none.
    let frame: String

    /// Unit of dirty images.
    var unit: String { cut.observation.visibilityUnit == "Jy" ? "Jy/beam" : "counts/beam" }

    /// What must not be missed in a picture.
    var warning: String { cut.observation.visibilityUnit == "Jy" ? "" : "uncalibrated" }

    /// Whether weights are inverse variances in the unit of the visibilities.
    var knowsNoise: Bool { cut.observation.weightUnit == nil && cut.observation.visibilityUnit == "Jy" }

    /// The header of an image of some shares of the samples, with their sums.
    func header(_ shares: [ImageShare], _ polarisation: Polarisation, _ sums: GridSums, beam: RestoringBeam?)
        -> ImageHeader
    {
        let observation = cut.observation
        let bands = shares.map { $0.band(observation.spectralWindows) }
        let low = bands.map(\.lowerBound).min() ?? 0
        let high = bands.map(\.upperBound).max() ?? 0
        let times = shares.compactMap { $0.times(observation.schedule, field: field) }
        var header = ImageHeader(
            width: geometry.width, height: geometry.height, cell: geometry.cell,
            phaseCentre: observation.fields[field].phaseCentre, frequency: sums.meanFrequency,
            bandwidth: high - low, stokes: polarisation, unit: unit, object: observation.fields[field].name,
            telescope: observation.telescope, instrument: observation.spectralWindows.first?.name ?? "",
            observer: observation.observer,
            start: times.map(\.lowerBound).min(), end: times.map(\.upperBound).max(),
            beam: beam.map(ImageBeam.init),
            weights: ImageWeights(
                scheme: weighting.scheme.wscleanName, imageWeight: sums.weight, normalisation: sums.weight,
                visibilities: Double(sums.used), effectiveVisibilities: sums.effectiveSamples,
                visibilityWeightSum: sums.visibilityWeight),
            origin: "Sluice \(Sluice.version)")
        if low <= high { header.band = low...high }
        header.reference = SIMD2(geometry.referenceColumn, geometry.referenceRow)
        header.history =
            record.history() + [weighting.history, sums.noise(unit: unit, absolute: knowsNoise)]
        if [.q, .u].contains(polarisation), !frame.isEmpty { header.history.append(frame) }
        return header
    }

    /// The header of a cube of shares that are evenly spaced.
    func cube(_ shares: [ImageShare], _ polarisation: Polarisation, _ sums: GridSums) -> ImageHeader {
        var header = header(shares, polarisation, sums, beam: nil)
        let centres = shares.map { $0.centre(cut.observation.spectralWindows) }
        (header.planes, header.band) = (shares.count, nil)
        guard let first = centres.first, let last = centres.last, centres.count > 1 else { return header }
        // The mean step: where channels do not divide evenly, no plane lies off by more than one of them.
        (header.frequency, header.bandwidth) = (first, (last - first) / Double(centres.count - 1))
        return header
    }
}

extension ImageHeader {
    /// The header of the model of an image: without a beam.
    var ofModel: ImageHeader {
        var header = self
        header.unit = unit.replacing("/beam", with: "/pixel")
        header.beam = nil
        return header
    }

    /// The header of the point spread function of an image.
    var ofPSF: ImageHeader {
        var header = self
        header.unit = ""
        header.quantity = "Psf"
        return header
    }
}

extension ImageHeader {
    /// The header of the primary beam of an image.
    var ofPower: ImageHeader {
        var header = self
        header.unit = ""
        header.quantity = "Primary beam"
        header.beam = nil
        return header
    }
}

extension ImageBeam {
    /// A fitted beam.
    init(_ beam: RestoringBeam) {
        self.init(major: beam.major, minor: beam.minor, positionAngle: beam.positionAngle)
    }
}

extension ImageShare {
    /// Middle of the band, Hz.
    func centre(_ windows: [SpectralWindow]) -> Double {
        let band = band(windows)
        return (band.lowerBound + band.upperBound) / 2
    }
}
