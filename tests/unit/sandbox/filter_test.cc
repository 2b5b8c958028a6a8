// SPDX-License-Identifier: MIT
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include <cstring>

#include "gtest/gtest.h"
#include "sandbox/sandbox.h"

namespace orch::sandbox {
namespace {

// What the kernel does with the few instructions that are used (bpf(4)).
std::uint32_t verdict(const std::string& program, const seccomp_data& data) {
  std::vector<sock_filter> code(program.size() / sizeof(sock_filter));
  std::memcpy(code.data(), program.data(), program.size());
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const sock_filter& step = code[i];
    switch (step.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        std::memcpy(&value, reinterpret_cast<const char*>(&data) + step.k,
                    sizeof value);
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
        i += value == step.k ? step.jt : step.jf;
        break;
      case BPF_RET | BPF_K:
        return step.k;
      default:
        ADD_FAILURE() << "instruction " << step.code;
        return 0;
    }
  }
  ADD_FAILURE() << "ran out of the program";
  return 0;
}

seccomp_data call(std::uint32_t arch, int number, std::uint64_t argument) {
  seccomp_data data{};
  data.arch = arch;
  data.nr = number;
  data.args[1] = argument;
  return data;
}

#if defined(__x86_64__)
constexpr std::uint32_t kHere = AUDIT_ARCH_X86_64, kElse = AUDIT_ARCH_I386;
#else
constexpr std::uint32_t kHere = AUDIT_ARCH_AARCH64, kElse = AUDIT_ARCH_ARM;
#endif
constexpr std::uint32_t kDenied = SECCOMP_RET_ERRNO | EPERM;

TEST(TerminalFilter, RefusesToTypeIntoTheTerminalAndNothingElse) {
  const std::string filter = terminal_filter();
  ASSERT_FALSE(filter.empty());
  for (const auto& [arch, number] :
       {std::pair{kHere, static_cast<int>(SYS_ioctl)}, std::pair{kElse, 54}}) {
    for (const std::uint64_t request : {TIOCSTI, TIOCLINUX}) {
      EXPECT_EQ(verdict(filter, call(arch, number, request)), kDenied);
      // The kernel looks at 32 bits of it, so the others hide nothing.
      EXPECT_EQ(verdict(filter, call(arch, number, request | (1ULL << 40))),
                kDenied);
    }
    for (const std::uint64_t request : {TIOCGWINSZ, TCGETS, TIOCSCTTY})
      EXPECT_EQ(verdict(filter, call(arch, number, request)),
                SECCOMP_RET_ALLOW);
    for (const int other : {number - 1, number + 1})
      EXPECT_EQ(verdict(filter, call(arch, other, TIOCSTI)), SECCOMP_RET_ALLOW);
  }
}

#if defined(__x86_64__)
TEST(TerminalFilter, KnowsTheOtherNumbersOfTheSameProcessor) {
  const std::string filter = terminal_filter();
  constexpr int kX32 = 0x40000000;
  for (const int number : {static_cast<int>(SYS_ioctl) | kX32, 514 | kX32}) {
    EXPECT_EQ(verdict(filter, call(kHere, number, TIOCSTI)), kDenied);
    EXPECT_EQ(verdict(filter, call(kHere, number, TCGETS)), SECCOMP_RET_ALLOW);
  }
}
#endif

}  // namespace
}  // namespace orch::sandbox
