import Formats
import Imaging

/// The cubes of an image and its point spread function.
struct ImageCubes {
    let dirty: FITSCube
    let psf: FITSCube?
    let blank: [Float]

    func append(_ result: ImageResult, _ beam: RestoringBeam?) throws {
        try dirty.append(result.dirty, beam: beam.map(ImageBeam.init))
        try psf?.append(result.psf ?? blank, beam: beam.map(ImageBeam.init))
    }

    func appendBlank() throws {
        try dirty.append(blank, beam: nil)
        try psf?.append(blank, beam: nil)
    }

    func close() throws {
        try dirty.close()
        try psf?.close()
    }
}
