// SPDX-License-Identifier: MIT
//
// Verbs that start and end agents, under kill and the four errors at their
// system calls.
#include <signal.h>

#include "fault/living.h"
#include "fault/verb_loop.h"

namespace orch::test {
namespace {

class AgentVerb : public VerbFaults {
 protected:
  AgentVerb() { sample = 0; }

  void prepare() override {
    box.ok("git orch init -q");
    box.ok("git config orch.runtime script");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
    box.ok("git orch log-event 001-a impl-api t acknowledged");
  }
  void run_agent() const {
    box.ok("git orch agent start impl-api -q");
    EXPECT_TRUE(eventually([&] {
      box.ok("git orch tick -q");
      return is_settled();
    }));
  }
  // All have gone where they were sent, and who should run is idle.
  bool is_settled() const override {
    return box.sql("SELECT count(*) FROM messages WHERE level <> 'acked'") ==
               "0\n" &&
           box.sql(
               "SELECT count(*) FROM agents WHERE desired = 'running' AND "
               "state <> 'idle'") == "0\n";
  }
  // A brief says what was done before, also by a start that failed.
  std::vector<std::string> queries() const override {
    auto all = VerbFaults::queries();
    for (std::string& query : all)
      if (query.find("messages") != std::string::npos)
        query =
            "SELECT sender, address, m.kind, count(*) FROM messages m JOIN "
            "agents a ON a.id = agent_id GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
    return all;
  }
  // With every process of an agent.
  std::string state() const override {
    std::string out = VerbFaults::state();
    for (const auto& [agent, n] : agents_alive(box))
      out += "agent " + agent + ": " + std::to_string(n) + "\n";
    return out;
  }
};

class AgentStartUnderFaults : public AgentVerb {
  std::vector<std::string> argv() const override {
    return {"git-orch-agent", "start", "impl-api", "-q"};
  }
  bool was_done(const Result& r) const override {
    return r.err.find("runs") != std::string::npos;
  }
};
TEST_F(AgentStartUnderFaults, MakesOneAgent) { survives("agent start"); }

class AgentStopUnderFaults : public AgentVerb {
  void start() override {
    run_agent();
    box.write(box.worktree("001-a", "impl-api") + "/work.txt", "open\n");
  }
  std::vector<std::string> argv() const override {
    return {"git-orch-agent", "stop", "impl-api", "-q"};
  }
  bool was_done(const Result& r) const override {
    return r.err.find("not run") != std::string::npos;
  }
  std::string state() const override {
    return AgentVerb::state() +
           box.read(box.worktree("001-a", "impl-api") + "/work.txt");
  }
};
TEST_F(AgentStopUnderFaults, EndsItAndKeepsItsWork) { survives("agent stop"); }

class ResumeUnderFaults : public AgentVerb {
  void start() override {
    run_agent();
    box.sql("UPDATE agents SET boot_id = 'another' WHERE boot_id <> ''");
    const std::string panes = box.sql(
        "SELECT group_concat(pane_pid || ' ' || pid, ' ') FROM agents WHERE "
        "pid > 0");
    ASSERT_NE(panes, "\n");
    box.run_in("/", {"sh", "-ec", "kill -9 " + panes});
    EXPECT_TRUE(eventually([&] {
      box.ok("git orch tick -q");
      return box.sql("SELECT state FROM agents WHERE role = 'impl-api'") ==
             "lost\n";
    }));
  }
  std::vector<std::string> argv() const override {
    return {"git-orch-resume", "-q"};
  }
  // Who brought the agent back may have ended before it told so.
  std::vector<std::string> queries() const override {
    auto all = AgentVerb::queries();
    for (std::string& query : all)
      if (const auto at = query.find("task_events"); at != std::string::npos)
        query.insert(at + 11, " WHERE event_type <> 'agent_resumed'");
    return all;
  }
};
TEST_F(ResumeUnderFaults, BringsBackEachOnce) { survives("resume"); }

}  // namespace
}  // namespace orch::test
