import Imaging

/// All that is made of one product in one output channel, or of their mean.
struct ChannelImage: Sendable {
    /// A share of the samples that it is made of, with the sum of their imaging weights.
    typealias Source = (share: ImageShare, weight: Double)

    let sources: [Source]
    let sums: GridSums
    /// [row][column]; the point spread function comes with the first product of a set only.
    var pixels: [ImageName.Kind: [Float]]
    var beam: RestoringBeam?
    /// What the headers of model, residual and restored image say of CLEAN.
    var history: [String] = []
    /// Why there is a point spread function but no beam.
    var problem: ImagingError?

    /// The image of one channel.
    init(_ share: ImageShare, _ result: ImageResult) {
        sources = [(share, result.sums.weight)]
        sums = result.sums
        pixels = [.dirty: result.dirty]
        pixels[.psf] = result.psf
        (beam, problem) = (result.beam, result.beamProblem)
    }

    /// An image of zeros, to which those of channels are added.
    init(meanOf sources: [Source], _ sums: GridSums) {
        (self.sources, self.sums, pixels) = (sources, sums, [:])
    }

    /// Adds the image of a channel by its weight: the mean is what gridding all of them together makes.
    mutating func add(_ channel: ChannelImage) {
        let share = Float(channel.sums.weight / sums.weight)
        for kind in [ImageName.Kind.dirty, .psf, .model, .residual] {
            guard let added = channel.pixels[kind] else { continue }
            var sum = pixels.removeValue(forKey: kind) ?? [Float](repeating: 0, count: added.count)
            for pixel in sum.indices { sum[pixel] += share * added[pixel] }
            pixels[kind] = sum
        }
    }

    /// Fits the beam of a mean to its point spread function.
    mutating func fitBeam(_ geometry: ImageGeometry) {
        guard let psf = pixels[.psf] else { return }
        do throws(ImagingError) {
            beam = try RestoringBeam(fitting: psf, geometry)
        } catch { problem = error }
    }

    /// Makes the restored image of model and residual, where there is a beam.
    mutating func restore(_ geometry: ImageGeometry) async throws {
        guard let beam, let model = pixels[.model], let residual = pixels[.residual] else { return }
        pixels[.restored] = try await restored(
            model: model, residual: residual, width: geometry.width, height: geometry.height,
            cell: geometry.cell, beam: beam)
    }
}
