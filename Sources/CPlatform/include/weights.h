#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lanes.h"

// What weighing visibilities takes many times a sample, and Swift makes slow: comparisons of vectors of different widths,
// which become loops over lanes, and checked conversions to integers, which keep loops from becoming vectors.

/// Eight weights, 0 where a flag is set or a weight is no positive number.
static inline __attribute__((always_inline)) sluice_lanes8 sluice_usable_weights(const float *weights, const unsigned char *flags) {
    typedef unsigned char bytes8 __attribute__((ext_vector_type(8)));
    union {
        sluice_lanes8 lanes;
        sluice_ints8 bits;
    } weight;
    bytes8 flag;
    memcpy(&weight, weights, sizeof weight);
    memcpy(&flag, flags, sizeof flag);
    weight.bits &= (weight.lanes > 0) & (weight.lanes < __builtin_inff()) & (__builtin_convertvector(flag, sluice_ints8) == 0);
    return weight.lanes;
}

/// Cells of 8 x 8 tiles, [tile v][tile u][v][u], at u f + half and v f of each frequency f, rounded down; -1 outside the first
/// `columns` of u and `lines` of v. v is not negative.
static inline void sluice_tiled_cells(double u, double v, double half, double columns, double lines, int64_t tiles_u,
                                      const double *frequencies, size_t count, int64_t *cells) {
#pragma clang fp contract(off)
    for (size_t i = 0; i < count; i++) {
        double column = u * frequencies[i] + half, line = v * frequencies[i];
        int inside = (column >= 0) & (column < columns) & (line < lines);
        int32_t c = (int32_t)(inside ? column : 0), l = (int32_t)(inside ? line : 0);
        int64_t tile = (int64_t)(l >> 3) * tiles_u + (c >> 3);
        cells[i] = inside ? tile << 6 | (l & 7) << 3 | (c & 7) : -1;
    }
}
