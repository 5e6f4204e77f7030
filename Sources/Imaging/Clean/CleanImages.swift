/// Subtracts an image from another pixel by pixel.
func subtract(_ image: [Float], from other: inout [Float]) {
    for pixel in other.indices { other[pixel] -= image[pixel] }
}

/// Finds images that do not fit the field.
func checkImages(_ dirty: [[Float]], _ psfs: [[Float]], _ field: CleanField) throws(ImagingError) {
    guard dirty.count == field.channels.count, psfs.count == field.channels.count else {
        throw .shape("\(dirty.count) images and \(psfs.count) psfs for \(field.channels.count) channels")
    }
    for (image, psf) in zip(dirty, psfs) {
        guard image.count == field.pixels else {
            throw .shape("an image of \(image.count) pixels for \(field.width) x \(field.height)")
        }
        guard psf.count == field.psfWidth * field.psfHeight else {
            throw .shape("a psf of \(psf.count) pixels for \(field.psfWidth) x \(field.psfHeight)")
        }
    }
}

/// Whether all pixels are numbers.
func isFinite(_ image: [Float]) -> Bool { image.allSatisfy { $0.isFinite } }

/// Finds pixels that are no numbers, and point spread functions that do not peak at their centre.
func checkPixels(
    _ image: [Float], _ psf: [Float], _ field: CleanField, _ channel: Int
) throws(ImagingError) {
    guard isFinite(image), isFinite(psf) else {
        throw .values(
            "channel \(channel) has pixels that are not numbers: give it weight 0, or look at its data")
    }
    let peak = psf[field.psfHeight / 2 * field.psfWidth + field.psfWidth / 2]
    guard abs(peak - 1) < 0.01 else {
        throw .values("the psf of channel \(channel) is \(peak) at its centre; must be 1")
    }
}
