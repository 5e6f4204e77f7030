#include "CBaselines.h"

void kernel_fill(uint32_t *restrict block, size_t count, uint32_t seed) {
    for (size_t i = 0; i < count; i++) block[i] = seed + (uint32_t)i;
}

uint64_t kernel_sum(const uint32_t *restrict block, size_t count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += block[i];
    return sum;
}

void kernel_mask(uint32_t *restrict block, size_t count) {
    for (size_t i = 0; i < count; i++) block[i] &= 0x00ffffff;
}

void kernel_clip(uint32_t *restrict block, size_t count) {
    for (size_t i = 0; i < count; i++) block[i] = block[i] < 0x00400000 ? block[i] : 0x00400000;
}

void kernel_scale(uint32_t *restrict block, size_t count) {
    for (size_t i = 0; i < count; i++) block[i] = block[i] * 3 + 1;
}
