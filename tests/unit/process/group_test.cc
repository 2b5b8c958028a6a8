// SPDX-License-Identifier: MIT
#include "process/group.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

namespace orch::process {
namespace {

Program shell(const std::string& text) { return {.argv = {"sh", "-c", text}}; }

// Killed is not yet dead: waits for it, ten seconds at most.
bool is_gone(const std::string& pid) {
  const auto identity = find_identity(std::atoi(pid.c_str()));
  for (int i = 0; identity && is_alive(*identity) && i < 10000; ++i)
    ::usleep(1000);
  return !identity || !is_alive(*identity);
}

TEST(Group, GivesWhatTheProgramSaysAndHowItEnds) {
  Program program = shell("cat; echo bad >&2; exit 3");
  program.input = "in";
  const auto [outcome, interrupted] = run_group(program, 100);
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.output, "in");
  EXPECT_EQ(outcome.errors, "bad\n");
  EXPECT_EQ(interrupted, 0);
  EXPECT_EQ(run_group({.argv = {"no-such-program"}}, 9).outcome.status, 127);
}

TEST(Group, KeepsTheBeginningAndReadsTheRest) {
  const auto ended = run_group(shell("seq 1 100000"), 10);
  EXPECT_EQ(ended.outcome.status, 0);
  EXPECT_EQ(ended.outcome.output, "1\n2\n3\n4\n5\n");
}

TEST(Group, EndsWithItsHead) {
  const auto ended = run_group(shell("sleep 1000 & echo $!"), 100);
  EXPECT_EQ(ended.outcome.status, 0);
  EXPECT_TRUE(is_gone(ended.outcome.output)) << ended.outcome.output;
}

TEST(Group, EndsAtTheLimitAllOfIt) {
  Program program =
      shell("trap '' TERM; sleep 1000 & echo $!; while :; do wait; done");
  program.timeout_ms = 3000;  // the shell has come to its loop
  const auto ended = run_group(program, 100);
  EXPECT_TRUE(ended.outcome.timed_out);
  EXPECT_EQ(ended.outcome.status, 128 + SIGKILL);
  EXPECT_TRUE(is_gone(ended.outcome.output)) << ended.outcome.output;
}

TEST(Group, EndsWhenWeAreToldTo) {
  sigset_t before;
  sigset_t after;
  ::sigprocmask(SIG_SETMASK, nullptr, &before);
  const auto ended =
      run_group(shell("echo $$; kill -HUP $PPID; sleep 1000"), 100);
  EXPECT_EQ(ended.interrupted, SIGHUP);
  EXPECT_FALSE(ended.outcome.timed_out);
  EXPECT_TRUE(is_gone(ended.outcome.output)) << ended.outcome.output;
  ::sigprocmask(SIG_SETMASK, nullptr, &after);
  EXPECT_EQ(sigismember(&after, SIGHUP), sigismember(&before, SIGHUP));
}

TEST(Group, TellsAllThatItPrintsAndKeepsNothing) {
  std::string told;
  const auto ended = run_apart(shell("seq 1 20000; echo bad >&2"),
                               [&](std::string_view piece) { told += piece; });
  EXPECT_EQ(ended.outcome.output + ended.outcome.errors, "");
  EXPECT_EQ(told.size(), 108894U + 4U);
  EXPECT_NE(told.find("bad\n"), std::string::npos);
  EXPECT_NE(told.find("\n20000\n"), std::string::npos);
}

TEST(Group, TellsItsStreamsApart) {
  std::string out, errors;
  run_apart(shell("echo one; echo two >&2; echo three"),
            [&](Stream stream, std::string_view piece) {
              (stream == Stream::Out ? out : errors) += piece;
            });
  EXPECT_EQ(out, "one\nthree\n");
  EXPECT_EQ(errors, "two\n");
}

TEST(Group, HasASessionWithoutATerminalWhenItIsApart) {
  std::string told;
  run_apart(shell("cut -d' ' -f1,6,7 /proc/$$/stat"),
            [&](std::string_view piece) { told += piece; });
  std::istringstream words(told);
  std::string own, leader, terminal;
  words >> own >> leader >> terminal;
  EXPECT_EQ(leader, own);
  EXPECT_EQ(terminal, "0");
}

TEST(Group, EndsAllOfItWhenItIsApart) {
  std::string told;
  Program program = shell("sleep 1000 & echo $!; wait");
  program.timeout_ms = 200;
  const auto ended =
      run_apart(program, [&](std::string_view piece) { told += piece; });
  EXPECT_TRUE(ended.outcome.timed_out);
  EXPECT_TRUE(is_gone(told)) << told;
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
    hang_up_on_our_group(2000);
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
