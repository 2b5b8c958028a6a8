// SPDX-License-Identifier: MIT
#pragma once

// System calls without a C library, for what is copied into repositories.

#if defined(__x86_64__)

inline long orch_call(long number, long a, long b, long c) {
  long out;
  __asm__ volatile("syscall"
                   : "=a"(out)
                   : "a"(number), "D"(a), "S"(b), "d"(c)
                   : "rcx", "r11", "memory");
  return out;
}
// openat(2) has a fourth argument, the mode, which is not needed to read.
constexpr long kRead = 0, kWrite = 1, kClose = 3, kSeek = 8, kExecve = 59,
               kExitGroup = 231, kOpenAt = 257, kDup3 = 292, kMemfd = 319;

#elif defined(__aarch64__)

inline long orch_call(long number, long a, long b, long c) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
}
constexpr long kRead = 63, kWrite = 64, kClose = 57, kSeek = 62, kExecve = 221,
               kExitGroup = 94, kOpenAt = 56, kDup3 = 24, kMemfd = 279;

#endif

inline long orch_call(long number, const void* a, long b, long c) {
  return orch_call(number, reinterpret_cast<long>(a), b, c);
}
