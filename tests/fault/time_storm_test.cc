// SPDX-License-Identifier: MIT
//
// Days of a team under a clock of our own: agents, the tmux server, the whole
// machine and ticks are killed at any moment, clocks jump, limits and pauses
// come and go. Whatever was due is sent once, or something says why not.
#include <signal.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "fault/due_times.h"
#include "fault/living.h"
#include "fault/loop.h"
#include "fault/storm.h"

namespace orch::test {
namespace {

constexpr std::int64_t kDay = 24 * kHour, kYear = 365 * kDay;
// Half of the storm begins here, the other there: in the night that follows,
// the clocks of Berlin go forward, or back.
constexpr std::int64_t kBegin = 1774692000000;   // 2026-03-28T10:00:00Z
constexpr std::int64_t kAutumn = 1792839600000;  // 2026-10-24T11:00:00Z
constexpr char kWoken[] = "Your usage limit is over%";

// What the store itself writes down of each change, in its transaction.
constexpr char kRecords[] =
    "CREATE TABLE storm_clock(now INTEGER);"
    "INSERT INTO storm_clock VALUES (0);"
    "CREATE TABLE storm_checkins(id INTEGER PRIMARY KEY, checkin INTEGER,"
    " old_due INTEGER, new_due INTEGER, sent INTEGER,"
    " state TEXT, reason TEXT, at INTEGER, now INTEGER);"
    "CREATE TRIGGER storm_checkin AFTER UPDATE ON checkins BEGIN"
    " INSERT INTO storm_checkins SELECT NULL, NEW.id, OLD.due_at, NEW.due_at,"
    " iif(NEW.message_id IS OLD.message_id, 0, NEW.message_id),"
    " NEW.state, coalesce(NEW.reason, ''),"
    " coalesce(NEW.last_at, 0), now FROM storm_clock; END;"
    "CREATE TABLE storm_limits(limit_id INTEGER, desired TEXT, reason TEXT);"
    "CREATE TRIGGER storm_limit AFTER UPDATE ON limits"
    " WHEN NEW.ended_at IS NOT NULL BEGIN"
    " INSERT INTO storm_limits SELECT NEW.id, desired, NEW.reason FROM agents"
    " WHERE id = NEW.agent_id; END;";

class TimeStorm : public ::testing::Test {
 protected:
  void SetUp() override {
    std::printf("seed %u\n", Storm::seed());
    box.make_repository();
    box.set("TZ", "UTC");
    box.set("ORCH_TEST_NOW", std::to_string(now));
    box.ok("git orch init -q");
    box.ok(
        "git orch init-feature 001 -q --base main --roles "
        "overseer,impl-api,impl-data");
    for (const auto& [role, restart] :
         {std::pair{"impl-api", "on-failure"}, {"impl-data", "always"}}) {
      const std::string path =
          box.repo() + "/.git/orch/roles/" + role + ".yaml";
      box.write(path, box.read(path) + "restart: " + restart + "\n");
    }
    // An agent's hooks live in the hour of its start: what they find due is
    // left to our ticks. A detached one ends when another waits for its turn.
    const std::string locks = box.repo() + "/.git/orch/lock";
    file::make_private_directories(locks);
    turn = file::Lock::take(locks + "/tick-next", file::Lock::Mode::Exclusive,
                            10'000, "the tick");
    sql(kRecords);
    for (const char* role : kRoles)
      box.ok(std::string("git orch agent start -q --runtime script 001/") +
             role);
    box.ok("git orch checkin add overseer --every 45m bring-together -q");
    box.ok(
        "git orch checkin add impl-api --every '*/30 * * * *' --zone "
        "Europe/Berlin half-hours -q");
    box.ok(
        "git orch checkin add impl-data --every '30 2 * * *' --zone "
        "Europe/Berlin nights -q");
  }

  static constexpr const char* kRoles[] = {"overseer", "impl-api", "impl-data"};
  std::string any_role() { return kRoles[draw(3)]; }
  int draw(int below) { return static_cast<int>(random() % below); }
  bool at_odds(int percent) { return draw(100) < percent; }

  std::string sql(const std::string& query) const {
    const Result r = box.run_in(
        box.repo(),
        {"sqlite3", "-cmd", ".timeout 60000", ".git/orch/orch.db", query});
    EXPECT_EQ(r.status, 0) << query << r.err;
    return r.out;
  }
  std::vector<std::vector<std::string>> rows(const std::string& query) const {
    std::vector<std::vector<std::string>> out;
    for (const std::string& line : text::split_list(sql(query), '\n'))
      out.push_back(text::split(line, '|'));
    return out;
  }
  void set_clock(std::int64_t to) {
    now = to;
    box.set("ORCH_TEST_NOW", std::to_string(now));
    sql("UPDATE storm_clock SET now = " + std::to_string(now));
  }
  void tick() const { box.ok("git orch tick -q"); }

  // --- What goes wrong -----------------------------------------------------

  void kill_agent() {
    const auto ours = processes_in(box);
    const auto found = rows("SELECT pane_pid, pid FROM agents WHERE role = '" +
                            any_role() + "'");
    const int which = 1 + draw(3);
    for (int i = 0; i < 2; ++i) {
      const auto pid = static_cast<pid_t>(std::atoi(found.at(0).at(i).c_str()));
      if ((which >> i & 1) != 0 && ours.contains(pid)) ::kill(pid, SIGKILL);
    }
  }
  void kill_tmux() const {
    for (const auto& [pid, process] : processes_in(box))
      if (process.program == "tmux") ::kill(pid, SIGKILL);
  }
  void reboot() const {
    EXPECT_TRUE(eventually([&] {
      const auto ours = processes_in(box);
      for (const auto& [pid, process] : ours) ::kill(pid, SIGKILL);
      return ours.empty();
    }));
    sql("UPDATE agents SET boot_id = 'another' WHERE boot_id <> ''");
  }
  void kill_tick() {
    run_killed(box, box.repo(), 1 + draw(kCallsOfATick),
               {std::string(ORCH_BUILD_DIR) + "/bin/git-orch-tick", "-q"});
  }
  void tick_at_once() {
    std::string all;
    for (int i = 2 + draw(3); i > 0; --i) all += "git orch tick -q & ";
    EXPECT_EQ(box.run_in(box.repo(), {"sh", "-c", all + "wait"}).status, 0);
  }
  void limit() {
    box.ok("git orch limits set -q 001/" + any_role() + " --in " +
           std::to_string(20 + draw(200)) + "m");
  }
  void pause() {
    const std::string agent = " -q 001/" + any_role();
    box.ok("git orch pause" + agent);
    if (at_odds(30)) tick();
    if (at_odds(60)) box.ok("git orch pause --off" + agent);
  }
  void jump() {
    const std::int64_t before = now;
    set_clock(now + kYear);
    if (at_odds(50)) kill_tick();
    tick();
    set_clock(before);
  }
  void resume() const {
    box.ok("git orch resume -q");
    EXPECT_EQ(box.ok("git orch resume"),
              "nothing to do: what should run runs\n");
  }
  // One commit, and one file that nobody commits.
  void work() {
    const std::string role = any_role(), top = box.worktree("001", role);
    const std::string n = std::to_string(++works);
    box.write(top + "/made" + n, n);
    box.ok_in(top, "git add made" + n);
    box.ok_in(top, "git commit -q -m made" + n);
    std::string id = box.ok_in(top, "git rev-parse HEAD");
    id.pop_back();
    commits.push_back(id);
    box.write(top + "/open" + n, n);
    open_files.emplace_back(role, "open" + n);
  }
  // Now and then one that was planned before, and may not be read yet.
  void plan_once() {
    box.ok("git orch checkin add -q --replace 001/" + any_role() + " --in " +
           std::to_string(5 + draw(120)) + "m once-" + std::to_string(draw(3)));
  }

  void befall() {
    const int what = draw(100);
    if (what < 15) return kill_agent();
    if (what < 19) return kill_tmux();
    if (what < 22) return reboot();
    if (what < 38) return kill_tick();
    if (what < 48) return tick_at_once();
    if (what < 56) return limit();
    if (what < 64) return pause();
    if (what < 66) return jump();
    if (what < 69) return set_clock(now - kHour);
    if (what < 79) return resume();
    if (what < 88) return work();
    plan_once();
  }

  // --- What must hold ------------------------------------------------------

  void check_step() const {
    for (const auto& [agent, count] : agents_alive(box))
      EXPECT_EQ(count, 1) << agent;
    // One unread message for each note at most, and few in all.
    EXPECT_EQ(sql("SELECT c.agent_id, c.slug, count(DISTINCT m.id) AS open "
                  "FROM storm_checkins s JOIN checkins c ON c.id = s.checkin "
                  "JOIN messages m ON m.id = s.sent WHERE m.level IN "
                  "('queued', 'typed', 'submitted') GROUP BY 1, 2 HAVING open "
                  "> 1"),
              "");
    EXPECT_EQ(sql("SELECT agent_id, count(*) AS open FROM messages WHERE level "
                  "IN ('queued', 'typed', 'submitted') GROUP BY 1 HAVING open "
                  "> " +
                  std::to_string(kMostOpen)),
              "");
    EXPECT_EQ(sql("SELECT limit_id, count(*) FROM storm_limits GROUP BY 1 "
                  "HAVING count(*) > 1"),
              "");
    // Nothing that is due stays behind a tick, but what says why.
    EXPECT_EQ(sql("SELECT id, due_at, reason FROM checkins WHERE state = "
                  "'waiting' AND due_at <= " +
                  std::to_string(now) +
                  " AND (reason IS NULL OR every_ms IS NOT NULL OR schedule IS "
                  "NOT NULL)"),
              "");
  }
  // Each change of each check-in: what it sent covers what it says.
  void check_checkins() const {
    std::map<std::string, Times> times;
    for (const auto& c : rows("SELECT id, coalesce(every_ms, 0), slug FROM "
                              "checkins"))
      times[c[0]] = {.every_ms = std::stoll(c[1]),
                     .half_hours = c[2] == "half-hours",
                     .nights = c[2] == "nights"};
    std::map<std::string, std::int64_t> covers;
    std::map<std::string, std::string> replaced;  // by which
    for (const auto& m : rows("SELECT id, coalesce(reason, ''), text FROM "
                              "messages WHERE kind = 'checkin'")) {
      constexpr std::string_view kBy = "replaced by message ";
      if (m[1].starts_with(kBy)) {
        EXPECT_TRUE(replaced.emplace(m[1].substr(kBy.size()), m[0]).second);
      }
      covers[m[0]] = covered_in(m[2]);
    }
    std::set<std::string> sent;
    for (const auto& r : rows("SELECT checkin, old_due, new_due, sent, "
                              "state, reason, at, now FROM "
                              "storm_checkins ORDER BY id")) {
      SCOPED_TRACE(text::join(r, "|"));
      const std::int64_t old_due = std::stoll(r[1]), new_due = std::stoll(r[2]);
      const Times& due = times.at(r[0]);
      if (r[3] == "0") {
        const bool says_why = r[5].starts_with("the agent is ") ||
                              r[5].starts_with("limited until ") ||
                              r[5] == "the one before is not read yet" ||
                              (r[4] == "cancelled" && r[5] == "replaced");
        // Without a reason only where the clock went back.
        EXPECT_TRUE(says_why || new_due < old_due);
        if (new_due < old_due) {
          EXPECT_GT(old_due, std::stoll(r[7]) + kDay);
        }
        continue;
      }
      const std::int64_t at = std::stoll(r[6]);
      EXPECT_TRUE(sent.insert(r[3]).second);
      EXPECT_LE(old_due, at);
      EXPECT_EQ(r[4], due.recurs() ? "waiting" : "done");
      EXPECT_EQ(new_due, due.recurs() ? due.next(old_due, at) : old_due);
      std::int64_t expected = due.count(old_due, at);
      if (replaced.contains(r[3])) expected += 1 + covers.at(replaced.at(r[3]));
      EXPECT_EQ(covers.at(r[3]), std::min(expected, kMostCovered));
    }
    // And nothing was sent that no check-in knows.
    EXPECT_EQ(sent.size(), covers.size());
  }

  void settle() {
    box.ok("git orch pause --off -q");
    box.ok("git orch limits clear --all -q");
    box.ok("git orch resume -q");
    EXPECT_TRUE(eventually(
        [&] {
          set_clock(now + 2 * kMinute);
          tick();
          return sql("SELECT count(*) FROM messages WHERE level IN ('queued', "
                     "'typed', 'submitted')") == "0\n";
        },
        120))
        << sql("SELECT m.id, m.level, m.reason, m.sent_at, a.address, a.state, "
               "a.state_source, a.state_since FROM messages m JOIN agents a ON "
               "a.id = m.agent_id WHERE level IN ('queued', 'typed', "
               "'submitted')");
  }

  void check_all() const {
    check_checkins();
    EXPECT_EQ(sql("SELECT id, state, reason FROM checkins WHERE state NOT IN "
                  "('waiting', 'done') AND reason <> 'replaced'"),
              "");
    EXPECT_EQ(sql(std::string("SELECT count(*) FROM messages WHERE text LIKE "
                              "'") +
                  kWoken + "'"),
              sql("SELECT count(*) FROM storm_limits WHERE desired = 'running' "
                  "AND reason <> 'it works again'"));
    for (const std::string& id : commits)
      EXPECT_EQ(sql("SELECT count(*) FROM task_events WHERE commit_hash = '" +
                    id + "'"),
                "1\n")
          << id;
    for (const auto& [role, name] : open_files)
      EXPECT_EQ(box.read(box.worktree("001", role) + "/" + name),
                name.substr(4));
    EXPECT_EQ(sql("SELECT count(*) FROM agents WHERE role IN ('overseer', "
                  "'impl-api', 'impl-data') AND state IN ('idle', 'busy')"),
              "3\n");
    EXPECT_EQ(sql("PRAGMA integrity_check"), "ok\n");
  }

  static constexpr int kCallsOfATick = 660;
  // Check-ins, briefs, and what tells of limits and pauses.
  static constexpr int kMostOpen = 25;

  Sandbox box;
  std::mt19937 random{Storm::seed()};
  std::optional<file::Lock> turn;
  std::int64_t now = kBegin;
  int works = 0;
  std::vector<std::string> commits;
  std::vector<std::pair<std::string, std::string>> open_files;
};

TEST_F(TimeStorm, SendsWhatIsDueOnceOrSaysWhyNot) {
  const std::int64_t hours = fault_step(44, 500);
  std::int64_t lived = 0;
  for (int step = 1; lived < hours * kHour && !HasFailure(); ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    const std::int64_t length = (15 + draw(26)) * kMinute;
    const bool is_half =
        lived < hours * kHour / 2 && lived + length >= hours * kHour / 2;
    lived += length;
    set_clock(is_half ? kAutumn : now + length);
    for (int n = 1 + draw(2); n > 0; --n) befall();
    tick();
    if (step % 10 == 0) {
      const std::string before = sql("SELECT max(id) FROM storm_checkins");
      tick();
      EXPECT_EQ(sql("SELECT max(id) FROM storm_checkins"), before);
    }
    check_step();
  }
  settle();
  check_all();
}

}  // namespace
}  // namespace orch::test
