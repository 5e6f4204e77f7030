#pragma once

#include <string.h>

#include "lanes.h"

// Which weights count, eight at once: comparisons of vectors of different widths, which Swift makes a loop over lanes.

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
