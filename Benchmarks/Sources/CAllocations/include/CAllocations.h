#pragma once
#include <stdbool.h>

// Counts the heap allocations of the whole process, those of the runtime and the libraries included.

/// Starts or stops counting; while stopped an allocation costs one more load.
void allocations_count(bool on);

/// Allocations counted so far, on all threads, but for those of libdispatch.
long allocations_so_far(void);

/// Allocations of libdispatch counted so far: work items, when the cache of the thread that resumes a task is empty.
long allocations_by_dispatch(void);
