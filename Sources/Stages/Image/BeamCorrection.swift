import Astrometry
import Imaging
import Visibilities

/// The primary beam that a field was seen with, and images corrected for it.
struct BeamCorrection: Sendable {
    /// Least power that is corrected for; pixels below it are blank.
    let limit: Double
    private let beam: PrimaryBeam
    private let site: ObservingSite?
    private let field: Int
    private let observation: Observation

    /// nil for a telescope or band whose beam is not known.
    init?(_ observation: Observation, field: Int, limit: Double) {
        let frequencies = observation.spectralWindows.flatMap(\.frequencies)
        guard let low = frequencies.min(), let high = frequencies.max(),
            let beam = PrimaryBeam(telescope: observation.telescope, frequency: (low + high) / 2)
        else { return nil }
        (self.beam, self.limit, self.field, self.observation) = (beam, limit, field, observation)
        let turns = observation.antennas.contains { $0.mount.uppercased().hasPrefix("ALT") }
        site = turns ? ObservingSite(middleOf: observation) : nil
    }

    /// The mean power over an image of some sources.
    func power(
        _ geometry: ImageGeometry, _ sources: [ChannelImage.Source],
        _ polarisation: Polarisation
    ) -> [Float] {
        beam.image(
            geometry,
            frequencies: sources.flatMap { share, weight in
                let frequencies = sample(frequencies(of: share), 16)
                return frequencies.map { ($0, weight / Double(frequencies.count)) }
            }, angles: angles(sources.first?.share), of: polarisation)
    }

    /// Divides an image by a power; blank where that is too low.
    func correct(_ image: [Float], by power: [Float]) -> [Float] {
        let limit = Float(limit)
        return zip(image, power).map { $1 >= limit ? $0 / $1 : .nan }
    }

    /// Channels that no mask removes; all when it removes all.
    private func frequencies(of share: ImageShare) -> [Double] {
        var (kept, all): ([Double], [Double]) = ([], [])
        for (index, window) in observation.spectralWindows.enumerated() {
            let masked =
                observation.maskedChannels.indices.contains(index) ? observation.maskedChannels[index] : []
            for channel in share.channels[index] {
                all.append(window.frequencies[channel])
                if !(masked.indices.contains(channel) && masked[channel]) {
                    kept.append(window.frequencies[channel])
                }
            }
        }
        return kept.isEmpty ? all : kept
    }

    private func angles(_ share: ImageShare?) -> [Double] {
        guard let site, let share else { return [] }
        let times = observation.schedule.filter { $0.field == field }.flatMap(\.times)
        let centre = observation.fields[field].phaseCentre
        return sample(Array(times[share.dumps.clamped(to: times.indices)]), 32).compactMap {
            site.parallacticAngle(
                time: $0, rightAscension: centre.rightAscension, declination: centre.declination)
        }
    }

    /// At most so many of some values, evenly spread.
    private func sample(_ values: [Double], _ most: Int) -> [Double] {
        guard values.count > most else { return values }
        return (0..<most).map { values[(2 * $0 + 1) * values.count / (2 * most)] }
    }
}
