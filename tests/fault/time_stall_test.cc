// SPDX-License-Identifier: MIT
//
// What time brings while something else stands still: the daemon, the tmux
// server, the store; and much of it at once.
#include <signal.h>

#include <atomic>
#include <optional>
#include <thread>

#include "event/prompt.h"
#include "fault/due_times.h"
#include "fault/living.h"
#include "fault/loop.h"

namespace orch::test {
namespace {

constexpr std::int64_t kStart = 1790000000000;

class Stall : public ::testing::Test {
 protected:
  Stall() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001 -q --base main");
    sql("DELETE FROM checkins");
  }
  ~Stall() override {
    if (stopped != 0) ::kill(stopped, SIGCONT);
  }
  void set_clock(std::int64_t to) {
    now = to;
    box.set("ORCH_TEST_NOW", std::to_string(to));
  }
  // From here on nothing but our own ticks does what is due.
  void hold_turn() {
    const std::string locks = box.repo() + "/.git/orch/lock";
    file::make_private_directories(locks);
    turn = file::Lock::take(locks + "/tick-next", file::Lock::Mode::Exclusive,
                            10'000, "the tick");
  }
  void start_agent() const {
    box.ok("git orch agent start -q --runtime script 001/impl-api");
  }
  std::string sql(const std::string& query) const {
    const Result r = box.run_in(
        box.repo(),
        {"sqlite3", "-cmd", ".timeout 60000", ".git/orch/orch.db", query});
    EXPECT_EQ(r.status, 0) << query << r.err;
    return r.out;
  }
  // For impl-api, all due a minute after kStart.
  void plan(int first, int last) const {
    sql("WITH RECURSIVE n(i) AS (SELECT " + std::to_string(first) +
        " UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(last) +
        ") INSERT INTO checkins(agent_id, slug, note, due_at, created_at) "
        "SELECT id, 'n' || i, 'note ' || i, " +
        std::to_string(kStart + kMinute) + ", " + std::to_string(kStart) +
        " FROM agents, n WHERE role = 'impl-api'");
  }
  // A tick under strace; how many programs it ran, itself among them.
  std::size_t programs_of_a_tick() const {
    const std::string trace = box.path("trace");
    EXPECT_EQ(box.run_in(box.repo(), {"strace", "-f", "-qq", "-o", trace, "-e",
                                      "trace=execve", "git-orch-tick", "-q"})
                  .status,
              0);
    std::size_t count = 0;
    for (const std::string& line : text::split(box.read(trace), '\n'))
      count += line.ends_with(" = 0") ? 1 : 0;
    return count;
  }
  void stop(pid_t pid) {
    stopped = pid;
    ASSERT_EQ(::kill(pid, SIGSTOP), 0);
  }
  void go_on() {
    ASSERT_EQ(::kill(stopped, SIGCONT), 0);
    stopped = 0;
  }
  bool is_all_read() {
    set_clock(now + 20'000);
    box.ok("git orch tick -q");
    return sql("SELECT count(*) FROM messages WHERE level IN ('queued', "
               "'typed', 'submitted')") == "0\n";
  }

  Sandbox box;
  std::optional<file::Lock> turn;
  std::int64_t now = 0;
  pid_t stopped = 0;
};

TEST_F(Stall, AThousandCheckInsAtOnceAreSentOnceByFewPrograms) {
  if (!has_strace(box)) GTEST_SKIP() << "no strace";
  set_clock(kStart);
  hold_turn();
  start_agent();
  ASSERT_TRUE(eventually([&] { return is_all_read(); }));
  set_clock(kStart + kHour);
  plan(1, 2);
  const std::size_t few = programs_of_a_tick();
  ASSERT_TRUE(eventually([&] { return is_all_read(); }));
  set_clock(kStart + 2 * kHour);
  plan(3, 1002);
  const std::size_t many = programs_of_a_tick();
  EXPECT_GT(few, 0U);
  EXPECT_LE(many, few + 2);
  EXPECT_EQ(sql("SELECT count(*), count(DISTINCT text) FROM messages WHERE "
                "kind = 'checkin'"),
            "1002|1002\n");
  EXPECT_EQ(sql("SELECT count(*) FROM checkins WHERE state <> 'done'"), "0\n");
  EXPECT_TRUE(eventually([&] { return is_all_read(); }));
  EXPECT_EQ(sql("SELECT count(*) FROM messages WHERE kind = 'checkin'"),
            "1002\n");
}

TEST_F(Stall, ATmuxServerThatStandsStillKeepsNoTickAndCostsNoMessage) {
  set_clock(kStart);
  hold_turn();
  start_agent();
  ASSERT_TRUE(eventually([&] { return is_all_read(); }));
  pid_t server = 0;
  for (const auto& [pid, process] : processes_in(box))
    if (process.program == "tmux") server = pid;
  ASSERT_NE(server, 0);
  set_clock(kStart + kHour);
  plan(1, 1);
  stop(server);
  box.type("git orch tick -q");
  EXPECT_EQ(sql("SELECT level FROM messages WHERE kind = 'checkin'"),
            "queued\n");
  go_on();
  EXPECT_TRUE(eventually([&] { return is_all_read(); }));
  int taken = 0;
  const std::string path =
      sql("SELECT transcript FROM agents WHERE role = 'impl-api'");
  for (const std::string& line :
       text::split(box.read(path.substr(0, path.find('\n'))), '\n'))
    for (const event::Arrival& a : event::arrivals_in(line))
      taken += a.with_text && holds(line, "note 1") ? 1 : 0;
  EXPECT_EQ(taken, 1);
}

TEST_F(Stall, AStoreThatAnotherProcessKeepsIsUsedByTheNextTick) {
  set_clock(kStart);
  hold_turn();
  plan(1, 3);
  sql("UPDATE agents SET desired = 'running'");
  set_clock(kStart + kHour);
  std::thread other([&] {
    box.run_in(box.repo(),
               {"sh", "-c",
                "{ echo 'BEGIN EXCLUSIVE;'; echo '.shell touch held'; while "
                "[ ! -e go ]; do sleep 0.05; done; echo 'COMMIT;'; } | sqlite3 "
                ".git/orch/orch.db"});
  });
  EXPECT_TRUE(eventually([&] { return file::exists(box.repo() + "/held"); }));
  const Result r = box.type("git orch tick -q");
  box.write(box.repo() + "/go", "");
  other.join();
  EXPECT_NE(r.status, 0);
  EXPECT_TRUE(holds(r.err, "another process holds the event store"));
  EXPECT_EQ(sql("SELECT count(*) FROM messages"), "0\n");
  box.ok("git orch tick -q");
  box.ok("git orch tick -q");
  EXPECT_EQ(sql("SELECT count(*) FROM messages WHERE kind = 'checkin'"), "3\n");
}

TEST_F(Stall, ADaemonThatStandsStillLosesNoCommitAndDoublesNone) {
  box.ok("git config --global orch.daemon auto");
  start_agent();
  const auto pid = [&] {
    return static_cast<pid_t>(box.type("git orch daemon --json")
                                  .data()["pid"]
                                  .as_integer()
                                  .value_or(0));
  };
  ASSERT_TRUE(eventually([&] { return pid() != 0; }));
  stop(pid());
  const std::string top = box.worktree("001", "impl-api");
  const auto events = [&] {
    return std::atoi(sql("SELECT count(*) FROM task_events WHERE commit_hash "
                         "IS NOT NULL")
                         .c_str());
  };
  // Each rings; when nobody has heard it for long, somebody else comes.
  int commits = 0;
  EXPECT_TRUE(eventually([&] {
    box.ok_in(top, "git commit -q --allow-empty -m more");
    return ++commits >= 20 && events() > 0;
  }));
  go_on();
  EXPECT_TRUE(eventually([&] { return events() >= commits; }));
  box.ok("git orch tick -q");
  EXPECT_EQ(sql("SELECT count(*), count(DISTINCT commit_hash) FROM task_events "
                "WHERE commit_hash IS NOT NULL"),
            std::to_string(commits) + "|" + std::to_string(commits) + "\n");
}

}  // namespace
}  // namespace orch::test
