// SPDX-License-Identifier: MIT
//
// Storms of short writers, killed at random moments: what was acknowledged is
// stored, nothing is stored twice, and the file is sound.
#include <filesystem>
#include <fstream>
#include <map>

#include "fault/storm.h"

namespace orch::test {
namespace {

const std::string kBin = std::string(ORCH_BUILD_DIR) + "/bin/";

// With --full the number of the promise; otherwise a part of it.
int storm_size(int full, int sampled) {
  return std::getenv("ORCH_TEST_FULL") ? full : sampled;
}

class StormOf : public ::testing::Test {
 protected:
  void SetUp() override {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-storm -q --roles overseer");
    std::printf("seed %u\n", Storm::seed());
  }

  void check_file() const {
    EXPECT_EQ(box.sql("PRAGMA integrity_check"), "ok\n");
    EXPECT_EQ(box.sql("PRAGMA foreign_key_check"), "");
  }

  Start writer(int number) const {
    return {{kBin + "git-orch-log-event", "001-storm", "overseer", "storm",
             "message " + std::to_string(number)},
            box.repo()};
  }
  void note(const Ended& e) {
    EXPECT_TRUE(e.status == 0 || e.status == kKilled)
        << "writer " << e.number << " ended with " << e.status;
    if (e.acknowledged()) acknowledged[e.number] = e.output;
  }
  // Each acknowledged writer's row is there under the id that it was told; no
  // message is there twice.
  void check_messages() const {
    std::map<std::string, std::string> stored;
    for (const std::string& line :
         text::split(box.sql("SELECT id || '|' || message FROM task_events "
                             "WHERE event_type = 'storm'"),
                     '\n')) {
      if (line.empty()) continue;
      const std::size_t bar = line.find('|');
      EXPECT_TRUE(
          stored.emplace(line.substr(bar + 1), line.substr(0, bar)).second)
          << line << " is stored twice";
    }
    for (const auto& [number, output] : acknowledged)
      EXPECT_EQ(output, "logged event " +
                            stored["message " + std::to_string(number)] + "\n")
          << "writer " << number;
    std::printf("%zu acknowledged, %zu stored\n", acknowledged.size(),
                stored.size());
  }

  mutable Sandbox box;
  std::map<int, std::string> acknowledged;
};

TEST_F(StormOf, KilledWritersLosesNothingThatWasAcknowledged) {
  const int count = storm_size(2000, 1200);
  const int killed = Storm(box, {.count = count,
                                 .start = [&](int n, int) { return writer(n); },
                                 .ended = [&](const Ended& e) { note(e); }})
                         .run();
  std::printf("%d of %d killed\n", killed, count);
  EXPECT_GT(killed, count / 3);
  EXPECT_GT(acknowledged.size(), static_cast<std::size_t>(count / 4));
  check_messages();
  check_file();
}

// Ticks, and events so large that every few of them write the log back.
TEST_F(StormOf, KilledWritersAndCheckpointsLosesNothingEither) {
  const int count = storm_size(2000, 800);
  const Start tick{{kBin + "git-orch-tick"}, box.repo()};
  const Start large{{kBin + "git-orch-log-event", "001-storm", "overseer",
                     "large", std::string(120000, 'x')},
                    box.repo()};
  const int killed = Storm(box, {.count = count,
                                 .start = [&](int n, int) { return writer(n); },
                                 .ended = [&](const Ended& e) { note(e); },
                                 .meanwhile = {tick, large, tick, large}})
                         .run();
  EXPECT_GT(killed, count / 3);
  EXPECT_GT(std::atoi(box.sql("SELECT count(*) FROM task_events "
                              "WHERE event_type = 'large'")
                          .c_str()),
            10);
  check_messages();
  check_file();
}

TEST_F(StormOf, FiftyWritersRefusesAndLosesNone) {
  const int count = 50 * storm_size(100, 30);
  Storm(box, {.count = count,
              .at_once = 50,
              .killed_percent = 0,
              .start = [&](int n, int) { return writer(n); },
              .ended = [&](const Ended& e) { note(e); }})
      .run();
  EXPECT_EQ(acknowledged.size(), static_cast<std::size_t>(count));
  check_messages();
  check_file();
}

// --- the spool --------------------------------------------------------------

class StormOfHooks : public StormOf {
 protected:
  // So many commits that no hook has seen, made in one process.
  std::vector<std::string> silent_commits(int count) const {
    std::string input;
    for (int n = 0; n < count; ++n) {
      const std::string text = "commit " + std::to_string(n);
      input += "commit refs/storm/all\nmark :" + std::to_string(n + 1) +
               "\ncommitter A <a@example.org> " +
               std::to_string(1700000000 + n) + " +0000\ndata " +
               std::to_string(text.size()) + "\n" + text + "\n\n";
    }
    const std::string marks = box.path("marks");
    EXPECT_EQ(
        box.run_in(box.repo(),
                   {"git", "fast-import", "--quiet", "--export-marks=" + marks},
                   input)
            .status,
        0);
    std::vector<std::string> ids(static_cast<std::size_t>(count));
    for (const std::string& line : text::split(box.read(marks), '\n'))
      if (!line.empty())
        ids[static_cast<std::size_t>(std::atoi(line.c_str() + 1) - 1)] =
            line.substr(line.find(' ') + 1);
    return ids;
  }
  // A linked worktree with a detached HEAD, made of its few files alone.
  std::string tree_at(const std::string& commit, int number) const {
    const std::string name = std::to_string(number);
    const std::string tree = box.path("trees/" + name);
    const std::string own = box.repo() + "/.git/worktrees/" + name;
    std::filesystem::create_directories(tree);
    std::filesystem::create_directories(own);
    std::ofstream(tree + "/.git") << "gitdir: " << own << "\n";
    std::ofstream(own + "/commondir") << "../..\n";
    std::ofstream(own + "/gitdir") << tree << "/.git\n";
    std::ofstream(own + "/HEAD") << commit << "\n";
    return tree;
  }
};

TEST_F(StormOfHooks, KilledWhileTheySpoolLosesNothingThatWasAcknowledged) {
  const int count = storm_size(2000, 1000);
  const auto commits = silent_commits(count);
  std::vector<std::string> trees;
  for (const std::string& commit : commits)
    trees.push_back(tree_at(commit, static_cast<int>(trees.size())));
  const std::string hook = box.repo() + "/.git/hooks/post-commit";
  const int killed =
      Storm(box,
            {.count = count,
             .at_once = 8,
             .start =
                 [&](int n, int) {
                   return Start{{hook}, trees[static_cast<std::size_t>(n)]};
                 },
             .ended =
                 [&](const Ended& e) {
                   EXPECT_TRUE(e.status == 0 || e.status == kKilled);
                   if (e.acknowledged()) acknowledged[e.number] = "";
                 }})
          .run();
  std::printf("%d of %d killed\n", killed, count);
  EXPECT_GT(killed, count / 12);
  EXPECT_GT(acknowledged.size(), static_cast<std::size_t>(count / 4));
  box.ok("git orch recent -q");
  std::map<std::string, int> stored;
  for (const std::string& id :
       text::split(box.sql("SELECT commit_hash FROM task_events "
                           "WHERE commit_hash IS NOT NULL"),
                   '\n'))
    if (!id.empty()) {
      EXPECT_EQ(++stored[id], 1) << id << " is stored twice";
    }
  for (const auto& [number, nothing] : acknowledged)
    EXPECT_EQ(stored[commits[static_cast<std::size_t>(number)]], 1) << number;
  check_file();
}

}  // namespace
}  // namespace orch::test
