// SPDX-License-Identifier: MIT
//
// An agent that has used up its limit waits, and goes on once when it is over.
#include "support/sandbox.h"

namespace orch::test {
namespace {

// 2026-09-21T14:13:20Z, which is 16:13:20 in Berlin.
constexpr std::int64_t kNow = 1790000000000;
constexpr std::int64_t kMinute = 60'000, kHour = 60 * kMinute;

class Limits : public ::testing::Test {
 protected:
  Limits() {
    box.make_repository();
    at(kNow);
    box.ok("git orch init -q");
    box.ok("git orch init-feature -q 001 --base main");
  }
  void at(std::int64_t now) { box.set("ORCH_TEST_NOW", std::to_string(now)); }
  // Runs until it has said that, behind its brief.
  void start(const std::string& role, const std::string& text,
             const std::string& more = "") {
    box.script(role, "await-message\nlimit \"" + text + "\"\n" + more);
    box.ok("git orch agent start -q --runtime script 001/" + role);
    ASSERT_TRUE(eventually([&] { return state(role) == "limited"; }));
    box.ok("git orch tick -q");
  }
  std::string state(const std::string& role) const {
    box.ok("git orch tick -q");
    const std::string out =
        box.sql("SELECT state FROM agents WHERE role = '" + role + "'");
    return out.substr(0, out.find('\n'));
  }
  json::Value row() const {
    return box.type("git orch limits --json")
        .data()["limits"]
        .as_array()
        ->at(0);
  }
  std::string word(const char* key) const {
    const json::Value value = row();
    const std::string* text = value[key].as_string();
    return text ? *text : "none";
  }
  std::string woken() const {
    return box.sql(
        "SELECT count(*) FROM messages WHERE text LIKE 'Your usage limit is "
        "over%'");
  }
  std::string ended() const {
    return box.sql("SELECT coalesce(reason, 'open') FROM limits ORDER BY id");
  }

  Sandbox box;
};

TEST_F(Limits, AreOneRowWithAnAbsoluteEnd) {
  start("impl-api", "You have hit your limit, resets 5pm (Europe/Berlin)");
  EXPECT_EQ(word("source"), "hook");
  EXPECT_EQ(word("resets_at"), "2026-09-21T15:00:00Z");
  EXPECT_EQ(word("wakes_at"), "2026-09-21T15:02:00Z");
  EXPECT_TRUE(holds(word("text"), "resets 5pm (Europe/Berlin)"));
  EXPECT_EQ(box.sql("SELECT count(*) FROM limits"), "1\n");
  EXPECT_TRUE(holds(box.ok("git orch limits status impl-api"), "in 46m"));
  EXPECT_EQ(box.ok("git orch limits status overseer"), "no agent is limited\n");
  EXPECT_TRUE(
      holds(box.sql("SELECT message FROM task_events WHERE event_type = "
                    "'agent_limited'"),
            "until 2026-09-21T15:00:00Z: You have hit"));
}

TEST_F(Limits, WithoutAnEndLastFiveHours) {
  start("impl-api", "too many requests");
  EXPECT_EQ(word("source"), "assumed");
  EXPECT_EQ(word("resets_at"), "2026-09-21T19:13:20Z");
}

TEST_F(Limits, WakeTheAgentOnceBehindTheReset) {
  start("impl-api", "limit reached, resets in 1 hour",
        "await-message\nappend more x\ncommit went-on\n");
  at(kNow + kHour + kMinute);
  box.ok("git orch tick -q");
  EXPECT_EQ(woken(), "0\n");
  at(kNow + kHour + 3 * kMinute);
  box.ok("git orch tick -q");
  box.ok("git orch tick -q");
  EXPECT_EQ(woken(), "1\n");
  EXPECT_EQ(ended(), "it is over\n");
  EXPECT_TRUE(eventually([&] {
    return holds(
               box.ok_in(box.worktree("001", "impl-api"), "git log --oneline"),
               "went-on") == ::testing::AssertionSuccess();
  }));
  EXPECT_TRUE(holds(box.ok("git orch limits --all"), "ended: it is over"));
}

TEST_F(Limits, OfOneRuntimeEndOneAfterTheOther) {
  start("impl-api", "limit reached, resets in 1 hour");
  start("impl-data", "limit reached, resets in 1 hour");
  EXPECT_EQ(box.sql("SELECT wakes_at - resets_at FROM limits ORDER BY id"),
            "120000\n135000\n");
  // Both are due; the first goes, the other waits for its turn.
  const std::int64_t due = kNow + kHour + 10 * kMinute;
  at(due);
  box.ok("git orch tick -q");
  EXPECT_EQ(woken(), "1\n");
  at(due + 20'000);
  box.ok("git orch tick -q");
  EXPECT_EQ(woken(), "2\n");
}

TEST_F(Limits, ThatLastLongerKeepTheOthersWaiting) {
  start("impl-api", "limit reached, resets in 1 hour",
        "await-message\nlimit \"limit reached, resets in 2 hours\"\n");
  start("impl-data", "limit reached, resets in 1 hour");
  const std::int64_t due = kNow + kHour + 10 * kMinute;
  at(due);
  box.ok("git orch tick -q");
  ASSERT_TRUE(eventually([&] {
    return box.sql(
               "SELECT count(*) FROM limits WHERE agent_id = (SELECT id FROM "
               "agents WHERE role = 'impl-api')") == "2\n";
  }));
  // The agent's own hooks still live in the hour of its start.
  const std::string shift = std::to_string(due - kNow);
  box.sql("UPDATE limits SET created_at = created_at + " + shift +
          ", resets_at = resets_at + " + shift + ", wakes_at = wakes_at + " +
          shift + " WHERE id = 3");
  at(due + 30'000);
  box.ok("git orch tick -q");
  EXPECT_EQ(woken(), "1\n");
  EXPECT_EQ(ended(), "it is over\nopen\nopen\n");
  at(due + 3 * kHour);
  box.ok("git orch tick -q");
  at(due + 3 * kHour + kMinute);
  box.ok("git orch tick -q");
  EXPECT_EQ(woken(), "3\n");
}

TEST_F(Limits, StartAnAgentThatHasEndedMeanwhile) {
  start("impl-api", "limit reached, resets in 1 hour");
  const std::string pid =
      box.sql("SELECT pid FROM agents WHERE role = 'impl-api'");
  box.run_in("/", {"kill", "-9", pid.substr(0, pid.size() - 1)});
  ASSERT_TRUE(eventually([&] { return state("impl-api") == "exited"; }));
  box.script("impl-api", "await-message\n");
  at(kNow + kHour + 3 * kMinute);
  box.ok("git orch tick -q");
  EXPECT_TRUE(eventually([&] {
    const std::string now = state("impl-api");
    return now == "idle" || now == "busy";
  }));
  EXPECT_EQ(ended(), "it is over\n");
}

TEST_F(Limits, AreSaidAndEndedByHand) {
  box.script("impl-api", "await-message\n");
  box.ok("git orch agent start -q --runtime script 001/impl-api");
  ASSERT_TRUE(eventually([&] { return state("impl-api") == "idle"; }));
  box.ok("git orch limits set impl-api --in 2h -m \"the bill says so\" -q");
  EXPECT_EQ(word("source"), "person");
  EXPECT_EQ(word("text"), "the bill says so");
  EXPECT_EQ(word("resets_at"), "2026-09-21T16:13:20Z");
  EXPECT_EQ(state("impl-api"), "limited");
  box.ok("git orch limits set impl-api --until 2026-09-21T18:00:00Z -q");
  EXPECT_EQ(word("resets_at"), "2026-09-21T18:00:00Z");
  EXPECT_EQ(box.sql("SELECT count(*) FROM limits"), "1\n");
  EXPECT_TRUE(
      holds(box.ok("git orch limits clear impl-api"), "a person says so"));
  EXPECT_EQ(woken(), "1\n");
  EXPECT_EQ(box.ok("git orch limits clear impl-api"), "no agent is limited\n");
  box.ok("git orch limits set overseer --in 2h -q");
  EXPECT_TRUE(holds(box.ok("git orch limits clear --all"), "001/overseer"));
}

TEST_F(Limits, AreFoundByProbe) {
  box.write(
      box.repo() + "/.git/orch/runtimes/tired.yaml",
      "version: 1\nname: tired\nstart: [\"{libexec}/"
      "git-orch--script-agent\", \"{script}\"]\nstart_timeout: 30s\n"
      "signs:\n"
      "  - {state: idle, source: hook, event: session-start}\n"
      "  - {state: busy, source: hook, event: prompt-submit}\n"
      "  - {state: idle, source: hook, event: stop}\n"
      "limits:\n"
      "  - {pattern: 'used up, back at (.*)$', lines: 10, reset: clock}\n");
  box.script("impl-api",
             "await-message\nsay \"all used up, back at 9pm (UTC)\"\n");
  box.ok("git orch agent start -q --runtime tired 001/impl-api");
  ASSERT_TRUE(eventually([&] { return state("impl-api") == "idle"; }));
  EXPECT_EQ(box.ok("git orch limits"), "no agent is limited\n");
  EXPECT_TRUE(eventually([&] {
    return holds(box.ok("git orch limits probe impl-api"), "screen") ==
           ::testing::AssertionSuccess();
  }));
  EXPECT_EQ(word("resets_at"), "2026-09-21T21:00:00Z");
  EXPECT_EQ(state("impl-api"), "limited");
}

TEST_F(Limits, LetARoleGoOnWithAnotherRuntime) {
  box.write(box.repo() + "/.git/orch/runtimes/other.yaml",
            "version: 1\nname: other\nstart: [\"{libexec}/"
            "git-orch--script-agent\"]\nstart_timeout: 30s\nsigns:\n"
            "  - {state: idle, source: hook, event: session-start}\n"
            "  - {state: busy, source: hook, event: prompt-submit}\n"
            "  - {state: idle, source: hook, event: stop}\n");
  box.write(box.repo() + "/.git/orch/roles/impl-api.yaml",
            "name: impl-api\nfallback: [nowhere, script, other]\n");
  box.script("impl-api",
             "await-message\nlimit \"limit reached, resets in 1 hour\"\n");
  box.ok("git orch agent start -q --runtime script 001/impl-api");
  ASSERT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return ended() == "went on with other\n";
  }));
  EXPECT_TRUE(eventually([&] {
    return box.sql("SELECT runtime FROM agents WHERE role = 'impl-api'") ==
           "other\n";
  }));
  EXPECT_TRUE(eventually([&] { return state("impl-api") == "idle"; }));
  EXPECT_TRUE(
      holds(box.sql("SELECT text FROM messages WHERE kind = 'brief' ORDER "
                    "BY id DESC LIMIT 1"),
            "You take over from another CLI (script)"));
}

TEST_F(Limits, RefuseWhatMakesNoSense) {
  EXPECT_EQ(box.type("git orch limits set impl-api").status, 129);
  EXPECT_EQ(box.type("git orch limits set impl-api --in 1h --until 5pm").status,
            129);
  EXPECT_TRUE(holds(
      box.type("git orch limits set impl-api --until 2020-01-01T00:00:00Z").err,
      "is over; now it is"));
  const Result zero = box.type("git orch limits set impl-api --in 0");
  EXPECT_EQ(zero.status, 129);
  EXPECT_TRUE(holds(zero.err, "'0' is over; now it is"));
  EXPECT_TRUE(holds(box.type("git orch limits probe --in 1h").err,
                    "'--in' has no meaning for 'probe'"));
  EXPECT_TRUE(
      holds(box.type("git orch limits prob").err, "did you mean 'probe'"));
  EXPECT_TRUE(holds(box.type("git orch limits clear nobody").err, "nobody"));
}

}  // namespace
}  // namespace orch::test
