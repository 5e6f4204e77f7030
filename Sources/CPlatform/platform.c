#ifdef __linux__
#define _GNU_SOURCE
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <sys/syscall.h>
#endif

#include "CPlatform.h"

#include <dlfcn.h>
#include <errno.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

FILE *sluice_stdout(void) { return stdout; }
FILE *sluice_stderr(void) { return stderr; }

int sluice_reserve(int descriptor, long long bytes) {
#ifdef __linux__
  if (bytes <= 0) return 0;
  while (fallocate(descriptor, 0, 0, bytes) != 0) {
    if (errno == EINTR) continue;
    return errno == ENOSPC || errno == EDQUOT || errno == EFBIG || errno == EIO ? errno : 0;
  }
#endif
  return 0;
}

#ifdef __linux__
int sluice_cpu_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
  long count = sysconf(_SC_NPROCESSORS_ONLN);  // more CPUs than a cpu_set_t holds
  return count > 0 ? (int)count : 1;
}

int sluice_limit_cpus(int count) {
  cpu_set_t allowed, chosen;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return errno;
  CPU_ZERO(&chosen);
  for (int cpu = 0, taken = 0; cpu < CPU_SETSIZE && taken < count; cpu++) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    CPU_SET(cpu, &chosen);
    taken++;
  }
  return sched_setaffinity(0, sizeof chosen, &chosen) == 0 ? 0 : errno;
}

#ifdef __GLIBC__
void sluice_return_freed_memory(void) { malloc_trim(0); }
#else
void sluice_return_freed_memory(void) {}
#endif
#else
int sluice_cpu_count(void) {
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? (int)count : 1;
}
int sluice_limit_cpus(int count) { return count > 0 ? 0 : EINVAL; }
void sluice_return_freed_memory(void) {}
#endif

// File systems without an exclusive rename (some network ones) get a check followed by a plain rename.
int sluice_rename_exclusive(const char *from, const char *to) {
#if defined(__linux__) && defined(SYS_renameat2)
  const unsigned no_replace = 1;
  if (syscall(SYS_renameat2, -100, from, -100, to, no_replace) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
#elif defined(__APPLE__)
  if (renamex_np(from, to, RENAME_EXCL) == 0) return 0;
  if (errno != ENOTSUP) return errno;
#endif
  struct stat found;
  if (lstat(to, &found) == 0) return EEXIST;
  return rename(from, to) == 0 ? 0 : errno;
}

long long sluice_peak_resident(void) {
#ifdef __linux__
  // Not ru_maxrss: it begins with the resident size of the process that started this one.
  FILE *status = fopen("/proc/self/status", "r");
  if (status) {
    char line[128];
    long long kibibytes = 0;
    while (kibibytes == 0 && fgets(line, sizeof line, status)) sscanf(line, "VmHWM: %lld", &kibibytes);
    fclose(status);
    if (kibibytes > 0) return 1024 * kibibytes;
  }
#endif
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
#ifdef __APPLE__
  return usage.ru_maxrss;
#else
  return 1024LL * usage.ru_maxrss;
#endif
}

// Taking the place of malloc in the program itself would disable preloaded allocators and sanitizers for everybody; so
// a counter is looked for only when somebody asks, among what was preloaded.
long long sluice_heap_allocations(void) {
  long (*counted)(void) = (long (*)(void))dlsym(RTLD_DEFAULT, "allocations_so_far");
  return counted ? counted() : -1;
}

void sluice_heap_count(int on) {
  void (*count)(_Bool) = (void (*)(_Bool))dlsym(RTLD_DEFAULT, "allocations_count");
  if (count) count(on != 0);
}
