// SPDX-License-Identifier: MIT
#include "process/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "file/file.h"
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
  const test::Scratch scratch;
  EXPECT_EQ(run({.argv = {"true"}, .directory = scratch.path("gone")}).status,
            127);
}

TEST(Inheritance, HoldsALockUntilTheLastChildHasEnded) {
  const test::Scratch scratch;
  const std::string path = scratch.path("lock");
  constexpr auto kMode = file::Lock::Mode::Exclusive;
  auto lock = file::Lock::try_take(path, kMode);
  ASSERT_TRUE(lock);
  // Its own child goes on, as that of a killed program does.
  const std::string gate = scratch.path("gate");
  ASSERT_EQ(::mkfifo(gate.c_str(), 0600), 0);
  const Program leaves_one = shell("read x < '" + gate + "' >/dev/null 2>&1 &");
  {
    const Inheritance inheritance(lock->descriptor());
    run(leaves_one);
  }
  lock.reset();
  EXPECT_FALSE(file::Lock::try_take(path, kMode));
  std::ofstream(gate) << "go\n";
  EXPECT_NO_THROW(file::Lock::take(path, kMode, 60000, "it"));
}

TEST(Inheritance, IsNotForChildrenThatAreStartedLaterOrDetached) {
  const test::Scratch scratch;
  const std::string path = scratch.path("file");
  const std::string gone = scratch.path("gone");
  ASSERT_EQ(::mkfifo(gone.c_str(), 0600), 0);
  file::Descriptor fd(
      ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  {
    const Inheritance inheritance(fd.get());
    EXPECT_TRUE(run(shell("echo inherited >&3")).ok());
    ASSERT_TRUE(start_detached(
        shell("{ echo detached >&3; } 2>/dev/null; echo > '" + gone + "'")));
    std::string line;
    std::getline(std::ifstream(gone), line);
  }
  // The detached one is a child of ours all the same.
  EXPECT_GT(::waitpid(-1, nullptr, 0), 0);
  EXPECT_FALSE(run(shell("{ echo later >&3; } 2>/dev/null")).ok());
  EXPECT_EQ(file::load_contents(path), "inherited\n");
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
    o = run({.argv = {"sleep", "1000"}, .timeout_ms = 50});
  });
  EXPECT_TRUE(o.timed_out);
  EXPECT_FALSE(o.ok());
  EXPECT_EQ(o.status, 128 + SIGTERM);
  EXPECT_LT(ms, 60000);
}

TEST(Run, KillsAChildThatIgnoresTheRequest) {
  Outcome o;
  const long ms = duration_of([&] {
    Program p = shell("trap '' TERM; while :; do read x < /dev/zero; done");
    p.timeout_ms = 3000;  // the shell has come to its loop
    o = run(p);
  });
  EXPECT_TRUE(o.timed_out);
  EXPECT_EQ(o.status, 128 + SIGKILL);
  EXPECT_LT(ms, 60000);
}

TEST(Run, EndsAChildAtItsLimitAlsoWhenItClosedItsStreams) {
  Outcome o;
  const long ms = duration_of([&] {
    Program p = shell("exec sleep 1000 >&- 2>&-");
    p.timeout_ms = 100;
    o = run(p);
  });
  EXPECT_TRUE(o.timed_out);
  EXPECT_LT(ms, 60000);
}

TEST(Run, DoesNotWaitForeverForAGrandchildThatKeepsTheStreams) {
  Outcome o;
  const long ms = duration_of([&] {
    Program p = shell("sleep 100 & echo started");
    p.timeout_ms = 3000;
    o = run(p);
  });
  EXPECT_EQ(o.output, "started\n");
  EXPECT_LT(ms, 60000);
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

}  // namespace
}  // namespace orch::process
