// SPDX-License-Identifier: MIT
#pragma once

// What hooks/stub.cc needs of the system, without a C library: the start-up of
// a static one costs more than all that the stub does.

#include "stub_calls.h"

// Whether the program has to run at all; with input that was read, standard
// input is there again. Without another definition, always.
bool orch_is_needed(char** argv, char** environment);

// execve(2); returns, with the negative error number, only when it failed.
inline long orch_execute(const char* path, char** argv, char** environment);
// To standard error.
inline void orch_write(const char* text, unsigned long size);
int orch_stub_main(char** argv, char** environment);

extern "C" [[noreturn, gnu::used]] inline void orch_stub_start(
    unsigned long* stack);

#if defined(__x86_64__)

__asm__(
    ".globl _start\n"
    "_start:\n"
    "  xor %ebp, %ebp\n"
    "  mov %rsp, %rdi\n"
    "  and $-16, %rsp\n"
    "  call orch_stub_start\n");

#elif defined(__aarch64__)

__asm__(
    ".globl _start\n"
    "_start:\n"
    "  mov x29, #0\n"
    "  mov x30, #0\n"
    "  mov x0, sp\n"
    "  bl orch_stub_start\n");

#endif

inline long orch_execute(const char* path, char** argv, char** environment) {
  return orch_call(kExecve, reinterpret_cast<long>(path),
                   reinterpret_cast<long>(argv),
                   reinterpret_cast<long>(environment));
}

inline void orch_write(const char* text, unsigned long size) {
  orch_call(kWrite, 2, reinterpret_cast<long>(text), static_cast<long>(size));
}

// The stack at the start of a program: argc, argv, a null, the environment.
inline void orch_stub_start(unsigned long* stack) {
  char** argv = reinterpret_cast<char**>(stack + 1);
  const int status = orch_stub_main(argv, argv + stack[0] + 1);
  for (;;) orch_call(kExitGroup, status, 0, 0);
}
