// SPDX-License-Identifier: MIT
//
// kill -9 of a tick at its system calls, while everything that is due by the
// clock is due at once. The next tick does what is left, and nothing twice.
#include <signal.h>

#include <map>
#include <optional>

#include "event/prompt.h"
#include "fault/due_times.h"
#include "fault/living.h"
#include "fault/loop.h"

namespace orch::test {
namespace {

class KilledTick : public ::testing::Test {
 protected:
  void SetUp() override {
    box.make_repository();
    set_clock(1790000000000);
    box.set("TZ", "UTC");
    box.ok("git orch init -q");
    box.ok(
        "git orch init-feature 001 -q --base main --roles "
        "overseer,impl-api,impl-data");
    const std::string role = box.repo() + "/.git/orch/roles/impl-data.yaml";
    box.write(role, box.read(role) + "restart: on-failure\n");
    // What hooks start behind them ends at once: another waits for its turn.
    const std::string locks = box.repo() + "/.git/orch/lock";
    file::make_private_directories(locks);
    turn = file::Lock::take(locks + "/tick-next", file::Lock::Mode::Exclusive,
                            10'000, "the tick");
    for (const char* name : {"overseer", "impl-api", "impl-data"})
      box.ok(std::string("git orch agent start -q --runtime script 001/") +
             name);
    sql("DELETE FROM checkins");
    box.ok("git orch checkin add -q overseer --every 1h often");
    settle();
  }

  void set_clock(std::int64_t to) {
    now = to;
    box.set("ORCH_TEST_NOW", std::to_string(to));
  }
  std::string sql(const std::string& query) const {
    const Result r = box.run_in(
        box.repo(),
        {"sqlite3", "-cmd", ".timeout 60000", ".git/orch/orch.db", query});
    EXPECT_EQ(r.status, 0) << query << r.err;
    return r.out;
  }
  std::string count(const std::string& from) const {
    return sql("SELECT count(*) FROM " + from);
  }
  std::string of(const std::string& role) const {
    return "(SELECT id FROM agents WHERE role = '" + role + "')";
  }

  // Everything has gone where it was sent, and nobody is at work. A pane rests
  // between two messages, so the clock goes on.
  void settle() {
    EXPECT_TRUE(eventually(
        [&] {
          box.ok("git orch tick -q");
          if (count("messages WHERE level IN ('queued', 'typed', "
                    "'submitted')") == "0\n" &&
              count("agents WHERE state = 'idle' AND pane <> ''") == "3\n")
            return true;
          set_clock(now + 20'000);
          return false;
        },
        60))
        << sql("SELECT role, state, state_source, pid, pane, restart_at FROM "
               "agents; SELECT id, agent_id, level, reason FROM messages WHERE "
               "level IN ('queued', 'typed', 'submitted')");
  }

  // Two hours later all of it is due.
  void prepare(const std::string& n) {
    box.ok("git orch limits set -q impl-api --in 1h");
    const std::string pid =
        sql("SELECT pid FROM agents WHERE role = 'impl-data'");
    ASSERT_EQ(::kill(static_cast<pid_t>(std::atoi(pid.c_str())), SIGKILL), 0);
    ASSERT_TRUE(eventually([&] {
      box.ok("git orch tick -q");
      return count("agents WHERE restart_at > 0") == "1\n";
    }));
    box.ok("git orch checkin add -q overseer --in 30m once-" + n);
    const std::string start = std::to_string(now);
    set_clock(now + 2 * kHour);
    sql("INSERT INTO asks(agent_id, action, text, approver, created_at, "
        "expires_at) SELECT id, 'deploy', '" +
        n + "', 'person', " + start + ", " + start +
        " + 3600000 FROM agents "
        "WHERE role = 'impl-api';"
        "INSERT INTO messages(uid, sender, agent_id, text, sent_at) SELECT "
        "randomblob(16), 'person', id, 'waits " +
        n + "', " + start + " FROM agents WHERE role = 'overseer'");
  }

  void check(const std::string& n) {
    const std::string since = " >= " + std::to_string(now - kHour);
    const std::string due = std::to_string(now);
    box.ok("git orch tick -q");
    EXPECT_EQ(sql("SELECT text FROM messages WHERE kind = 'checkin' AND "
                  "sent_at" +
                  since + " ORDER BY text"),
              "scheduled check-in: often (1 earlier one was missed and is "
              "covered by this one)\nscheduled check-in: once-" +
                  n + "\n");
    EXPECT_EQ(count("checkins WHERE state = 'waiting' AND due_at <= " + due),
              "0\n");
    EXPECT_EQ(sql("SELECT count(*), count(ended_at), max(reason) FROM limits "
                  "WHERE id = (SELECT max(id) FROM limits)"),
              "1|1|it is over\n");
    for (const char* type : {"limit_ended", "ask_expired"})
      EXPECT_EQ(count("task_events WHERE event_type = '" + std::string(type) +
                      "' AND created_at" + since),
                "1\n")
          << type;
    EXPECT_EQ(count("messages WHERE text LIKE 'Your usage limit is over%' AND "
                    "sent_at" +
                    since),
              "1\n");
    EXPECT_EQ(count("messages WHERE agent_id = " + of("impl-api") +
                    " AND text LIKE 'ask %' AND sent_at" + since),
              "1\n");
    EXPECT_EQ(count("asks WHERE status = 'open'"), "0\n");
    settle();
    for (const auto& [agent, processes] : agents_alive(box))
      EXPECT_EQ(processes, 1) << agent;
    EXPECT_EQ(agents_alive(box).size(), 3U);
    EXPECT_EQ(count("messages WHERE kind = 'brief' AND level = 'acked' AND "
                    "agent_id = " +
                    of("impl-data") + " AND sent_at" + since),
              "1\n");
    EXPECT_EQ(count("agents WHERE restart_at IS NOT NULL"), "0\n");
    EXPECT_EQ(
        count("messages WHERE text = 'waits " + n + "' AND level = 'acked'"),
        "1\n");
    EXPECT_EQ(sql("PRAGMA integrity_check"), "ok\n");
  }

  // What the agents' conversations hold: each message once.
  void check_conversations() const {
    std::map<std::int64_t, int> taken;
    for (const std::string& path :
         text::split_list(sql("SELECT transcript FROM agents"), '\n'))
      for (const std::string& line : text::split(box.read(path), '\n'))
        for (const event::Arrival& a : event::arrivals_in(line))
          if (a.with_text) ++taken[a.id];
    EXPECT_FALSE(taken.empty());
    for (const auto& [id, times] : taken)
      EXPECT_EQ(times, 1) << "message " << id;
  }

  const std::string program =
      std::string(ORCH_BUILD_DIR) + "/bin/git-orch-tick";
  Sandbox box;
  std::optional<file::Lock> turn;
  std::int64_t now = 0;
};

TEST_F(KilledTick, IsCompletedByTheNextAndNothingIsDoneTwice) {
  // It waits for tmux here and there, so how many calls it makes is measured.
  prepare("0");
  const int calls = system_calls(box, box.repo(), {program, "-q"});
  std::printf("%d system calls\n", calls);
  check("0");
  const int fired = fault_loop(
      calls / 24,
      [&](int n) {
        if (n > calls) return false;
        SCOPED_TRACE("killed at system call " + std::to_string(n));
        prepare(std::to_string(n));
        const Result r = run_killed(box, box.repo(), n, {program, "-q"});
        EXPECT_TRUE(r.status == kKilled || r.status == 0) << r.err;
        check(std::to_string(n));
        return r.status == kKilled;
      },
      2);
  check_conversations();
  EXPECT_GT(fired, 12);
}

}  // namespace
}  // namespace orch::test
