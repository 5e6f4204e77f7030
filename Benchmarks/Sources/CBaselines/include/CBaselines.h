#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The kernels, the same for every contender.

/// Fills a block with numbers that follow from a seed.
void kernel_fill(uint32_t *block, size_t count, uint32_t seed);
/// Adds up a block.
uint64_t kernel_sum(const uint32_t *block, size_t count);
/// Changes a block in place: three light steps, as mask, preflag and a scaling are.
void kernel_mask(uint32_t *block, size_t count);
void kernel_clip(uint32_t *block, size_t count);
void kernel_scale(uint32_t *block, size_t count);

// A ring of slots between two threads: one mutex, two condition variables.

/// Seconds to hand on so many pointers.
double ring_hand_off(size_t slots, size_t items);
/// Seconds to fill so many blocks in the ring's slots on one thread and add them up on the other.
double ring_fill_sum(size_t slots, size_t words, size_t items, uint64_t *sum);
/// Seconds to copy a block so many times.
double copy_blocks(size_t words, size_t items);

#ifdef __cplusplus
}
#endif
