// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Conflicts : public ::testing::Test {
 protected:
  Conflicts() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q");
    ui = box.worktree("001-a", "impl-ui");
    api = box.worktree("001-a", "impl-api");
  }
  void commit(const std::string& top, const std::string& file,
              const std::string& bytes) const {
    box.write(top + "/" + file, bytes);
    box.ok_in(top, "git add -A");
    box.ok_in(top, "git commit -qm work");
  }
  // The first object of `conflicts`.
  json::Value first(const std::string& line) const {
    const Result r = box.type("git orch conflicts " + line + " --json");
    EXPECT_EQ(r.status, 0) << r.err;
    const json::Value answer = r.data();
    const json::Array* all = answer["conflicts"].as_array();
    if (!all || all->empty()) {
      ADD_FAILURE() << "no conflict in " << r.out;
      return {};
    }
    return (*all)[0];
  }
  void predict() const {
    box.ok("git orch tick -q");
    EXPECT_TRUE(eventually(
        [&] { return box.sql("SELECT count(*) FROM conflicts") == "1\n"; }));
  }
  Sandbox box;
  std::string ui, api;
};

TEST_F(Conflicts, AreListedWithTheirStatus) {
  EXPECT_EQ(box.ok("git orch conflicts"), "no conflicts\n");
  box.ok("git orch log-conflict 001-a impl-ui 'one.txt,two.txt' critical");
  box.ok("git orch log-conflict 001-a impl-api one.txt");
  box.ok("git orch resolve-conflict 2");
  const json::Value c = first("list");
  EXPECT_EQ(c["id"], json::Value(1));
  EXPECT_EQ(c["a"], json::Value("001-a/impl-ui"));
  EXPECT_EQ(c["b"], json::Value("integration"));
  EXPECT_EQ(c["kind"], json::Value("stale"));
  EXPECT_EQ(c["paths"], json::Value(json::Array{"one.txt", "two.txt"}));
  EXPECT_EQ(c["severity"], json::Value("critical"));
  EXPECT_EQ(c["status"], json::Value("open"));
  EXPECT_EQ(c["resolved_at"], json::Value());
  EXPECT_EQ(box.type("git orch conflicts --porcelain").lines().size(), 1U);
  const auto all =
      box.type("git orch conflicts list --all --porcelain").lines();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_TRUE(holds(all[0],
                    "1\t001-a/impl-ui\tintegration\tstale\tone.txt,two.txt\t"
                    "critical\topen\t"));
  EXPECT_TRUE(holds(all[1], "\twarning\tresolved\t"));
}

TEST_F(Conflicts, AreListedForOneFeature) {
  box.ok("git orch init-feature 002-b -q");
  box.ok("git orch log-conflict 001-a impl-ui a.txt");
  box.ok("git orch log-conflict 002-b impl-ui b.txt");
  EXPECT_TRUE(holds(box.ok("git orch conflicts list 002-b --porcelain"),
                    "2\t002-b/impl-ui"));
  EXPECT_EQ(first("list 001-a")["id"], json::Value(1));
}

TEST_F(Conflicts, ShowBaseOursAndTheirs) {
  commit(api, "one.txt", "theirs\n");
  commit(ui, "one.txt", "ours\n");
  predict();
  const json::Value c = first("show 1");
  const json::Value& file = (*c["files"].as_array())[0];
  EXPECT_EQ(file["path"], json::Value("one.txt"));
  const auto id_of = [&](const std::string& revision) {
    const std::string id = box.ok("git rev-parse " + revision + ":one.txt");
    return json::Value(id.substr(0, id.size() - 1));
  };
  EXPECT_EQ(file["base"], id_of("main"));
  const std::string a = *c["a"].as_string(), b = *c["b"].as_string();
  EXPECT_EQ(file["ours"], id_of("feature/" + a));
  EXPECT_EQ(file["theirs"], id_of("feature/" + b));
  EXPECT_EQ(file["ours_mode"], json::Value("100644"));
  const std::string text = box.ok("git orch conflicts show 1");
  EXPECT_TRUE(holds(text, "conflict 1: collision, warning, predicted, open\n"));
  EXPECT_TRUE(holds(text, "\none.txt\n  base, 100644 "));
  EXPECT_TRUE(holds(text, "\n    line 1\n    line 2\n"));
  EXPECT_TRUE(holds(text, "\n    ours\n"));
  EXPECT_TRUE(holds(text, "\n    theirs\n"));
}

// No tip moves, but git merges in another way now.
TEST_F(Conflicts, AreResolvedWhenAttributesMakeThePairClean) {
  commit(api, "one.txt", "theirs\n");
  commit(ui, "one.txt", "ours\n");
  predict();
  box.write(box.repo() + "/.git/info/attributes", "one.txt merge=union\n");
  EXPECT_EQ(box.type("git orch check-conflicts --all").status, 0);
  EXPECT_TRUE(eventually(
      [&] { return box.ok("git orch conflicts") == "no conflicts\n"; }));
  EXPECT_EQ(box.sql("SELECT count(*) FROM task_events WHERE event_type = "
                    "'conflict_resolved'"),
            "1\n");
}

TEST_F(Conflicts, ShowASideThatDeletedTheFile) {
  box.ok_in(ui, "git rm -q one.txt");
  box.ok_in(ui, "git commit -qm gone");
  commit(api, "one.txt", "theirs\n");
  predict();
  const json::Value c = first("show 1");
  const json::Value& file = (*c["files"].as_array())[0];
  EXPECT_TRUE(file["ours"].is_null() != file["theirs"].is_null());
  EXPECT_FALSE(file["base"].is_null());
  EXPECT_TRUE(holds(box.ok("git orch conflicts show 1"), "(not there)"));
}

TEST_F(Conflicts, ShowHostileNamesAndContents) {
  const std::string name = "a\n\x1b[31m:b\"";
  for (const auto& [top, text] :
       {std::pair(ui, "\x1b]0;title\x07ours"), std::pair(api, "theirs\xFF\n")})
    commit(top, name, text);
  predict();
  const json::Value c = first("show 1");
  EXPECT_EQ((*c["files"].as_array())[0]["path"], json::Value(name));
  EXPECT_FALSE((*c["files"].as_array())[0]["ours"].is_null());
  const std::string text = box.ok("git orch conflicts show 1");
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_TRUE(holds(text, "    (not there)\n"));  // no base
  EXPECT_TRUE(holds(text, "    theirs\\xff\n"));
  EXPECT_TRUE(holds(text, "    (no newline at the end)\n"));
}

TEST_F(Conflicts, ShowBinariesBySizeAlone) {
  commit(ui, "blob", std::string("\0ours", 5));
  commit(api, "blob", std::string("\0theirs", 7));
  predict();
  const std::string text = box.ok("git orch conflicts show 1");
  EXPECT_TRUE(holds(text, "(binary, 5 bytes)"));
  EXPECT_TRUE(holds(text, "(binary, 7 bytes)"));
}

TEST_F(Conflicts, ShowOneRecordedByHandByTodaysTips) {
  commit(ui, "new.txt", "mine\n");
  box.ok("git orch log-conflict 001-a impl-ui 'new.txt,:(glob)*'");
  const json::Value c = first("show 1");
  const json::Array& files = *c["files"].as_array();
  ASSERT_EQ(files.size(), 2U);
  EXPECT_FALSE(files[0]["ours"].is_null());
  EXPECT_TRUE(files[0]["theirs"].is_null());
  EXPECT_TRUE(files[1]["ours"].is_null());
  EXPECT_TRUE(holds(box.ok("git orch conflicts show 1"), "    mine\n"));
}

TEST_F(Conflicts, SayWhenACommitIsGone) {
  box.ok("git orch log-conflict 001-a impl-ui one.txt");
  box.sql("UPDATE conflicts SET a_commit = '" + std::string(40, 'f') + "'");
  EXPECT_TRUE(holds(box.ok("git orch conflicts show 1"), "is gone"));
  EXPECT_FALSE(first("show 1")["reason"].is_null());
}

TEST_F(Conflicts, SayWhatIsWrong) {
  const auto fails = [&](const std::string& line, int status,
                         const std::string& why) {
    const Result r = box.type("git orch conflicts " + line);
    EXPECT_EQ(r.status, status) << line;
    EXPECT_TRUE(holds(r.err, why));
  };
  fails("show 7", 128, "there is no conflict 7");
  fails("show x", 129, "'x' is no id");
  fails("show", 129, "too few arguments");
  fails("show 1 --all", 129, "'--all' has a meaning for 'list' only");
  fails("list 001-b", 128, "did you mean '001-a'?");
  fails("fix 1", 129, "unknown action 'fix'");
}

TEST_F(Conflicts, TouchNothing) {
  commit(ui, "one.txt", "ours\n");
  commit(api, "one.txt", "theirs\n");
  predict();
  const std::string before = box.fingerprint() + box.ok("git count-objects -v");
  box.ok("git orch conflicts");
  box.ok("git orch conflicts show 1");
  EXPECT_EQ(box.fingerprint() + box.ok("git count-objects -v"), before);
}

}  // namespace
}  // namespace orch::test
