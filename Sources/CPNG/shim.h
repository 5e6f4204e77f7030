#pragma once
#include <png.h>
#include <stdint.h>
#include <string.h>

// The simplified interface of libpng: errors come back as a message, never through setjmp/longjmp, which Swift cannot
// cross.

/// The most bytes that an RGB picture of this size can take as a PNG file; 0 if it is too large for libpng.
static inline size_t sluice_png_bound(uint32_t width, uint32_t height) {
    png_image image;
    memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    image.width = width;
    image.height = height;
    image.format = PNG_FORMAT_RGB;
    return PNG_IMAGE_PNG_SIZE_MAX(image);
}

/// Encodes rows of 8-bit RGB as a PNG file in memory.
///
/// `size` is the room at `memory` on entry and the file's size on return. Returns 0 on failure, with the reason in
/// `message`.
static inline int sluice_png_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, void *memory, size_t *size, char message[64]) {
    png_image image;
    memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    image.width = width;
    image.height = height;
    image.format = PNG_FORMAT_RGB;
    // No filters, zlib's level 3: colour-mapped noise takes a third of the time and less room so.
    image.flags = PNG_IMAGE_FLAG_FAST;
    png_alloc_size_t bytes = *size;
    int done = png_image_write_to_memory(&image, memory, &bytes, 0, pixels, 0, NULL);
    *size = bytes;
    memcpy(message, image.message, 64);
    png_image_free(&image);
    return done;
}
