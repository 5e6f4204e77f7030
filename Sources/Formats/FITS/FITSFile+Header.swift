import Visibilities

extension FITSFile {
    /// Writes every card after the axes: FITS standard 4.0 with the WCS of Calabretta & Greisen 2002 (SIN projection).
    func write(_ header: ImageHeader) throws(FITSFailure) {
        try card("BUNIT", header.unit, "unit of the pixels")
        try card("BTYPE", header.quantity, "")
        if let beam = header.beam {
            try card("BMAJ", beam.major.degrees, "[deg] beam major axis, FWHM")
            try card("BMIN", beam.minor.degrees, "[deg] beam minor axis, FWHM")
            try card("BPA", beam.positionAngle.degrees, "[deg] position angle, north through east")
        }
        try card("OBJECT", header.object, "")
        try card("TELESCOP", header.telescope, "")
        try card("INSTRUME", header.instrument, "")
        try card("OBSERVER", header.observer, "")
        try card("ORIGIN", header.origin, "")
        try writeTime(header)
        try writeSky(header)
        try writeAxes(header)
        if let weights = header.weights { try write(weights) }
        for line in header.history {
            for part in line.wrapped(at: 72) { try history(part) }
        }
    }

    private func writeTime(_ header: ImageHeader) throws(FITSFailure) {
        guard let start = header.start, let date = CalendarDate(mjdSeconds: start) else { return }
        try card("DATE-OBS", date.description, "start of the observation")
        try card("MJD-OBS", start / 86400, "[d] start of the observation")
        if let end = header.end, let date = CalendarDate(mjdSeconds: end) {
            try card("DATE-END", date.description, "end of the observation")
            try card("MJD-END", end / 86400, "[d] end of the observation")
        }
        try card("TIMESYS", "UTC", "")
    }

    private func writeSky(_ header: ImageHeader) throws(FITSFailure) {
        let (ra, dec) = (header.phaseCentre.rightAscension.degrees, header.phaseCentre.declination.degrees)
        // ICRS has no equinox: an EQUINOX card would make readers think of FK5.
        try card("RADESYS", "ICRS", "")
        try card("LONPOLE", 180, "[deg]")
        try card("LATPOLE", dec, "[deg]")
        try card("OBSRA", ra, "[deg] phase centre")
        try card("OBSDEC", dec, "[deg] phase centre")
        try card("CTYPE1", "RA---SIN", "right ascension, orthographic")
        try card("CRPIX1", header.reference.x + 1, "")
        try card("CRVAL1", ra, "")
        try card("CDELT1", -header.cell.degrees, "")
        try card("CUNIT1", "deg", "")
        try card("CTYPE2", "DEC--SIN", "declination, orthographic")
        try card("CRPIX2", header.reference.y + 1, "")
        try card("CRVAL2", dec, "")
        try card("CDELT2", header.cell.degrees, "")
        try card("CUNIT2", "deg", "")
    }

    private func writeAxes(_ header: ImageHeader) throws(FITSFailure) {
        try card("CTYPE3", "FREQ", header.planes > 1 ? "" : "weighted mid frequency")
        try card("CRPIX3", 1, "")
        try card("CRVAL3", header.frequency, "")
        try card("CDELT3", header.bandwidth, header.planes > 1 ? "" : "bandwidth")
        try card("CUNIT3", "Hz", "")
        if let band = header.band {
            try card("BANDLOW", band.lowerBound, "[Hz] lower edge of the lowest channel")
            try card("BANDHIGH", band.upperBound, "[Hz] upper edge of the highest channel")
        }
        try card("SPECSYS", "TOPOCENT", "")
        try card("RESTFRQ", header.frequency, "[Hz]")
        try card("CTYPE4", "STOKES", "")
        try card("CRPIX4", 1, "")
        try card("CRVAL4", Double(header.stokes.rawValue), header.stokes.name)
        try card("CDELT4", 1, "")
    }

    private func write(_ weights: ImageWeights) throws(FITSFailure) {
        try card("WSCWEIGH", weights.scheme, "weighting of the visibilities")
        try card("WSCIMGWG", weights.imageWeight, "weight for averaging images")
        try card("WSCNORMF", weights.normalisation, "factor that the image was divided by")
        try card("WSCNVIS", weights.visibilities, "visibilities gridded")
        try card("WSCENVIS", weights.effectiveVisibilities, "effective number of visibilities")
        try card("WSCVWSUM", weights.visibilityWeightSum, "sum of visibility weights")
    }
}

extension Double {
    /// Radians to degrees.
    var degrees: Double { self * (180 / .pi) }
    /// Degrees to radians.
    var radians: Double { self * (.pi / 180) }
}
