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

// What is said alike of eight lanes of each of the two types: a + b, a - b, a * b, a / b and -a, each of the lanes' own; a
// number in all lanes; a * b + c, rounded once where the target has such an instruction, else twice; the lower and the upper
// halves of two vectors; their even and their odd lanes, those of the first one first; a store past the caches of what will not
// be read soon, to be followed by a fence before another thread reads it.
#define SLUICE_ARITHMETIC(name, vector, number)                                                    \
    SLUICE_LANES vector sluice_##name##_add(vector a, vector b) { return a + b; }                  \
    SLUICE_LANES vector sluice_##name##_subtract(vector a, vector b) { return a - b; }             \
    SLUICE_LANES vector sluice_##name##_multiply(vector a, vector b) { return a * b; }             \
    SLUICE_LANES vector sluice_##name##_divide(vector a, vector b) { return a / b; }               \
    SLUICE_LANES vector sluice_##name##_negate(vector a) { return -a; }                            \
    SLUICE_LANES vector sluice_##name##_repeated(number value) { return (vector)(value); }         \
    SLUICE_LANES vector sluice_##name##_multiply_add(vector a, vector b, vector c) {               \
        _Pragma("clang fp contract(fast)") return a * b + c;                                       \
    }                                                                                              \
    SLUICE_LANES vector sluice_##name##_low_halves(vector a, vector b) {                           \
        return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);                            \
    }                                                                                              \
    SLUICE_LANES vector sluice_##name##_high_halves(vector a, vector b) {                          \
        return __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);                          \
    }                                                                                              \
    SLUICE_LANES vector sluice_##name##_even(vector a, vector b) {                                 \
        return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14);                           \
    }                                                                                              \
    SLUICE_LANES vector sluice_##name##_odd(vector a, vector b) {                                  \
        return __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15);                           \
    }                                                                                              \
    SLUICE_LANES void sluice_##name##_stream(vector value, void *address) {                        \
        __builtin_nontemporal_store(value, (vector *)address);                                     \
    }

SLUICE_ARITHMETIC(lanes, sluice_lanes8, float)
SLUICE_ARITHMETIC(doubles, sluice_double8, double)

#undef SLUICE_ARITHMETIC

// Shuffles of singles, within halves.

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

// Shuffles of doubles: two registers, or one of 512 bits.

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
