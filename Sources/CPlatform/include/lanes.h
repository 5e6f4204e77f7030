#pragma once

// What the standard library's vectors cannot say, or say in generic code as loops over lanes: arithmetic, a product and a
// sum that the compiler may round once, shuffles of two vectors, and a hint to the cache. Inlined into Swift; without such
// instructions they are what the comments say.

typedef float sluice_lanes8 __attribute__((ext_vector_type(8)));
typedef double sluice_double4 __attribute__((ext_vector_type(4)));
typedef double sluice_double8 __attribute__((ext_vector_type(8)));
typedef int sluice_ints8 __attribute__((ext_vector_type(8)));
typedef int sluice_ints16 __attribute__((ext_vector_type(16)));

#define SLUICE_LANES static inline __attribute__((always_inline))

/// a + b, a - b, a * b and -a, each of the lanes' own.
SLUICE_LANES sluice_lanes8 sluice_lanes_add(sluice_lanes8 a, sluice_lanes8 b) { return a + b; }
SLUICE_LANES sluice_lanes8 sluice_lanes_subtract(sluice_lanes8 a, sluice_lanes8 b) { return a - b; }
SLUICE_LANES sluice_lanes8 sluice_lanes_multiply(sluice_lanes8 a, sluice_lanes8 b) { return a * b; }
SLUICE_LANES sluice_lanes8 sluice_lanes_negate(sluice_lanes8 a) { return -a; }

/// A number in all lanes.
SLUICE_LANES sluice_lanes8 sluice_lanes_repeated(float value) { return (sluice_lanes8)(value); }

/// a * b + c; rounded once where the target has such an instruction, else twice.
SLUICE_LANES sluice_lanes8 sluice_lanes_multiply_add(sluice_lanes8 a, sluice_lanes8 b, sluice_lanes8 c) {
#pragma clang fp contract(fast)
    return a * b + c;
}

/// Lanes 0, 1, 4, 5 of two vectors in turn.
SLUICE_LANES sluice_lanes8 sluice_lanes_low_singles(sluice_lanes8 a, sluice_lanes8 b) {
    return __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13);
}

/// Lanes 2, 3, 6, 7 of two vectors in turn.
SLUICE_LANES sluice_lanes8 sluice_lanes_high_singles(sluice_lanes8 a, sluice_lanes8 b) {
    return __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
}

/// Pairs of lanes (0, 1), (4, 5) of two vectors in turn.
SLUICE_LANES sluice_lanes8 sluice_lanes_low_pairs(sluice_lanes8 a, sluice_lanes8 b) {
    return __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
}

/// Pairs of lanes (2, 3), (6, 7) of two vectors in turn.
SLUICE_LANES sluice_lanes8 sluice_lanes_high_pairs(sluice_lanes8 a, sluice_lanes8 b) {
    return __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
}

/// The lower halves of two vectors.
SLUICE_LANES sluice_lanes8 sluice_lanes_low_halves(sluice_lanes8 a, sluice_lanes8 b) {
    return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
}

/// The upper halves of two vectors.
SLUICE_LANES sluice_lanes8 sluice_lanes_high_halves(sluice_lanes8 a, sluice_lanes8 b) {
    return __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
}

/// Doubles rounded to single precision.
SLUICE_LANES sluice_lanes8 sluice_lanes_of_doubles(sluice_double8 a) {
    return __builtin_convertvector(a, sluice_lanes8);
}

/// Single-precision numbers as doubles.
SLUICE_LANES sluice_double8 sluice_doubles_of_lanes(sluice_lanes8 a) {
    return __builtin_convertvector(a, sluice_double8);
}

/// The low 32 bits of doubles: what a number of 2^52 and more keeps as an integer there.
SLUICE_LANES sluice_ints8 sluice_low_bits(sluice_double8 a) {
    union {
        sluice_double8 doubles;
        sluice_ints16 words;
    } bits = {a};
    return bits.words.even;
}

/// Even lanes of two vectors, those of the first one first.
SLUICE_LANES sluice_lanes8 sluice_lanes_even(sluice_lanes8 a, sluice_lanes8 b) {
    return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14);
}

/// Odd lanes of two vectors, those of the first one first.
SLUICE_LANES sluice_lanes8 sluice_lanes_odd(sluice_lanes8 a, sluice_lanes8 b) {
    return __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15);
}

// The same of eight doubles: two registers, or one of 512 bits.

/// a + b, a - b, a * b and -a, each of the lanes' own.
SLUICE_LANES sluice_double8 sluice_doubles_add(sluice_double8 a, sluice_double8 b) { return a + b; }
SLUICE_LANES sluice_double8 sluice_doubles_subtract(sluice_double8 a, sluice_double8 b) { return a - b; }
SLUICE_LANES sluice_double8 sluice_doubles_multiply(sluice_double8 a, sluice_double8 b) { return a * b; }
SLUICE_LANES sluice_double8 sluice_doubles_negate(sluice_double8 a) { return -a; }

/// A number in all lanes.
SLUICE_LANES sluice_double8 sluice_doubles_repeated(double value) { return (sluice_double8)(value); }

/// a * b + c; rounded once where the target has such an instruction, else twice.
SLUICE_LANES sluice_double8 sluice_doubles_multiply_add(sluice_double8 a, sluice_double8 b, sluice_double8 c) {
#pragma clang fp contract(fast)
    return a * b + c;
}

/// Lanes 0, 2, 4, 6 of two vectors in turn.
SLUICE_LANES sluice_double8 sluice_doubles_even_lanes(sluice_double8 a, sluice_double8 b) {
    return __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
}

/// Lanes 1, 3, 5, 7 of two vectors in turn.
SLUICE_LANES sluice_double8 sluice_doubles_odd_lanes(sluice_double8 a, sluice_double8 b) {
    return __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
}

/// Pairs of lanes (0, 1), (4, 5) of two vectors in turn.
SLUICE_LANES sluice_double8 sluice_doubles_low_pairs(sluice_double8 a, sluice_double8 b) {
    return __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
}

/// Pairs of lanes (2, 3), (6, 7) of two vectors in turn.
SLUICE_LANES sluice_double8 sluice_doubles_high_pairs(sluice_double8 a, sluice_double8 b) {
    return __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
}

/// The lower halves of two vectors.
SLUICE_LANES sluice_double8 sluice_doubles_low_halves(sluice_double8 a, sluice_double8 b) {
    return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
}

/// The upper halves of two vectors.
SLUICE_LANES sluice_double8 sluice_doubles_high_halves(sluice_double8 a, sluice_double8 b) {
    return __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
}

/// Even lanes of two vectors, those of the first one first.
SLUICE_LANES sluice_double8 sluice_doubles_even(sluice_double8 a, sluice_double8 b) {
    return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14);
}

/// Odd lanes of two vectors, those of the first one first.
SLUICE_LANES sluice_double8 sluice_doubles_odd(sluice_double8 a, sluice_double8 b) {
    return __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15);
}

/// One of four coordinates (0 ... 3) of eight points, aligned to 32 bytes.
SLUICE_LANES sluice_double8 sluice_coordinate(const double *coordinates, int number) {
    typedef sluice_double4 __attribute__((may_alias)) point;
    const point *points = (const point *)coordinates;
    sluice_double4 half[2];
    for (int i = 0; i < 2; i++) {
        const point *p = points + 4 * i;
        sluice_double4 ab = number & 1 ? __builtin_shufflevector(p[0], p[1], 1, 5, 3, 7)
                                       : __builtin_shufflevector(p[0], p[1], 0, 4, 2, 6);
        sluice_double4 cd = number & 1 ? __builtin_shufflevector(p[2], p[3], 1, 5, 3, 7)
                                       : __builtin_shufflevector(p[2], p[3], 0, 4, 2, 6);
        half[i] = number & 2 ? __builtin_shufflevector(ab, cd, 2, 3, 6, 7)
                             : __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    }
    return __builtin_shufflevector(half[0], half[1], 0, 1, 2, 3, 4, 5, 6, 7);
}

/// Asks for the cache line of an address that will be read soon.
SLUICE_LANES void sluice_prefetch(const void *address) { __builtin_prefetch(address); }

#undef SLUICE_LANES
