// SPDX-License-Identifier: MIT
#include "process/foreground.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace orch::process {
namespace {

// A program on a terminal of its own, which tells by a byte what it has done.
class InFront : public ::testing::Test {
 protected:
  InFront() {
    EXPECT_EQ(::pipe(said_), 0);
    child_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (child_ != 0) return;
    ::signal(SIGTTOU, SIG_IGN);
    tell();
    char byte;
    while (::read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n') {
    }
    const pid_t pager = ::fork();
    if (pager == 0) {
      ::setpgid(0, 0);
      ::tcsetpgrp(STDIN_FILENO, ::getpid());
      tell();
      while (true) ::pause();
    }
    while (true) ::pause();
  }
  ~InFront() override {
    ::kill(-::tcgetpgrp(terminal_), SIGKILL);
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    ::close(terminal_);
  }
  void tell() const { EXPECT_EQ(::write(said_[1], ".", 1), 1); }
  void hear() const {
    char byte;
    ASSERT_EQ(::read(said_[0], &byte, 1), 1);
  }
  Identity child() const { return find_identity(child_).value_or(Identity{}); }

  int said_[2] = {-1, -1}, terminal_ = -1;
  pid_t child_ = 0;
};

TEST_F(InFront, IsWhoHasTheTerminal) {
  hear();
  EXPECT_TRUE(is_in_front(child()));
  ASSERT_EQ(::write(terminal_, "\n", 1), 1);
  hear();
  EXPECT_FALSE(is_in_front(child()));
}

TEST_F(InFront, IsNobodyWhoIsSuspendedOrGone) {
  hear();
  const Identity identity = child();
  ::kill(child_, SIGSTOP);
  int status = 0;
  ASSERT_EQ(::waitpid(child_, &status, WUNTRACED), child_);
  ASSERT_TRUE(WIFSTOPPED(status));
  EXPECT_FALSE(is_in_front(identity));
  ::kill(child_, SIGCONT);
  EXPECT_FALSE(is_in_front({identity.pid, identity.start + 1}));
}

// A head with four others: one ends when it is hung up on, one stands still,
// one stays, and one must be killed. Tells their numbers, and that it is
// through.
pid_t start_group(int said) {
  int told[2];
  EXPECT_EQ(::pipe(told), 0);
  const pid_t head = ::fork();
  if (head == 0) {
    std::array<pid_t, 4> others{};
    ::setpgid(0, 0);
    ::signal(SIGHUP, SIG_IGN);
    void (*const acts[])(int) = {SIG_DFL, SIG_DFL, SIG_IGN, [](int) {}};
    for (std::size_t i = 0; i < others.size(); ++i) {
      others[i] = ::fork();
      if (others[i] != 0) continue;
      ::signal(SIGHUP, acts[i]);
      (void)!::write(told[1], ".", 1);
      while (true) ::pause();
    }
    char byte;
    for (std::size_t i = 0; i < others.size(); ++i)
      (void)!::read(told[0], &byte, 1);
    ::kill(others[1], SIGSTOP);
    hang_up_on_our_group(100);
    (void)!::write(said, others.data(), sizeof others);
    while (true) ::pause();
  }
  ::close(told[0]);
  ::close(told[1]);
  return head;
}

TEST(OurGroup, IsGoneButForWhoIgnoresHangUps) {
  int said[2];
  ASSERT_EQ(::pipe(said), 0);
  std::array<pid_t, 4> others{};
  const pid_t head = start_group(said[1]);
  ASSERT_EQ(::read(said[0], others.data(), sizeof others),
            static_cast<ssize_t>(sizeof others));
  const auto is_there = [](pid_t pid) {
    const auto identity = find_identity(pid);
    return identity && is_alive(*identity);
  };
  EXPECT_TRUE(is_there(head));
  EXPECT_FALSE(is_there(others[0]));
  EXPECT_FALSE(is_there(others[1]));
  EXPECT_TRUE(is_there(others[2]));
  EXPECT_FALSE(is_there(others[3]));
  ::kill(others[2], SIGKILL);
  ::kill(head, SIGKILL);
  ::waitpid(head, nullptr, 0);
  ::close(said[0]);
  ::close(said[1]);
}

TEST(OurGroup, IsLetBeByWhoIsNotItsHead) {
  const pid_t member = ::fork();
  if (member == 0) {
    hang_up_on_our_group(100);
    ::_exit(0);
  }
  int status = 1;
  ::waitpid(member, &status, 0);
  EXPECT_EQ(status, 0);  // and we are here
}

}  // namespace
}  // namespace orch::process
