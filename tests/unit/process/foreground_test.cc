// SPDX-License-Identifier: MIT
#include "process/foreground.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

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

}  // namespace
}  // namespace orch::process
