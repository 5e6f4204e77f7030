#ifdef __linux__
#define _GNU_SOURCE
#include <sys/prctl.h>
#endif
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int lower_limit(int resource, rlim_t value) {
  struct rlimit limit;
  if (getrlimit(resource, &limit) != 0) return errno;
  if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < value) value = limit.rlim_max;
  limit.rlim_cur = value;
  return setrlimit(resource, &limit) == 0 ? 0 : errno;
}

// Who is refused memory and cannot bear it aborts, traps or follows a null pointer; errno still tells why, since nothing
// that succeeds clears it.
static void died(int signal) {
  if (errno == ENOMEM) _exit(sluice_out_of_memory);
  raise(signal);
}

int sluice_confine(unsigned seconds, unsigned cpu_seconds, unsigned long long bytes) {
  int failed = lower_limit(RLIMIT_CORE, 0);
  if (!failed) failed = lower_limit(RLIMIT_CPU, cpu_seconds);
  if (!failed) failed = lower_limit(RLIMIT_DATA, bytes);
#ifdef __linux__
  if (!failed && prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) failed = errno;
#endif
  const int deaths[] = {SIGABRT, SIGBUS, SIGILL, SIGSEGV, SIGTRAP};
  struct sigaction action = {.sa_handler = died, .sa_flags = (int)SA_RESETHAND | SA_NODEFER};
  sigemptyset(&action.sa_mask);
  for (unsigned death = 0; death < sizeof deaths / sizeof *deaths && !failed; death++)
    if (sigaction(deaths[death], &action, NULL) != 0) failed = errno;
  errno = 0;
  signal(SIGALRM, SIG_DFL);
  alarm(seconds);
  return failed;
}

#ifdef __APPLE__
static const char *own_path(char *room, unsigned size) { return _NSGetExecutablePath(room, &size) == 0 ? room : ""; }
#else
static const char *own_path(char *room, unsigned size) {
  (void)room, (void)size;
  return "/proc/self/exe";
}
#endif

int sluice_run_self(char *const arguments[], char *const environment[], int *status) {
  char room[4096];
  pid_t child;
  sigset_t usual, none;
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  sigemptyset(&none);
  sigemptyset(&usual);
  sigaddset(&usual, SIGINT);
  sigaddset(&usual, SIGTERM);
  sigaddset(&usual, SIGPIPE);
  int failed = posix_spawn_file_actions_init(&files);
  if (failed) return failed;
  failed = posix_spawnattr_init(&attributes);
  if (failed) {
    posix_spawn_file_actions_destroy(&files);
    return failed;
  }
  for (int stream = 0; stream < 3 && !failed; stream++)
    failed = posix_spawn_file_actions_addopen(&files, stream, "/dev/null", stream == 0 ? O_RDONLY : O_WRONLY, 0);
  // A run ignores the signals that its watch handles; its children must not.
  if (!failed) failed = posix_spawnattr_setsigdefault(&attributes, &usual);
  if (!failed) failed = posix_spawnattr_setsigmask(&attributes, &none);
  if (!failed) failed = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  if (!failed)
    failed = posix_spawn(&child, own_path(room, sizeof room), &files, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (failed) return failed;
  while (waitpid(child, status, 0) < 0)
    if (errno != EINTR) return errno;
  return 0;
}
