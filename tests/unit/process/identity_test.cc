// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "process/process.h"
#include "unit/scratch.h"

namespace orch::process {
namespace {

using Words = std::vector<std::string>;

TEST(IdentityOf, IsTheSameForTheSameProcess) {
  EXPECT_EQ(self().pid, ::getpid());
  EXPECT_GT(self().start, 0U);
  EXPECT_EQ(find_identity(::getpid()), self());
  EXPECT_TRUE(is_alive(self()));
}

TEST(IdentityOf, IsAbsentForNobody) {
  EXPECT_FALSE(find_identity(0));
  EXPECT_FALSE(find_identity(-1));
  EXPECT_FALSE(find_identity(1 << 30));
  EXPECT_FALSE(is_alive({}));
  EXPECT_FALSE(is_alive({-1, 0}));
}

TEST(IdentityOf, IsNotAnotherProcessOfTheSameNumber) {
  Identity other = self();
  ++other.start;
  EXPECT_FALSE(is_alive(other));
}

TEST(IdentityOf, AZombieIsNotAlive) {
  const pid_t pid = ::fork();
  if (pid == 0) ::pause();
  const Identity child = find_identity(pid).value();
  EXPECT_TRUE(is_alive(child));
  ::kill(pid, SIGKILL);
  siginfo_t info;
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT),
            0);
  EXPECT_FALSE(is_alive(child));
  ::waitpid(pid, nullptr, 0);
  EXPECT_FALSE(is_alive(child));
  EXPECT_FALSE(find_identity(pid));
}

TEST(IdentityOf, HoldsForAProcessWithAHostileName) {
  const test::Scratch scratch;
  const std::string name = scratch.write("x) S 1 (", "");
  std::filesystem::copy_file(find_on_path("sleep").value(), name,
                             std::filesystem::copy_options::overwrite_existing);
  ::chmod(name.c_str(), 0755);
  int started[2];  // closed by the exec
  ASSERT_EQ(::pipe2(started, O_CLOEXEC), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (::chdir(scratch.root().c_str()) == 0)
      ::execl(name.c_str(), name.c_str(), "10", nullptr);
    ::_exit(1);
  }
  ::close(started[1]);
  char byte = 0;
  EXPECT_EQ(::read(started[0], &byte, 1), 0);
  ::close(started[0]);
  const auto seen = processes_below(scratch.root());
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].name, "x) S 1 (");
  const Identity child = find_identity(pid).value();
  EXPECT_GE(child.start, self().start);
  EXPECT_TRUE(is_alive(child));
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

TEST(Ancestors, BeginWithTheParent) {
  const auto all = ancestors();
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all[0].pid, ::getppid());
  EXPECT_EQ(all[0], find_identity(::getppid()));
  for (const Identity& one : all) EXPECT_NE(one, self());
}

TEST(ProcessesBelow, AreThoseInTheDirectoryOnly) {
  const test::Scratch scratch;
  scratch.write("in/deep/file", "");
  scratch.write("in-not/file", "");
  const auto start_in = [&](const std::string& name) {
    int ready[2];
    EXPECT_EQ(::pipe(ready), 0);
    const pid_t pid = ::fork();
    if (pid == 0) {
      if (::chdir(scratch.path(name).c_str()) != 0) ::_exit(1);
      if (::write(ready[1], "x", 1) != 1) ::_exit(1);
      ::pause();
    }
    char byte = 0;
    EXPECT_EQ(::read(ready[0], &byte, 1), 1);
    ::close(ready[0]);
    ::close(ready[1]);
    return pid;
  };
  const pid_t inside = start_in("in/deep"), beside = start_in("in-not");
  const auto seen = processes_below(scratch.path("in"));
  for (const pid_t pid : {inside, beside}) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].identity.pid, inside);
  EXPECT_EQ(seen[0].directory, scratch.path("in/deep"));
}

TEST(BootId, IsStableAndNotEmpty) {
  EXPECT_EQ(boot_id().size(), 36U);
  EXPECT_EQ(boot_id(), boot_id());
}

TEST(Process, KnowsWhatWasStartedWithAVariable) {
  const std::string mark = "ORCH_TEST_MARK=" + std::to_string(::getpid());
  const Outcome told = run(
      {.argv = {"sh", "-c",
                "setsid sleep 1000 >/dev/null 2>&1 & echo $!; "
                "while ! test \"$(cat /proc/$!/comm)\" = sleep; do :; done"},
       .environment = {{"ORCH_TEST_MARK", std::to_string(::getpid())}}});
  const auto seen = processes_with(mark);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(std::to_string(seen[0].identity.pid) + "\n", told.output);
  EXPECT_EQ(seen[0].name, "sleep");
  ::kill(seen[0].identity.pid, SIGKILL);
  EXPECT_TRUE(processes_with(mark + "0").empty());
}

}  // namespace
}  // namespace orch::process
