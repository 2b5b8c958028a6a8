// SPDX-License-Identifier: MIT
#include "support/sandbox.h"
#include "text/text.h"

namespace orch::test {
namespace {

// Two agents and their overseer; nothing ticks by itself but where a test says
// so.
class Sync : public ::testing::Test {
 protected:
  Sync() {
    box.make_repository();
    box.ok("git orch init -q --no-hooks");
    box.ok(
        "git orch init-feature 001-a -q --roles overseer,impl-api,impl-data");
    api = box.worktree("001-a", "impl-api");
    impl_data = box.worktree("001-a", "impl-data");
    overseer = box.worktree("001-a", "overseer");
  }

  void commit(const std::string& at, const std::string& file,
              const std::string& text) const {
    box.write(at + "/" + file, text);
    box.ok_in(at, "git add -A");
    box.ok_in(at, "git commit -qm 'change " + file + "'");
  }
  // What the overseer puts on the integration branch.
  void land(const std::string& file, const std::string& text) const {
    commit(overseer, file, text);
  }
  std::string tip(const std::string& at) const {
    return box.ok_in(at, "git rev-parse HEAD");
  }
  // id, ahead, behind, state
  std::string standing(const std::string& agent) const {
    const auto fields =
        text::split(box.ok("git orch sync status --porcelain " + agent), '\t');
    return fields.at(1) + " " + fields.at(2) + " " + fields.at(3);
  }
  json::Value ran(const std::string& agent, int status) const {
    const Result r = box.type("git orch sync run --json " + agent);
    EXPECT_EQ(r.status, status) << r.out << r.err;
    const json::Value data = r.data();
    return data["agents"].as_array()->at(0);
  }
  std::string outcome(const std::string& agent, int status) const {
    const json::Value r = ran(agent, status);
    const std::string* reason = r["reason"].as_string();
    return *r["outcome"].as_string() + (reason ? ": " + *reason : "");
  }
  void policy(const std::string& text) const {
    box.write(box.repo() + "/.git/orch/policy.yaml", text);
  }
  std::string messages(const std::string& role) const {
    return box.sql(
        "SELECT m.level || ': ' || m.text FROM messages m JOIN agents a ON "
        "a.id = m.agent_id WHERE a.role = '" +
        role + "' AND m.kind = 'message' ORDER BY m.id");
  }

  Sandbox box;
  std::string api, impl_data, overseer;
};

TEST_F(Sync, StatusShowsHowEachBranchStands) {
  EXPECT_EQ(standing("impl-api"), "0 0 synced");
  commit(api, "api.cc", "api\n");
  land("shared.cc", "shared\n");
  EXPECT_EQ(standing("impl-api"), "1 1 behind");
  EXPECT_EQ(standing("impl-data"), "0 1 behind");
  EXPECT_EQ(standing("overseer"), "1 0 synced");
  box.write(api + "/new.cc", "open\n");
  EXPECT_EQ(standing("impl-api"), "1 1 uncommitted");
  commit(api, "shared.cc", "another\n");
  EXPECT_EQ(standing("impl-api"), "2 1 conflict");
  const std::string human = box.ok("git orch sync");
  EXPECT_TRUE(holds(human, "001-a/impl-api would conflict in shared.cc\n"));
  EXPECT_TRUE(holds(human, "3 agents: 1 synced, 1 behind, 1 conflict\n"));
  EXPECT_TRUE(holds(human, "change shared.cc"));
  const json::Value all = box.type("git orch sync --json").data();
  const json::Value& row = all["agents"].as_array()->at(1);
  EXPECT_EQ(*row["id"].as_string(), "001-a/impl-api");
  EXPECT_EQ(*row["conflicts"].as_array()->at(0).as_string(), "shared.cc");
  EXPECT_EQ(*row["upstream"].as_string(), "feature/001-a/overseer");
  EXPECT_EQ(*row["last_commit"]["subject"].as_string(), "change shared.cc");
}

TEST_F(Sync, StatusComparesTheOverseerWithTheBase) {
  commit(box.repo(), "base.txt", "new\n");
  EXPECT_EQ(standing("overseer"), "0 1 behind");
  EXPECT_EQ(standing("impl-api"), "0 0 synced");
  EXPECT_EQ(outcome("overseer", 0), "forwarded");
  EXPECT_EQ(standing("overseer"), "0 0 synced");
}

TEST_F(Sync, StatusKnowsWhatIsGoneAndWhoIsNobody) {
  box.ok_in(api, "git checkout -q --detach");
  box.ok("git branch -qD feature/001-a/impl-api");
  EXPECT_EQ(standing("impl-api"), "0 0 unknown");
  EXPECT_TRUE(holds(box.ok("git orch sync"), "its branch is gone"));
  EXPECT_EQ(outcome("impl-api", 4), "skipped: its branch is gone");
  EXPECT_EQ(box.type("git orch sync status nobody").status, 128);
  EXPECT_EQ(box.type("git orch sync twist").status, 129);
  Sandbox fresh;
  fresh.make_repository();
  EXPECT_TRUE(holds(fresh.ok("git orch sync"), "no agent of a feature"));
  EXPECT_EQ(fresh.type("git orch sync status impl-api").status, 128);
  EXPECT_EQ(fresh.type("test -e .git/orch").status, 1);
}

TEST_F(Sync, RebasesAndTellsTheAgentOnce) {
  commit(api, "api.cc", "api\n");
  const std::string before = tip(api);
  land("shared.cc", "shared\n");
  const json::Value r = ran("impl-api", 0);
  EXPECT_EQ(*r["outcome"].as_string(), "rebased");
  EXPECT_EQ(*r["state"].as_string(), "synced");
  EXPECT_EQ(*r["from"].as_string() + "\n", before);
  EXPECT_EQ(*r["files"].as_array()->at(0).as_string(), "shared.cc");
  EXPECT_EQ(box.ok("git rev-parse " + *r["backup"].as_string()), before);
  EXPECT_EQ(box.ok_in(api, "git log --format=%s -2"),
            "change api.cc\nchange shared.cc\n");
  EXPECT_EQ(box.ok_in(api, "git status --porcelain"), "");
  EXPECT_EQ(box.read(api + "/shared.cc"), "shared\n");
  EXPECT_EQ(standing("impl-api"), "1 0 synced");
  const std::string told = messages("impl-api");
  EXPECT_TRUE(told.starts_with(
      "queued: your branch was rebased onto feature/001-a/overseer by person; "
      "1 file changed:\n  shared.cc\n"))
      << told;
  EXPECT_EQ(box.sql("SELECT count(*) FROM task_events WHERE event_type = "
                    "'synced' AND role = 'impl-api'"),
            "1\n");
  EXPECT_EQ(box.sql("SELECT method, upstream FROM syncs WHERE synced_at > 0"),
            "rebase|" + tip(overseer));
  // The second time there is nothing to do, and nothing to tell.
  EXPECT_EQ(outcome("impl-api", 0), "synced");
  EXPECT_EQ(messages("impl-api"), told);
  // The throw-away worktree is gone, and so is the mark.
  EXPECT_FALSE(holds(box.ok("git worktree list"), "/orch/tmp/"));
  EXPECT_EQ(box.sql("SELECT count(*) FROM intents WHERE status = 'done'"),
            "1\n");
}

TEST_F(Sync, KeepsTheEventsOfCommitsThatItRebases) {
  commit(api, "api.cc", "api\n");
  land("shared.cc", "shared\n");
  box.ok("git orch tick -q");
  const std::string count =
      "SELECT count(*) FROM task_events WHERE message = 'change api.cc'";
  EXPECT_EQ(box.sql(count), "1\n");
  const std::string before = tip(api);
  EXPECT_EQ(outcome("impl-api", 0), "rebased");
  box.ok("git orch tick -q");
  box.ok("git orch tick -q");
  EXPECT_EQ(box.sql(count), "1\n");
  const std::string now = tip(api);
  EXPECT_EQ(
      box.sql("SELECT old_commit || char(10) || new_commit FROM commit_map"),
      before + now);
  // Nothing about it is a riddle to the audit.
  EXPECT_EQ(box.sql("SELECT count(*) FROM task_events WHERE event_type LIKE "
                    "'ref_%'"),
            "0\n");
}

TEST_F(Sync, LeavesEverythingAsItWasWhereItConflicts) {
  commit(api, "one.txt", "mine\n");
  land("one.txt", "theirs\n");
  box.write(api + "/notes", "untracked\n");
  const std::string before = box.fingerprint();
  const Result r = box.type("git orch sync run impl-api");
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(holds(r.out, "would conflict in 1 file, at commit"));
  EXPECT_TRUE(holds(r.out, "conflict in one.txt\n"));
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(box.read(api + "/one.txt"), "mine\n");
  const json::Value again = ran("impl-api", 1);
  EXPECT_EQ(*again["state"].as_string(), "conflict");
  EXPECT_EQ(*again["conflicts"].as_array()->at(0).as_string(), "one.txt");
  EXPECT_TRUE(again["backup"].is_null());
  // One message that is not read, however often it is tried.
  EXPECT_EQ(box.sql("SELECT count(*) FROM messages WHERE level = 'queued' AND "
                    "text LIKE 'your branch cannot be brought up%'"),
            "1\n");
}

TEST_F(Sync, MergesWhereThePolicySaysSo) {
  policy("sync:\n  method: merge\n");
  commit(api, "api.cc", "api\n");
  land("shared.cc", "shared\n");
  const std::string before = tip(api);
  EXPECT_EQ(outcome("impl-api", 0), "merged");
  EXPECT_EQ(box.ok_in(api, "git log -1 --format=%s"),
            "Merge branch 'feature/001-a/overseer' into "
            "feature/001-a/impl-api\n");
  EXPECT_EQ(box.ok_in(api, "git rev-parse HEAD^1 HEAD^2"),
            before + tip(overseer));
  EXPECT_EQ(box.ok_in(api, "git status --porcelain"), "");
}

TEST_F(Sync, MergesWhatARebaseWouldTakeApartOrDouble) {
  // A merge of its own.
  commit(api, "api.cc", "api\n");
  land("one.cc", "1\n");
  box.ok_in(api, "git merge -q --no-edit feature/001-a/overseer");
  land("two.cc", "2\n");
  EXPECT_EQ(outcome("impl-api", 0), "merged");
  // Somebody has its commits.
  commit(impl_data, "data.cc", "data\n");
  box.ok("git branch -q copy feature/001-a/impl-data");
  EXPECT_EQ(outcome("impl-data", 0), "merged");
}

TEST_F(Sync, SkipsAWorktreeThatIsNotClean) {
  land("shared.cc", "shared\n");
  box.write(api + "/one.txt", "changed\n");
  EXPECT_EQ(outcome("impl-api", 4), "skipped: 1 changed file not committed");
  box.ok_in(api, "git checkout -q -- one.txt");
  box.write(api + "/shared.cc", "mine\n");
  EXPECT_EQ(outcome("impl-api", 4),
            "skipped: 'shared.cc' is in the way, which is not tracked");
  EXPECT_EQ(box.read(api + "/shared.cc"), "mine\n");
  box.ok_in(api, "rm shared.cc");
  box.ok_in(api, "git checkout -q -b elsewhere");
  EXPECT_EQ(outcome("impl-api", 4),
            "skipped: its worktree has 'elsewhere' checked out");
  box.ok_in(api, "git checkout -q feature/001-a/impl-api");
  box.ok_in(api, "git bisect start -q");
  EXPECT_EQ(outcome("impl-api", 4),
            "skipped: something is not finished there: BISECT_LOG");
  box.ok_in(api, "git bisect reset");
  // What is merely not tracked is kept, and stays.
  box.write(api + "/notes", "untracked\n");
  EXPECT_EQ(outcome("impl-api", 0), "forwarded");
  EXPECT_EQ(box.read(api + "/notes"), "untracked\n");
  EXPECT_TRUE(
      holds(box.ok("git orch snapshot list impl-api"), "before a sync"));
}

TEST_F(Sync, SkipsAnIgnoredFileInTheWay) {
  box.write(box.repo() + "/.git/info/exclude", "built.*\n");
  box.write(overseer + "/built.txt", "tracked\n");
  box.ok_in(overseer, "git add -f built.txt");
  box.ok_in(overseer, "git commit -qm built");
  box.write(api + "/built.txt", "precious\n");
  EXPECT_EQ(outcome("impl-api", 4),
            "skipped: 'built.txt' is in the way, which is not tracked");
  EXPECT_EQ(box.read(api + "/built.txt"), "precious\n");
}

TEST_F(Sync, SkipsARebaseThatIsUnfinished) {
  commit(api, "one.txt", "mine\n");
  land("one.txt", "theirs\n");
  EXPECT_NE(box.type_in(api, "git rebase feature/001-a/overseer").status, 0);
  EXPECT_EQ(outcome("impl-api", 4), "skipped: a rebase is not finished there");
  box.ok_in(api, "git rebase --abort");
}

TEST_F(Sync, WithoutANameIsOfAllOrOfTheWorktree) {
  land("shared.cc", "shared\n");
  commit(box.repo(), "base.txt", "new\n");
  const Result here = box.type_in(api, "git orch sync run --porcelain");
  EXPECT_EQ(here.lines().size(), 1U);
  EXPECT_TRUE(here.out.starts_with("001-a/impl-api\t0\t0\tsynced\tforwarded"));
  const std::string all = box.ok("git orch sync run");
  EXPECT_TRUE(holds(all, "001-a/overseer"));
  EXPECT_TRUE(holds(all, "001-a/impl-data"));
  // The agents have some of its commits: these are not made anew.
  EXPECT_TRUE(holds(all, "001-a/overseer   merged     main"));
}

TEST_F(Sync, TakesTheCommitsThatTheUpstreamHasInOtherWords) {
  commit(api, "api.cc", "api\n");
  commit(api, "more.cc", "more\n");
  box.ok_in(overseer, "git cherry-pick feature/001-a/impl-api~1");
  box.ok_in(overseer, "git commit -q --amend -m 'taken over'");
  EXPECT_EQ(outcome("impl-api", 0), "rebased");
  EXPECT_EQ(box.ok_in(api, "git log --format=%s -2"),
            "change more.cc\ntaken over\n");
}

TEST_F(Sync, AsksNobodyWhoDoesNotRunAndNeverDisturbs) {
  land("shared.cc", "shared\n");
  policy("sync:\n  agree: never\n");
  EXPECT_EQ(outcome("impl-api", 4),
            "skipped: the policy leaves it to the agent (sync.agree: never)");
  policy("sync:\n  agree: maybe\n");
  EXPECT_EQ(box.type("git orch sync run impl-api").status, 129);
}

TEST_F(Sync, WithAMistakenThresholdIsRefused) {
  policy("sync:\n  tell: 0\n");
  EXPECT_TRUE(holds(box.type("git orch policy list").err,
                    "'0' is no number of commits"));
  policy("sync:\n  tell: never\n  tell_base: 3\n");
  const std::string rules = box.ok("git orch policy list --porcelain");
  EXPECT_TRUE(holds(rules, "sync.tell\tnever\t"));
  EXPECT_TRUE(holds(rules, "sync.tell_base\t3\t"));
  EXPECT_TRUE(holds(rules, "sync.method\trebase\tbuilt in"));
}

}  // namespace
}  // namespace orch::test
