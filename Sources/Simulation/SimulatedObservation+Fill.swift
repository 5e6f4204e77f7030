import Astrometry
import Visibilities

/// A part of a simulated observation: some baselines over some dumps and channels of a scan.
public struct SimulatedRegion: Sendable, Hashable {
    /// Index in `Observation.schedule`.
    public var scan: Int
    /// Indices in `Observation.baselines`.
    public var baselines: Range<Int>
    /// Dumps of the scan.
    public var dumps: Range<Int>
    /// Channels of the band.
    public var channels: Range<Int>

    /// A region.
    public init(scan: Int, baselines: Range<Int>, dumps: Range<Int>, channels: Range<Int>) {
        self.scan = scan
        self.baselines = baselines
        self.dumps = dumps
        self.channels = channels
    }
}

extension SimulatedObservation {
    /// Writes a whole block: visibilities, weights, no flags, uvw and times, as its context and baselines say.
    ///
    /// - Precondition: the block was cut from `observation`.
    public func fill(_ block: inout VisibilityBlock) {
        let context = block.context
        let region = SimulatedRegion(
            scan: context.scheduleIndex, baselines: block.baselines, dumps: context.dumps,
            channels: context.channels)
        let scan = observation.schedule[region.scan]
        let plane = block.shape.planeSize
        block.withMutableArrays { visibilities, weights, flags, uvw, centroids in
            fill(region, visibilities: &visibilities)
            for (index, number) in region.baselines.enumerated() {
                let baseline = observation.baselines[number]
                for (place, product) in observation.polarisations.enumerated() {
                    let first = (index * observation.polarisations.count + place) * plane
                    let weight = self.weight(of: baseline, product)
                    for sample in first..<first + plane {
                        weights[sample] = weight
                        flags[sample] = 0
                    }
                }
                for (time, dump) in region.dumps.enumerated() {
                    let row = index * region.dumps.count + time
                    uvw[row] = observation.uvw(baseline, dump: dump, of: scan)
                    centroids[row] = scan.times[dump]
                }
            }
        }
    }

    /// Elevations of a field's phase centre over its scans, radians; nil where it has none.
    public func elevations(field: Int) -> ClosedRange<Double>? {
        let centre = observation.fields[field].phaseCentre
        let elevations = observation.schedule.filter { $0.field == field }.flatMap { scan in
            // Some dumps of each scan, first and last among them.
            stride(from: 0, to: scan.times.count, by: max(1, scan.times.count / 32)).map { scan.times[$0] }
                + scan.times.suffix(1)
        }.compactMap {
            site.azimuthElevation(
                time: $0, rightAscension: centre.rightAscension, declination: centre.declination)?.elevation
        }
        guard let low = elevations.min(), let high = elevations.max() else { return nil }
        return low...high
    }

    /// Weight 1/σ² (Jy⁻²) of a product of a baseline; parallel hands of an autocorrelation are real with twice the variance.
    /// Without noise 1.
    public func weight(of baseline: Baseline, _ product: Polarisation) -> Float {
        let isPower = baseline.isAutocorrelation && (product == .xx || product == .yy)
        return parameters.sefd > 0 && isPower ? observation.nominalWeight / 2 : observation.nominalWeight
    }

    /// Computes the visibilities of a region into [baseline][polarisation][dump][channel].
    ///
    /// - Precondition: the region lies in the observation and the span has exactly its samples.
    public func fill(_ region: SimulatedRegion, visibilities: inout MutableSpan<Complex64>) {
        let products = observation.polarisations.count
        let plane = region.dumps.count * region.channels.count
        precondition(
            visibilities.count == region.baselines.count * products * plane, "a span of another size")
        guard !visibilities.isEmpty else { return }
        var rows = RowBuilder(self, region)
        for (time, dump) in region.dumps.enumerated() {
            rows.begin(dump: dump)
            for (index, number) in region.baselines.enumerated() {
                rows.compute(baseline: observation.baselines[number])
                for product in 0..<products {
                    let first = (index * products + product) * plane + time * region.channels.count
                    rows.store(product, into: &visibilities, at: first)
                }
            }
        }
    }
}
