// SPDX-License-Identifier: MIT
#include "process/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "unit/scratch.h"

namespace orch::process {
namespace {

using Words = std::vector<std::string>;

Program shell(const std::string& script) {
  return {.argv = {"sh", "-c", script}};
}

// How long `act` took, in milliseconds.
template <typename Act>
long duration_of(Act act) {
  const auto start = std::chrono::steady_clock::now();
  act();
  return static_cast<long>(
      std::chrono::duration_cast<std::chrono::milliseconds>(
          std::chrono::steady_clock::now() - start)
          .count());
}

TEST(Run, GivesStatusOutputAndErrorsApart) {
  const Outcome o = run(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(o.status, 3);
  EXPECT_EQ(o.output, "out\n");
  EXPECT_EQ(o.errors, "err\n");
  EXPECT_FALSE(o.timed_out);
  EXPECT_FALSE(o.ok());
  EXPECT_TRUE(run({.argv = {"true"}}).ok());
}

TEST(Run, GivesASignalAs128AndItsNumber) {
  EXPECT_EQ(run(shell("kill -9 $$")).status, 128 + 9);
  EXPECT_EQ(run(shell("kill -15 $$")).status, 128 + 15);
}

TEST(Run, GivesStatus127ForWhatCannotBeStarted) {
  const Outcome o = run({.argv = {"no-such-program-here"}});
  EXPECT_EQ(o.status, 127);
  EXPECT_EQ(o.errors, "no-such-program-here: command not found");
  EXPECT_EQ(run({.argv = {"true"}, .directory = "/nonexistent"}).status, 127);
}

TEST(Run, PassesArgumentsAsTheyAreWithoutAShell) {
  const std::string odd = "a b\n$(x) '\"" + test::every_byte();
  EXPECT_EQ(run({.argv = {"printf", "%s|%s", odd, ""}}).output, odd + "|");
}

TEST(Run, RunsInTheDirectory) {
  const test::Scratch scratch;
  EXPECT_EQ(run({.argv = {"pwd", "-P"}, .directory = scratch.root()}).output,
            scratch.root() + "\n");
}

TEST(Run, FeedsAndReadsMegabytesWithoutDeadlock) {
  std::string input(8 << 20, 'x');
  for (std::size_t i = 0; i < input.size(); i += 1001) input[i] = '\n';
  const Outcome o = run({.argv = {"cat"}, .input = input});
  EXPECT_TRUE(o.ok());
  EXPECT_EQ(o.output.size(), input.size());
  EXPECT_EQ(o.output, input);
}

TEST(Run, ReadsBothStreamsWhenBothAreFull) {
  const Outcome o =
      run(shell("head -c 1000000 /dev/zero >&2; head -c 1000000 /dev/zero; "
                "head -c 1000000 /dev/zero >&2"));
  EXPECT_EQ(o.output.size(), 1000000U);
  EXPECT_EQ(o.errors.size(), 2000000U);
}

TEST(Run, SurvivesAChildThatDoesNotReadItsInput) {
  const Outcome o = run({.argv = {"true"}, .input = std::string(4 << 20, 'x')});
  EXPECT_EQ(o.status, 0);
}

TEST(Run, ClosesTheInputSoThatAReaderEnds) {
  EXPECT_EQ(run({.argv = {"cat"}}).output, "");
}

TEST(Run, EndsAChildAtItsLimit) {
  Outcome o;
  const long ms = duration_of([&] {
    o = run({.argv = {"sleep", "10"}, .timeout_ms = 50});
  });
  EXPECT_TRUE(o.timed_out);
  EXPECT_FALSE(o.ok());
  EXPECT_EQ(o.status, 128 + SIGTERM);
  EXPECT_LT(ms, 5000);
}

TEST(Run, KillsAChildThatIgnoresTheRequest) {
  Outcome o;
  const long ms = duration_of([&] {
    Program p = shell("trap '' TERM; while :; do read x < /dev/zero; done");
    p.timeout_ms = 100;
    o = run(p);
  });
  EXPECT_TRUE(o.timed_out);
  EXPECT_EQ(o.status, 128 + SIGKILL);
  EXPECT_LT(ms, 5000);
}

TEST(Run, EndsAChildAtItsLimitAlsoWhenItClosedItsStreams) {
  Outcome o;
  const long ms = duration_of([&] {
    Program p = shell("exec sleep 3 >&- 2>&-");
    p.timeout_ms = 100;
    o = run(p);
  });
  EXPECT_TRUE(o.timed_out);
  EXPECT_LT(ms, 2000);
}

TEST(Run, DoesNotWaitForeverForAGrandchildThatKeepsTheStreams) {
  Outcome o;
  const long ms = duration_of([&] {
    Program p = shell("sleep 4 & echo started");
    p.timeout_ms = 200;
    o = run(p);
  });
  EXPECT_EQ(o.output, "started\n");
  EXPECT_LT(ms, 3000);
}

TEST(Run, LeavesNoDescriptorsInTheChild) {
  const int open_here = ::open("/dev/null", O_RDONLY);  // not close-on-exec
  ASSERT_GT(open_here, 2);
  const Outcome o = run(shell("ls /proc/$$/fd"));
  ::close(open_here);
  EXPECT_EQ(o.output, "0\n1\n2\n");
}

TEST(RunAll, GivesOutcomesInTheOrderOfThePrograms) {
  std::vector<Program> programs;
  for (int i = 0; i < 7; ++i)
    programs.push_back(shell("exit " + std::to_string(i)));
  programs.push_back({.argv = {"no-such-program-here"}});
  programs.push_back({.argv = {"cat"}, .input = "in"});
  for (const int width : {1, 3, 100, 0}) {
    const auto outcomes = run_all(programs, width);
    ASSERT_EQ(outcomes.size(), programs.size());
    for (int i = 0; i < 7; ++i)
      EXPECT_EQ(outcomes[static_cast<std::size_t>(i)].status, i) << width;
    EXPECT_EQ(outcomes[7].status, 127);
    EXPECT_EQ(outcomes[8].output, "in");
  }
  EXPECT_TRUE(run_all({}, 4).empty());
}

TEST(RunAll, RunsSideBySide) {
  // Each writes into a pipe that the other reads: one after the other would
  // wait for ever, were it not for the limit.
  const test::Scratch scratch;
  const std::string a = scratch.path("a"), b = scratch.path("b");
  ASSERT_TRUE(run({.argv = {"mkfifo", a, b}}).ok());
  Program first = shell("echo 1 > '" + a + "'; cat '" + b + "'");
  Program second = shell("cat '" + a + "'; echo 2 > '" + b + "'");
  first.timeout_ms = second.timeout_ms = 3000;
  const auto outcomes = run_all({first, second}, 2);
  EXPECT_EQ(outcomes[0].output, "2\n");
  EXPECT_EQ(outcomes[1].output, "1\n");
}

class EnvironmentOf : public ::testing::Test {
 protected:
  static bool passes(const std::string& name, Environment keep) {
    const test::Variable set(name, "v");
    const Words all = environment_of({.argv = {"true"}, .keep = keep});
    return std::find(all.begin(), all.end(), name + "=v") != all.end();
  }
};

TEST_F(EnvironmentOf, HasNothingThatPointsGitAtAnotherRepository) {
  for (const char* name :
       {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR",
        "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_NAMESPACE", "GIT_PREFIX", "GIT_QUARANTINE_PATH", "GIT_AUTHOR_DATE",
        "GIT_REFLOG_ACTION", "GIT_ANYTHING"}) {
    EXPECT_FALSE(passes(name, Environment::ForGit)) << name;
    EXPECT_FALSE(passes(name, Environment::ForAgent)) << name;
  }
}

TEST_F(EnvironmentOf, HasNothingOfTmux) {
  for (const char* name : {"TMUX", "TMUX_PANE", "TMUX_TMPDIR"}) {
    EXPECT_FALSE(passes(name, Environment::ForGit)) << name;
    EXPECT_FALSE(passes(name, Environment::ForAgent)) << name;
  }
}

TEST_F(EnvironmentOf, KeepsGitsConfigurationForGitOnly) {
  for (const char* name :
       {"GIT_CONFIG_GLOBAL", "GIT_CONFIG_COUNT", "GIT_CEILING_DIRECTORIES",
        "GIT_EXEC_PATH", "GIT_TEMPLATE_DIR", "GIT_SSH_COMMAND", "GIT_TRACE2",
        "GIT_TERMINAL_PROMPT"}) {
    EXPECT_TRUE(passes(name, Environment::ForGit)) << name;
    EXPECT_FALSE(passes(name, Environment::ForAgent)) << name;
  }
}

TEST_F(EnvironmentOf, KeepsTheTestClockForAgentsButNothingElseOfOurs) {
  EXPECT_TRUE(passes("ORCH_TEST_NOW", Environment::ForAgent));
  EXPECT_FALSE(passes("ORCH_AGENT", Environment::ForAgent));
  EXPECT_TRUE(passes("ORCH_AGENT", Environment::ForGit));
}

TEST_F(EnvironmentOf, KeepsEverythingElse) {
  for (const char* name : {"HOME", "PATH", "LANG", "GITHUB_TOKEN", "XGIT_DIR"})
    EXPECT_TRUE(passes(name, Environment::ForAgent)) << name;
}

TEST_F(EnvironmentOf, IsReplacedOnceByWhatIsGiven) {
  const test::Variable ours("ORCH_UNIT_VARIABLE", "outer");
  const Words all = environment_of(
      {.argv = {"true"},
       .environment = {{"ORCH_UNIT_VARIABLE", "inner"}, {"GIT_DIR", "/x"}}});
  EXPECT_EQ(std::count_if(all.begin(), all.end(),
                          [](const std::string& e) {
                            return e.starts_with("ORCH_UNIT_VARIABLE=");
                          }),
            1);
  EXPECT_NE(std::find(all.begin(), all.end(), "ORCH_UNIT_VARIABLE=inner"),
            all.end());
  EXPECT_NE(std::find(all.begin(), all.end(), "GIT_DIR=/x"), all.end());
}

TEST_F(EnvironmentOf, IsWhatTheChildSees) {
  const test::Variable scrubbed("GIT_DIR", "/wrong");
  EXPECT_EQ(run(shell("echo \"${GIT_DIR-unset}\"")).output, "unset\n");
}

TEST(FindOnPath, LooksThroughPathInOrderForWhatCanRun) {
  const test::Scratch scratch;
  scratch.write("one/tool", "");
  std::filesystem::create_directories(scratch.path("two/tool"));
  const std::string tool = scratch.write("three/tool", "#!/bin/sh\n");
  ::chmod(tool.c_str(), 0755);
  const test::Variable path(
      "PATH", scratch.path("none") + ":" + scratch.path("one") + ":" +
                  scratch.path("two") + ":" + scratch.path("three"));
  EXPECT_EQ(find_on_path("tool"), tool);
  EXPECT_FALSE(find_on_path("other"));
  EXPECT_EQ(find_on_path(tool), tool);
  EXPECT_FALSE(find_on_path(scratch.path("one/tool")));
}

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

}  // namespace
}  // namespace orch::process
