// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Role : public ::testing::Test {
 protected:
  Role() {
    box.make_repository();
    box.ok("git orch init -q");
  }
  std::string path(const std::string& name) const {
    return box.repo() + "/.git/orch/roles/" + name + ".yaml";
  }
  void define(const std::string& name, const std::string& rest) const {
    box.write(path(name), "name: " + name + "\n" + rest);
  }
  // The row of one role.
  json::Value row(const std::string& line, const std::string& name) const {
    const json::Value data = box.type(line + " --json").data();
    const json::Array* rows = data["roles"].as_array();
    if (!rows) return {};
    for (const json::Value& r : *rows)
      if (r["name"] == json::Value(name)) return r;
    return {};
  }
  Sandbox box;
};

TEST_F(Role, ListsAllThatThereAre) {
  EXPECT_EQ(json::to_text(row("git orch role list", "securityops")),
            R"({"name":"securityops","kind":"implementor","purpose":"harden )"
            R"(what the feature runs on","reports_to":"orchestrator",)"
            R"("check_in":"30m","requires":["sysadmin"],"file":")" +
                path("securityops") + R"("})");
  define("quiet", "purpose: wait\n");
  EXPECT_TRUE(row("git orch role", "quiet")["check_in"].is_null());
  EXPECT_TRUE(holds(box.ok("git orch role"), "REPORTS-TO"));
  EXPECT_TRUE(
      holds(box.ok("git orch role list --porcelain"),
            "quiet\timplementor\twait\tperson\t\t\t" + path("quiet") + "\n"));
  EXPECT_EQ(box.type("git orch role list --porcelain").lines().size(), 20U);
}

TEST_F(Role, ShowsTheFileAndWhatWasRead) {
  define("mine",
         "kind: support\nmay_message: []\nrestart: on-failure\n"
         "paths: {deny: [src]}\ncan: [push, merge]\nwrites: [a/b]\n"
         "budget: {wall: 90m, cost: 2.5}\nsetup_timeout: 30s\n");
  EXPECT_EQ(box.ok("git orch role show mine"),
            "# " + path("mine") + "\n" + box.read(path("mine")));
  const json::Value data = box.type("git orch role show mine --json").data();
  EXPECT_EQ(
      json::to_text(data["role"]),
      R"({"name":"mine","kind":"support","purpose":"","duties":[],)"
      R"("reports_to":"person","may_message":[],"check_in":null,)"
      R"("commit_every":null,"runtime":null,"restart":"on-failure",)"
      R"("test":null,"tests":[],"notify_on_commit_of":[],"watch":[],)"
      R"("paths":{"allow":[],"deny":["src"]},"refs":{"allow":[],"deny":[]},)"
      R"("can":["merge","push"],"requires":[],"skills":[],"writes":["a/b/"],)"
      R"("brief":null,"budget":{"turns":null,"wall":"90m","restarts":null,)"
      R"("cost":2.5},"copy":[],"link":[],"setup":[],"setup_timeout":"30s",)"
      R"("env":{},"ports":[],"file":")" +
          path("mine") + R"("})");
  const Result unknown = box.type("git orch role show develper --json");
  EXPECT_EQ(unknown.status, 128);
  EXPECT_EQ(unknown.json()["error"]["code"], json::Value("unknown_name"));
  EXPECT_EQ(unknown.json()["error"]["hint"],
            json::Value("did you mean 'developer'?"));
}

TEST_F(Role, ChecksAllThatShip) {
  const Result r = box.type("git orch role check --json");
  EXPECT_EQ(r.status, 0) << r.out;
  const json::Value data = r.data();
  EXPECT_EQ(data["roles"].as_array()->size(), 19U);
  EXPECT_TRUE(holds(box.ok("git orch role check tester"), "tester: ok\n"));
}

TEST_F(Role, SaysWhatIsWrongWithEach) {
  define("bad", "chekc_in: 30m\n");
  define("lost", "reports_to: orchestratr\n");
  define("one", "requires: [two]\n");
  define("two", "requires: [one]\n");
  const Result r = box.type("git orch role check --json");
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(r.json()["ok"], json::Value(true));
  const auto fault = [&](const std::string& name) {
    return row("git orch role check", name)["error"];
  };
  EXPECT_EQ(
      fault("bad"),
      json::Value(path("bad") + ":2:1: unknown key 'chekc_in', did you mean "
                                "'check_in'?"));
  EXPECT_EQ(fault("lost"),
            json::Value(path("lost") +
                        ":2:13: unknown role 'orchestratr', did you mean "
                        "'orchestrator'?"));
  EXPECT_EQ(fault("two"),
            json::Value(path("two") +
                        ":2:11: roles require each other: two, one, two"));
  EXPECT_TRUE(fault("tester").is_null());
  EXPECT_EQ(box.type("git orch role check tester developer").status, 0);
  const Result human = box.type("git orch role check tester lost");
  EXPECT_EQ(human.status, 1);
  EXPECT_EQ(human.out, "tester: ok\nlost: " + path("lost") +
                           ":2:13: unknown role 'orchestratr', did you mean "
                           "'orchestrator'?\n");
}

TEST_F(Role, ChecksAFileBeforeItIsARole) {
  box.write(box.repo() + "/draft.yaml", "name: draft\nrequires: [sysadmn]\n");
  const Result r = box.type("git orch role check draft.yaml --porcelain");
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(r.out,
            "draft\tdraft.yaml\t0\tdraft.yaml:2:12: unknown role 'sysadmn', "
            "did you mean 'sysadmin'?\n");
  box.write(box.repo() + "/draft.yaml", "name: draft\n");
  EXPECT_EQ(box.type("git orch role check ./draft.yaml").status, 0);
  const Result none = box.type("git orch role check no/such");
  EXPECT_EQ(none.status, 128);
  EXPECT_TRUE(holds(none.err, "there is no file 'no/such'"));
}

TEST_F(Role, NamesATeamThatLacksWhatItRequires) {
  box.write(box.repo() + "/.git/orch/teams/ops.yaml",
            "name: ops\nextends: base\nroles: [networkops]\n");
  EXPECT_EQ(row("git orch role check", "networkops")["error"],
            json::Value(path("networkops") + ":" +
                        "14:12: team 'ops' has 'networkops' without "
                        "'sysadmin'"));
}

TEST_F(Role, MakesANewOneFromAnother) {
  box.write(path("developer"), "# ours\nname: developer  # here\ntest: make\n");
  const Result r = box.type("git orch role new embedded --from developer");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out, path("embedded") + "\n");
  EXPECT_EQ(box.read(path("embedded")),
            "# ours\nname: embedded  # here\ntest: make\n");
  EXPECT_EQ(box.type("git orch role new helping --from developer --kind "
                     "support --json")
                .data()["file"],
            json::Value(path("helping")));
  EXPECT_EQ(box.read(path("helping")),
            "# ours\nname: helping  # here\nkind: support\ntest: make\n");
  EXPECT_EQ(box.type("git orch role check embedded helping").status, 0);
  box.ok("git orch init-feature 001-a --roles overseer,embedded -q");
  EXPECT_TRUE(holds(box.ok("git orch agent list"), "001-a/embedded"));
}

TEST_F(Role, NeverReplacesOne) {
  const std::string before = box.read(path("tester"));
  const Result r = box.type("git orch role new tester --from developer --json");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["code"], json::Value("exists"));
  EXPECT_EQ(box.read(path("tester")), before);
}

TEST_F(Role, RefusesWhatMakesNoRole) {
  const auto fails = [&](const std::string& line, int status,
                         const std::string& why) {
    const Result r = box.type("git orch role " + line);
    EXPECT_EQ(r.status, status) << line;
    EXPECT_TRUE(holds(r.err, why)) << line;
  };
  fails("new x", 129, "a new role needs '--from'");
  fails("new A/b --from tester", 129, "'A/b' is no name of a role");
  fails("new x --from testr", 128, "did you mean 'tester'?");
  fails("new x --from tester --kind boss", 129, "'kind: boss' is none of");
  fails("new", 129, "too few arguments");
  fails("list x", 129, "unexpected argument 'x'");
  fails("list --from tester", 129, "'--from' has no meaning for 'list'");
  fails("check --kind support", 129, "'--kind' has no meaning for 'check'");
  fails("chekc", 129, "unknown action 'chekc', did you mean 'check'?");
  EXPECT_EQ(box.type("test -e " + path("x")).status, 1);
}

TEST_F(Role, IsThereWithoutAStore) {
  Sandbox other;
  other.make_repository();
  EXPECT_TRUE(holds(other.ok("git orch role list --porcelain"),
                    "share/git-orch/templates/roles/tester.yaml\n"));
  EXPECT_EQ(other.type("git orch role check").status, 0);
  EXPECT_TRUE(holds(other.ok("git orch role show tester"), "name: tester\n"));
  EXPECT_EQ(other.type("git orch role new Bad --from tester").status, 129);
  EXPECT_EQ(other.type("ls .git/orch").status, 2);
  other.ok("git orch role new mine --from tester");
  EXPECT_EQ(other.type("git orch role check mine").status, 0);
}

}  // namespace
}  // namespace orch::test
