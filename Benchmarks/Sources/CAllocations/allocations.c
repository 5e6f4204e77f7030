// Takes the place of the C library's allocator in the executable that links this, and hands on to it.
#define _GNU_SOURCE
#include "CAllocations.h"

#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static atomic_bool counting;
static atomic_long counted, counted_dispatch;
static uintptr_t dispatch_start, dispatch_end;

static int find_dispatch(struct dl_phdr_info *info, size_t size, void *unused) {
    (void)size, (void)unused;
    if (info->dlpi_name == NULL || strstr(info->dlpi_name, "libdispatch") == NULL) return 0;
    dispatch_start = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        uintptr_t end = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;
        if (info->dlpi_phdr[i].p_type == PT_LOAD && end > dispatch_end) dispatch_end = end;
    }
    return 1;
}

static void count(const void *caller) {
    if (!atomic_load_explicit(&counting, memory_order_relaxed)) return;
    const bool dispatch = (uintptr_t)caller >= dispatch_start && (uintptr_t)caller < dispatch_end;
    atomic_fetch_add_explicit(dispatch ? &counted_dispatch : &counted, 1, memory_order_relaxed);
}

void allocations_count(bool on) {
    if (dispatch_end == 0) dl_iterate_phdr(find_dispatch, NULL);
    atomic_store(&counting, on);
}

long allocations_so_far(void) { return atomic_load(&counted); }

long allocations_by_dispatch(void) { return atomic_load(&counted_dispatch); }

void *malloc(size_t size) {
    count(__builtin_return_address(0));
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count(__builtin_return_address(0));
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    count(__builtin_return_address(0));
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    count(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    count(__builtin_return_address(0));
    void *result = __libc_memalign(alignment, size);
    if (result == NULL) return ENOMEM;
    *memory = result;
    return 0;
}
