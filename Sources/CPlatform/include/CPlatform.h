#pragma once

#include <stddef.h>
#include <stdio.h>

#include "lanes.h"
#include "weights.h"

/// The process's standard output and error, which Swift 6 cannot name because they are mutable globals of C.
FILE *sluice_stdout(void);
FILE *sluice_stderr(void);

/// How many CPUs this process may run on, by its affinity; at least 1.
int sluice_cpu_count(void);

/// Keeps this process on the first `count` CPUs of its affinity, before any thread starts; 0, or an errno.
int sluice_limit_cpus(int count);

/// Renames a file unless the new name exists; 0, or an errno (EEXIST when it does).
int sluice_rename_exclusive(const char *from, const char *to);

/// Claims room on the disk for the first `bytes` bytes of an open file; 0, or an errno (ENOSPC). 0 where the file system has
/// no such call.
int sluice_reserve(int descriptor, long long bytes);

/// Largest resident size of this process so far, bytes.
long long sluice_peak_resident(void);

/// Heap allocations counted so far in this process, or -1 without a counter: one is preloaded (Benchmarks/README.md).
long long sluice_heap_allocations(void);

/// Starts (1) or stops (0) that counter, if there is one.
void sluice_heap_count(int on);

/// Gives memory that was freed back to the system, between phases of a run, so that resident memory follows use.
void sluice_return_freed_memory(void);

/// Why a mapping cannot be watched: too many are, or the system refused the handler of SIGBUS.
enum { sluice_too_many_mappings = -1, sluice_signal_unhandled = -2 };

/// Takes the sting out of a file that is mapped for reading at an address: where its bytes are gone (it has become shorter,
/// or its disk fails) reading gives zeros from there to its end and marks the mapping, instead of ending the process with SIGBUS. The place of
/// the mapping, for the calls below; negative when it cannot be watched. May be called from any thread.
int sluice_watch_mapping(const void *start, size_t bytes);

/// Whether bytes of a watched mapping were found gone since.
int sluice_mapping_failed(int place);

/// Forgets a mapping, before it is unmapped.
void sluice_unwatch_mapping(int place);

/// What a process that is bounded in memory ends with when it dies of that bound.
enum { sluice_out_of_memory = 12 };

/// Bounds this process before it looks at a file that may be damaged: wall-clock seconds (SIGALRM ends it), seconds of
/// CPU (SIGXCPU), bytes of writable memory (it ends with `sluice_out_of_memory` where it cannot bear to be refused some),
/// no core file; on Linux it also ends with the process that started it. 0, or an errno.
int sluice_confine(unsigned seconds, unsigned cpu_seconds, unsigned long long bytes);

/// Runs this program anew with other arguments and environment (both end with NULL), without input and output, and
/// awaits its end; 0 and the status as waitpid tells it, or an errno.
int sluice_run_self(char *const arguments[], char *const environment[], int *status);

/// Whether a CPU with these registers lacks x86-64-v3: ECX of leaf 1, EBX of leaf 7, ECX of leaf 0x80000001, XCR0.
int sluice_lacks_v3(unsigned leaf1_ecx, unsigned leaf7_ebx, unsigned extended_ecx, unsigned xcr0);

/// Whether CPUID's leaf 7 or XCR0 lack anything that x86-64-v4 has and v3 has not.
int sluice_lacks_v4(unsigned leaf7_ebx, unsigned xcr0);

/// Whether this CPU is below what the program was built for; 0 where that is not checked.
int sluice_cpu_below_build(void);
