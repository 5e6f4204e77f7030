#ifdef __linux__
#define _GNU_SOURCE
#endif

#include "CPlatform.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

// More mappings than a process may have open files, as a rule.
enum { most = 4096 };
enum { vacant, claimed, watched };

// What the handler reads must be there without a lock: a place is filled before it is marked as watched.
static struct {
  atomic_int state, failed;
  atomic_uintptr_t start, end;
} places[most];

static struct sigaction usual;
static long page_size;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int unhandled;

// Whether an address lies in a watched mapping that could be replaced by zeros from there on.
static int replace(uintptr_t address) {
  for (int place = 0; place < most; place++) {
    if (atomic_load_explicit(&places[place].state, memory_order_acquire) != watched) continue;
    const uintptr_t end = atomic_load_explicit(&places[place].end, memory_order_relaxed);
    if (address < atomic_load_explicit(&places[place].start, memory_order_relaxed) || address >= end) continue;
    // Marked first: nobody may see the zeros without the mark.
    atomic_store(&places[place].failed, 1);
    // All that follows at once: a process may have only so many mappings (vm.max_map_count), and a mapping for each page
    // of a long file would be more.
    const uintptr_t page = address & ~((uintptr_t)page_size - 1);
    return mmap((void *)page, end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
  }
  return 0;
}

static void bus_error(int signal, siginfo_t *info, void *context) {
  (void)context;
  const int error = errno;
  const int isFault = info->si_code > 0;  // not sent by a process
  if (!isFault || !replace((uintptr_t)info->si_addr)) {
    // Not ours: what was to happen before there were mappings happens when the access is tried again.
    sigaction(SIGBUS, &usual, NULL);
    if (!isFault) raise(signal);
  }
  errno = error;
}

static void handle_bus_errors(void) {
  page_size = sysconf(_SC_PAGESIZE);
  struct sigaction action = {.sa_sigaction = bus_error, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
  sigemptyset(&action.sa_mask);
  if (page_size <= 0 || sigaction(SIGBUS, &action, &usual) != 0) unhandled = 1;
}

int sluice_watch_mapping(const void *start, size_t bytes) {
  pthread_once(&once, handle_bus_errors);
  if (unhandled) return sluice_signal_unhandled;
  for (int place = 0; place < most; place++) {
    int expected = vacant;
    if (!atomic_compare_exchange_strong(&places[place].state, &expected, claimed)) continue;
    atomic_store_explicit(&places[place].start, (uintptr_t)start, memory_order_relaxed);
    atomic_store_explicit(&places[place].end, (uintptr_t)start + bytes, memory_order_relaxed);
    atomic_store_explicit(&places[place].failed, 0, memory_order_relaxed);
    atomic_store_explicit(&places[place].state, watched, memory_order_release);
    return place;
  }
  return sluice_too_many_mappings;
}

int sluice_mapping_failed(int place) { return atomic_load(&places[place].failed); }

void sluice_unwatch_mapping(int place) { atomic_store_explicit(&places[place].state, vacant, memory_order_release); }
