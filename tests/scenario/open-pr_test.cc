// SPDX-License-Identifier: MIT
#include "support/acting_agent.h"
#include "support/forge.h"
#include "text/text.h"

namespace orch::test {
namespace {

constexpr char kBranch[] = "feature/001-a/impl-api";

class OpenPr : public ForgeTest {
 protected:
  // A branch that the remote has, and a forge that takes it as number 7.
  void ready() const {
    add_remote();
    add_gh();
    put("create.body", "https://github.com/ann/app/pull/7\n");
    commit(api, "T001 page the list");
    box.ok(std::string("git push -q origin ") + kBranch);
  }
  Result open(const std::string& args) const {
    return box.type("git orch open-pr " + args);
  }
  std::string events() const {
    return sql(
        "SELECT event_type FROM task_events WHERE event_type LIKE "
        "'pr%' ORDER BY id");
  }
};

TEST_F(OpenPr, RefusesABranchThatHasNothingOfItsOwn) {
  for (const char* line : {"--agent impl-api", "--agent impl-api --dry-run"}) {
    const Result r = open(line);
    EXPECT_EQ(r.status, 128) << line;
    EXPECT_EQ(r.err,
              "fatal: 'feature/001-a/impl-api' has no commit that "
              "'feature/001-a/overseer' lacks, so there is nothing to open\n"
              "hint: git orch open-pr --agent <agent>, or --base <branch>\n")
        << line;
  }
  EXPECT_EQ(sql("SELECT count(*) FROM pull_requests"), "0\n");
}

TEST_F(OpenPr, OpensADraftThroughTheForgesOwnProgram) {
  ready();
  sql("INSERT INTO tasks(feature_id, task_id, title, status, said, said_at, "
      "owner, updated_at) VALUES (1, 'T011', 'paging', 'done', 'done', "
      "1800000000000, '001-a/impl-api', 1), (1, 'T012', 'sorting', 'doing', "
      "'doing', 1800000000000, '001-a/impl-api', 1)");
  sql("INSERT INTO test_results(feature_id, role, test_type, status, total, "
      "passed, created_at) VALUES (1, 'impl-api', 'unit', 'failed', 3, 2, 1)");
  sql("INSERT INTO conflicts(feature_id, a, b, kind, source, files, "
      "detected_at, "
      "a_commit, b_commit) VALUES (1, '001-a/impl-api', '001-a/impl-ui', "
      "'collision', 'manual', '[\"one.txt\"]', 1, 'x', 'y')");
  const Result r = open("--agent impl-api --draft --json");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  const json::Value pr = r.data()["pr"];
  EXPECT_EQ(pr["number"], json::Value(7));
  EXPECT_EQ(pr["url"], json::Value("https://github.com/ann/app/pull/7"));
  EXPECT_EQ(pr["status"], json::Value("draft"));
  EXPECT_EQ(pr["base"], json::Value("feature/001-a/overseer"));
  EXPECT_EQ(pr["head"], json::Value(kBranch));
  EXPECT_EQ(got("title"), "[001-a] T001 page the list");
  const std::string called = calls();
  EXPECT_TRUE(holds(called, "pr create --title "));
  EXPECT_TRUE(holds(called,
                    " --base feature/001-a/overseer --head "
                    "feature/001-a/impl-api --draft --repo ann/app"));
  EXPECT_EQ(got("sent"),
            "Branch `feature/001-a/impl-api` of feature `001-a` (`Sign in`), "
            "into `feature/001-a/overseer`.\n"
            "\nRole: `impl-api`, agent `001-a/impl-api`\n"
            "\n### Commits\n\n- `T001 page the list`\n"
            "\n### Tasks done\n\n- `T011` `paging`\n"
            "\n### Tasks open\n\n- `T012` `sorting`, doing\n"
            "\n### Tests\n\n- unit tests of `impl-api`: failed, 2 of 3\n"
            "\n### Open conflicts\n\n- `001-a/impl-api` and `001-a/impl-ui` "
            "(collision): `one.txt`\n");
  EXPECT_EQ(events(), "pr_recorded\npr_opened\n");
  EXPECT_EQ(sql("SELECT pr_number, status, forge, role, error IS NULL, body "
                "IS NULL FROM pull_requests"),
            "7|draft|gh|impl-api|1|1\n");
  EXPECT_TRUE(holds(box.ok("git orch status --json"), "\"prs\":1"));
}

TEST_F(OpenPr, ShowsTheOneThatIsOpenAlready) {
  ready();
  EXPECT_EQ(open("--agent impl-api").out,
            "https://github.com/ann/app/pull/7\nopened "
            "feature/001-a/impl-api into feature/001-a/overseer (open)\n");
  calls();
  const Result again = open("--agent impl-api");
  EXPECT_EQ(again.status, 0);
  EXPECT_EQ(again.out,
            "https://github.com/ann/app/pull/7\nwas there: "
            "feature/001-a/impl-api into feature/001-a/overseer (open)\n");
  EXPECT_EQ(calls(), "");
  // Whoever opened it: here, a row that was lost.
  sql("DELETE FROM pull_requests");
  put("create.body", "");
  put("create.err",
      "a pull request for branch \"feature/001-a/impl-api\" into branch "
      "\"feature/001-a/overseer\" already exists:\n"
      "https://github.com/ann/app/pull/7\n");
  put("create.status", "1");
  const Result known = open("--agent impl-api --json");
  EXPECT_EQ(known.status, 0) << known.err;
  EXPECT_EQ(known.data()["existed"], json::Value(true));
  EXPECT_EQ(known.data()["pr"]["number"], json::Value(7));
  EXPECT_EQ(sql("SELECT count(*) FROM pull_requests"), "1\n");
}

TEST_F(OpenPr, PushesOnlyWhenAskedAndOnlyItsBranch) {
  add_remote();
  add_gh();
  put("create.body", "https://github.com/ann/app/pull/7\n");
  commit(api, "work");
  box.ok("git tag -a v1 -m x feature/001-a/impl-api");
  box.ok("git config push.followTags true");
  box.ok("git config push.default matching");
  const Result refused = open("--agent impl-api --json");
  EXPECT_EQ(refused.status, 3);
  EXPECT_EQ(refused.data()["pr"]["error"],
            json::Value("'origin' does not have branch "
                        "'feature/001-a/impl-api'"));
  EXPECT_EQ(refused.data()["hint"], json::Value("git orch open-pr --push"));
  EXPECT_EQ(on_remote(), "");
  EXPECT_EQ(calls(), "");
  const Result pushed = open("--agent impl-api --push --json");
  EXPECT_EQ(pushed.status, 0) << pushed.out << pushed.err;
  EXPECT_EQ(pushed.data()["pushed"], json::Value(true));
  EXPECT_EQ(on_remote(), "refs/heads/feature/001-a/impl-api\n");
  // What is new goes to the one that is open, by push alone; what was rewritten
  // does not.
  commit(api, "more");
  EXPECT_EQ(open("--agent impl-api --push -q").status, 0);
  EXPECT_EQ(box.ok_in(box.path("app.git"),
                      "git log --format=%s -1 feature/001-a/impl-api"),
            "more\n");
  box.ok_in(api, "git commit -q --amend --allow-empty -m changed");
  const Result rewritten = open("--agent impl-api --push --json");
  EXPECT_EQ(rewritten.status, 3);
  EXPECT_TRUE(
      holds(*rewritten.data()["pr"]["error"].as_string(), "[rejected]"));
  EXPECT_EQ(box.ok_in(box.path("app.git"),
                      "git log --format=%s -1 feature/001-a/impl-api"),
            "more\n");
}

TEST_F(OpenPr, TellsOfACommitThatTheRemoteDoesNotHave) {
  ready();
  commit(api, "later");
  const Result r = open("--agent impl-api");
  EXPECT_EQ(r.status, 3);
  EXPECT_EQ(r.out,
            "recorded feature/001-a/impl-api into feature/001-a/overseer "
            "(open)\n");
  EXPECT_EQ(r.err,
            "the forge does not have it: 'origin' has another commit as "
            "'feature/001-a/impl-api'\nhint: git orch open-pr --push\n");
}

TEST_F(OpenPr, IsRecordedWithoutARemoteAndWithoutAProgram) {
  commit(api, "work");
  const Result alone = open("--agent impl-api --draft --json");
  EXPECT_EQ(alone.status, 0);
  EXPECT_EQ(alone.data()["pr"]["number"], json::Value());
  EXPECT_EQ(alone.data()["pr"]["status"], json::Value("draft"));
  EXPECT_EQ(alone.data()["pr"]["error"], json::Value("there is no remote"));
  EXPECT_EQ(events(), "pr_recorded\n");
  add_remote();
  const Result bare = open("--agent impl-api --json");
  EXPECT_EQ(bare.status, 0);
  EXPECT_EQ(bare.data()["pr"]["error"],
            json::Value("no 'gh' on PATH, which 'github.com' needs"));
  EXPECT_EQ(sql("SELECT count(*) FROM pull_requests"), "1\n");
}

TEST_F(OpenPr, GoesFromTheIntegrationBranchToTheBase) {
  ready();
  const std::string top = box.worktree("001-a", "overseer");
  commit(top, "bring together");
  box.ok("git push -q origin feature/001-a/overseer");
  const Result here = box.type_in(top, "git orch open-pr --json");
  EXPECT_EQ(here.data()["pr"]["base"], json::Value("main"));
  EXPECT_EQ(here.data()["pr"]["title"], json::Value("[001-a] Sign in"));
  // Outside of any agent's worktree, too; and where one says.
  EXPECT_EQ(open("--base next --dry-run").status, 128);
  box.ok("git branch next");
  const Result there = open("--base next --title 'All of it' --dry-run --json");
  EXPECT_EQ(there.data()["pr"]["head"], json::Value("feature/001-a/overseer"));
  EXPECT_EQ(there.data()["pr"]["base"], json::Value("next"));
  EXPECT_EQ(there.data()["pr"]["title"], json::Value("All of it"));
  EXPECT_EQ(open("--base feature/001-a/overseer").err,
            "fatal: 'feature/001-a/overseer' cannot be merged into itself\n"
            "hint: git orch open-pr --base <branch>\n");
  EXPECT_EQ(open("--base 'a b'").err, "fatal: 'a b' cannot name a branch\n");
}

TEST_F(OpenPr, ShowsWhatItWouldDoAndDoesNothing) {
  ready();
  const Result r = open("--agent impl-api --draft --push --dry-run");
  EXPECT_EQ(r.status, 0);
  EXPECT_TRUE(holds(r.out,
                    "title   [001-a] T001 page the list\n"
                    "head    feature/001-a/impl-api\n"
                    "base    feature/001-a/overseer\n"
                    "remote  origin\n"
                    "push    refs/heads/feature/001-a/impl-api:"
                    "refs/heads/feature/001-a/impl-api\n\nBranch `"));
  EXPECT_EQ(calls(), "");
  EXPECT_EQ(sql("SELECT count(*) FROM pull_requests"), "0\n");
}

TEST_F(OpenPr, KnowsOtherProgramsOfThatName) {
  add_remote();
  stand_in("gh", "echo 'gh, the GNU hangman 1.2'\n");
  commit(api, "work");
  const Result r = open("--agent impl-api");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.err,
            "fatal: 'gh' is not the program for GitHub, which 'github.com' "
            "needs: it says 'gh, the GNU hangman 1.2'\n"
            "hint: git config orch.forge gh|glab|tea|command\n");
  EXPECT_EQ(sql("SELECT status, pr_number IS NULL, error IS NULL FROM "
                "pull_requests"),
            "open|1|0\n");
  box.ok("git config orch.forge sourcehut");
  EXPECT_EQ(open("--agent impl-api").err,
            "fatal: bad value 'sourcehut' for orch.forge\n"
            "hint: known: gh, glab, tea, command\n");
}

TEST_F(OpenPr, SaysWhatToTypeWhenNobodyIsLoggedIn) {
  ready();
  put("create.body", "");
  put("create.err",
      "To get started with GitHub CLI, please run:  gh auth login\n");
  put("create.status", "4");
  const Result r = open("--agent impl-api");
  EXPECT_EQ(r.status, 3);
  EXPECT_TRUE(holds(r.err, "the forge does not have it: gh is not logged in"));
  EXPECT_TRUE(holds(r.err, "\nhint: gh auth login\n"));
}

TEST_F(OpenPr, WaitsAsLongAsTheForgeAsks) {
  ready();
  put("create.body", "");
  put("create.err", "HTTP 429: Too Many Requests (https://api.github.com)\n");
  put("create.status", "1");
  EXPECT_EQ(open("--agent impl-api -q").status, 3);
  calls();
  const Result soon = open("--agent impl-api --json");
  EXPECT_EQ(soon.status, 3);
  EXPECT_EQ(soon.data()["pr"]["error"],
            json::Value("gh: too many requests; not before "
                        "2027-01-15T08:01:00Z"));
  EXPECT_EQ(calls(), "");
  put("create.status", "0");
  put("create.err", "");
  put("create.body", "https://github.com/ann/app/pull/7\n");
  box.set("ORCH_TEST_NOW", "1800000060001");
  EXPECT_EQ(open("--agent impl-api -q").status, 0);
}

TEST_F(OpenPr, LetsNoTextOfOthersActOnTheForge) {
  ready();
  commit(api,
         "fixes #1 for @ann <!-- `x` --> \x1b[31m``` in " + api + "/one.txt");
  box.ok(std::string("git push -q origin ") + kBranch);
  const Result r = open("--agent impl-api --json");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(got("title"),
            "[001-a] fixes #\u2060"
            "1 for @\u2060"
            "ann <!-- `x` --> "
            "\\x1b[31m``` in one.txt");
  EXPECT_TRUE(holds(got("sent"),
                    "\n- ````fixes #1 for @ann <!-- `x` --> \\x1b[31m``` in "
                    "one.txt````\n"));
  EXPECT_FALSE(holds(got("sent"), box.root()));
}

TEST_F(OpenPr, AsksAProgramOfTheUsersOwn) {
  commit(api, "work");
  const std::string bare = box.path("app.git");
  box.ok("git init -q --bare " + bare);
  box.ok("git remote add mirror " + bare);
  box.ok(std::string("git push -q mirror ") + kBranch);
  stand_in("my-forge",
           "cat > $forge/question\n"
           "echo '{\"version\":1,\"number\":3,\"status\":\"open\","
           "\"url\":\"https://forge.example/app/3\"}'\n");
  // A repository cannot name a program.
  box.ok("git config orch.forgeCommand my-forge");
  EXPECT_EQ(open("--agent impl-api").status, 129);
  box.ok("git config --unset orch.forgeCommand");
  box.ok("git config --global orch.forgeCommand my-forge");
  const Result r = open("--agent impl-api --json");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.data()["pr"]["number"], json::Value(3));
  EXPECT_EQ(r.data()["pr"]["forge"], json::Value("command"));
  EXPECT_TRUE(holds(got("question"),
                    "{\"version\":1,\"action\":\"open\",\"remote\":\"" + bare +
                        "\",\"base\":\"feature/001-a/overseer\",\"head\":"
                        "\"feature/001-a/impl-api\",\"draft\":false,\"title\":"
                        "\"[001-a] work\",\"body\":\""));
}

TEST_F(OpenPr, SpeaksToGitLabAndGitea) {
  commit(api, "work");
  const std::string bare = box.path("app.git");
  box.ok("git init -q --bare " + bare);
  box.ok("git remote add origin git@gitlab.example:team/sub/app.git");
  box.ok("git config url." + bare +
         ".insteadOf git@gitlab.example:team/sub/app.git");
  box.ok(std::string("git push -q origin ") + kBranch);
  stand_in("glab", R"(
case "$*" in
--version) echo 'glab 1.53.0 (a1b2c3d)'; exit ;;
esac
before=
for a; do test "$before" = --input && cp "$a" $forge/sent; before=$a; done
printf 'HTTP/2.0 201 Created\r\nContent-Type: application/json\r\n\r\n'
echo '{"id":1,"iid":4,"state":"opened","draft":true,"source_branch":"feature/001-a/impl-api","target_branch":"feature/001-a/overseer","web_url":"https://gitlab.example/team/sub/app/-/merge_requests/4","sha":"abc"}'
)");
  const Result lab = open("--agent impl-api --draft --json");
  EXPECT_EQ(lab.status, 0) << lab.err << lab.out;
  EXPECT_EQ(lab.data()["pr"]["number"], json::Value(4));
  EXPECT_EQ(lab.data()["pr"]["status"], json::Value("draft"));
  EXPECT_TRUE(holds(calls(),
                    "glab api --hostname gitlab.example --include --method "
                    "POST --header Content-Type: application/json --input "));
  EXPECT_TRUE(holds(got("sent"), "\"title\":\"Draft: [001-a] work\""));

  sql("DELETE FROM pull_requests");
  box.ok("git config orch.forge tea");
  stand_in("tea", R"(
case "$*" in
--version) printf 'Version: 0.12.0\tgolang: 1.25.0\tgo-sdk: v0.21.0\n'; exit ;;
esac
for a; do case "$a" in body=@*) cp "${a#body=@}" $forge/sent ;; esac; done
echo '{"number":5,"state":"open","title":"WIP: x","html_url":"https://gitlab.example/team/sub/app/pulls/5","head":{"ref":"feature/001-a/impl-api","sha":"abc"},"base":{"ref":"feature/001-a/overseer"}}'
)");
  const Result tea = open("--agent impl-api --draft --json");
  EXPECT_EQ(tea.status, 0) << tea.err << tea.out;
  EXPECT_EQ(tea.data()["pr"]["number"], json::Value(5));
  EXPECT_EQ(tea.data()["pr"]["status"], json::Value("draft"));
  EXPECT_TRUE(holds(calls(), " -f title=WIP: [001-a] work -F body=@"));
  EXPECT_TRUE(holds(got("sent"), "- `work`\n"));
}

TEST_F(OpenPr, IsForAgentsWhoseRoleSaysSo) {
  ready();
  ActingAgent agent(box, "impl-api",
                    {"git orch open-pr", "git orch ask pr -m please -q",
                     "git orch open-pr -q"});
  EXPECT_TRUE(holds(agent.act(),
                    "fatal: role 'impl-api' may not open pull requests: its "
                    "file does not say 'can: [pr]'\nhint: git orch ask pr -m "
                    "WHY\nexit 2\n"));
  EXPECT_EQ(agent.act(), "exit 0\n");
  box.ok("git orch ask approve 1 -q");
  EXPECT_TRUE(holds(agent.act(), "exit 0\n"));
  EXPECT_EQ(sql("SELECT pr_number FROM pull_requests"), "7\n");
}

}  // namespace
}  // namespace orch::test
