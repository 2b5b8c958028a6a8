// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "file/file.h"
#include "support/sandbox.h"
#include "support/specs.h"

namespace orch::test {

inline constexpr std::int64_t kNow = 1800000000000, kMinute = 60000;

// Items that are launched, each with a team of one unless it says otherwise.
class QueueTest : public ::testing::Test {
 protected:
  QueueTest() {
    box.make_repository();
    box.ok("git orch init -q");
    at(kNow);
    for (const char* name : {"a", "b", "c"}) spec(name);
  }
  // What our programs take for the time from now on. Those that run already
  // keep theirs.
  void at(std::int64_t now) { box.set("ORCH_TEST_NOW", std::to_string(now)); }
  // From now on only the ticks that the test types run. Others are children of
  // programs that have an older time.
  void tick_alone() {
    for (const char* name : {"tick-next", "tick"})
      locks_.push_back(file::Lock::take(box.repo() + "/.git/orch/lock/" + name,
                                        file::Lock::Mode::Exclusive, 60000,
                                        name));
  }
  void spec(const std::string& name, const std::string& more = "") const {
    box.write(box.repo() + "/" + name + ".md",
              kGoalsSpec + ("- " + name + "\n") + more);
  }
  void add(const std::string& args) const {
    box.ok("git orch queue add " + args + " --runtime script --plan 1 -q");
  }
  Result queue(const std::string& args) const {
    return box.type("git orch queue " + args);
  }
  std::string sql(const std::string& query) const {
    return box
        .run_in(box.repo(), {"sqlite3", "-cmd", ".timeout 10000",
                             ".git/orch/orch.db", query})
        .out;
  }
  std::string states() const {
    return sql(
        "SELECT group_concat(status) FROM (SELECT status FROM queue "
        "ORDER BY id)");
  }
  // Ticks until the query says so.
  ::testing::AssertionResult becomes(const std::string& query,
                                     const std::string& answer) const {
    const bool reached = eventually([&] {
      box.ok("git orch tick -q");
      return sql(query) == answer + "\n";
    });
    if (reached) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure()
           << query << " gives " << sql(query) << "not " << answer << "\n"
           << queue("list --all").out << sql("SELECT * FROM queue_attempts");
  }
  ::testing::AssertionResult is_launched(const std::string& id) const {
    return becomes(
        "SELECT count(*) FROM queue q JOIN queue_attempts t ON t.item_id = "
        "q.id WHERE q.id = " +
            id +
            " AND q.status = 'running' AND t.ended_at IS NULL AND "
            "t.launched_at IS NOT NULL",
        "1");
  }
  void report(const std::string& kind, const std::string& feature) const {
    box.ok("git orch report " + kind + " --agent " + feature +
           "/orchestrator -m \"so it is\"");
  }
  std::string events(const std::string& type) const {
    return sql("SELECT count(*) FROM task_events WHERE event_type = '" + type +
               "'");
  }
  Sandbox box;

 private:
  std::vector<file::Lock> locks_;
};

}  // namespace orch::test
