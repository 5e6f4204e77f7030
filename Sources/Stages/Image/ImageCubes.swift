import Formats
import Imaging

/// The cubes of a product, a plane for each output channel.
struct ImageCubes {
    /// By what their pixels are.
    let cubes: [ImageName.Kind: FITSCube]
    let blank: [Float]

    /// Appends the planes of a channel; blank ones for what it does not have.
    func append(_ image: ChannelImage?) throws {
        for (kind, cube) in cubes {
            let beam = kind == .model ? nil : image?.beam
            try cube.append(image?.pixels[kind] ?? blank, beam: beam.map(ImageBeam.init))
        }
    }

    func close() throws { for cube in cubes.values { try cube.close() } }
}
