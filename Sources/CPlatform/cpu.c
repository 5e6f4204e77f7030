#include "CPlatform.h"

#include <unistd.h>

// What runs before the check has passed may use no instruction above the oldest x86-64.
#if defined(__linux__) && defined(__x86_64__)
#define BASELINE __attribute__((target("arch=x86-64"), noinline))
#else
#define BASELINE
#endif

// x86-64-v3 (System V ABI, table 3.1): AVX, AVX2, BMI1, BMI2, F16C, FMA, LZCNT, MOVBE, with the system saving YMM.
BASELINE int sluice_lacks_v3(unsigned leaf1_ecx, unsigned leaf7_ebx, unsigned extended_ecx, unsigned xcr0) {
  const unsigned leaf1 = 1u << 12 | 1u << 22 | 1u << 27 | 1u << 28 | 1u << 29;
  const unsigned leaf7 = 1u << 3 | 1u << 5 | 1u << 8;
  const unsigned extended = 1u << 5;
  return (leaf1_ecx & leaf1) != leaf1 || (leaf7_ebx & leaf7) != leaf7 || (extended_ecx & extended) != extended ||
         (xcr0 & 6u) != 6u;
}

// x86-64-v4: AVX512F, DQ, CD, BW and VL, with the system saving ZMM and the mask registers.
BASELINE int sluice_lacks_v4(unsigned leaf7_ebx, unsigned xcr0) {
  const unsigned leaf7 = 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31;
  return (leaf7_ebx & leaf7) != leaf7 || (xcr0 & 0xe6u) != 0xe6u;
}

#if defined(__linux__) && defined(__x86_64__) && defined(__AVX2__)
#include <cpuid.h>

#ifdef __AVX512F__
#define NEEDED "AVX-512 (x86-64-v4)"
#else
#define NEEDED "AVX2 and FMA (x86-64-v3)"
#endif

BASELINE int sluice_cpu_below_build(void) {
  unsigned a, b, c, d, leaf1 = 0, leaf7 = 0, extended = 0, xcr0 = 0;
  if (__get_cpuid(1, &a, &b, &c, &d)) leaf1 = c;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) leaf7 = b;
  if (__get_cpuid(0x80000001u, &a, &b, &c, &d)) extended = c;
  const unsigned osxsave = 1u << 27;
  if (leaf1 & osxsave) __asm__ volatile("xgetbv" : "=a"(xcr0), "=d"(d) : "c"(0));
#ifdef __AVX512F__
  if (sluice_lacks_v4(leaf7, xcr0)) return 1;
#endif
  return sluice_lacks_v3(leaf1, leaf7, extended, xcr0);
}

__attribute__((constructor(101))) BASELINE static void refuse_cpu_below_build(void) {
  if (!sluice_cpu_below_build()) return;
  static const char line[] =
      "sluice: error: CPU below the build: this program needs " NEEDED ": use a build for older CPUs\n";
  if (write(2, line, sizeof line - 1) < 0) _exit(2);
  _exit(2);
}
#else
int sluice_cpu_below_build(void) { return 0; }
#endif
