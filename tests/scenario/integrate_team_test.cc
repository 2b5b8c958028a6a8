// SPDX-License-Identifier: MIT
//
// A team of twenty: three pairs in each other's way, two branches that break
// the gate, and a gate that fails once for no reason.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "support/sandbox.h"
#include "text/text.h"

namespace orch::test {
namespace {

constexpr int kTeam = 20;
constexpr char kTarget[] = "feature/001-x/overseer";

class IntegrateTeam : public ::testing::Test {
 protected:
  IntegrateTeam() {
    box.make_repository();
    // What is broken says so; where it is told to, it fails once without a
    // reason, when nothing is broken.
    box.write(box.repo() + "/check.sh",
              "if grep -rn BROKEN src; then exit 1; fi\n"
              "if test -e src/w10.txt && mkdir " +
                  box.path("fluke") + " 2>/dev/null; then exit 1; fi\n");
    for (const char* file : {"a", "b", "c"})
      box.write(box.repo() + "/src/" + file + ".txt",
                box.read(box.repo() + "/one.txt"));
    box.ok("git add .");
    box.ok("git commit -qm check");
    box.ok("git orch init -q");
    std::string roles = "overseer", order;
    for (int n = 1; n <= kTeam; ++n) {
      box.write(box.repo() + "/.git/orch/roles/" + role(n) + ".yaml",
                "name: " + role(n) +
                    "\nkind: implementor\npurpose: build part " + role(n) +
                    "\nduties: [build it]\nreports_to: overseer\n");
      roles += "," + role(n);
      order += (n == 1 ? "" : ", ") + role(n);
    }
    box.write(
        box.repo() + "/.git/orch/policy.yaml",
        "integration:\n  gates: ['sh check.sh']\n  order: [" + order + "]\n");
    box.ok("git orch init-feature 001-x -q --roles " + roles);
  }
  static std::string role(int n) {
    return (n < 10 ? "w0" : "w") + std::to_string(n);
  }
  static std::set<std::string> addresses(std::initializer_list<int> members) {
    std::set<std::string> out;
    for (const int n : members) out.insert("001-x/" + role(n));
    return out;
  }
  // What the first of each pair has in the way of the second.
  static std::string shared(int n) {
    return n == 1 || n == 2     ? "a"
           : n == 7 || n == 8   ? "b"
           : n == 13 || n == 14 ? "c"
                                : "";
  }
  static bool breaks(int n) { return n == 5 || n == 16; }

  // Commits the part of a member, as the agent itself in its pane, or here.
  void work(int n, bool live) const {
    const std::string r = role(n), file = "src/" + r + ".txt";
    const std::string text = breaks(n) ? "BROKEN by " + r : "part of " + r;
    if (live) {
      std::string script = "append " + file + " \"" + text + "\"\n";
      if (!shared(n).empty())
        script += "edit src/" + shared(n) + ".txt 3 \"line of " + r + "\"\n";
      box.script(r, script + "commit \"part " + r +
                        "\"\nrun git orch report ready -m done\n");
      box.ok("git orch agent start -q --runtime script " + r);
      return;
    }
    std::string script = "echo '" + text + "' > " + file + "\n";
    if (!shared(n).empty())
      script += "sed -i '3s/.*/line of " + r + "/' src/" + shared(n) + ".txt\n";
    const Result done = box.run_in(
        box.worktree("001-x", r),
        {"sh", "-ec", script + "git add -A; git commit -qm 'part " + r + "'"});
    EXPECT_EQ(done.status, 0) << done.err;
    box.ok("git orch report ready -q -m done --agent " + r);
  }
  void work_all() const {
    const bool all = std::getenv("ORCH_TEST_FULL") != nullptr;
    // By default one of each kind is a live agent.
    for (int n = 1; n <= kTeam; ++n)
      work(n, all || n == 1 || n == 2 || n == 5 || n == 10);
    ASSERT_TRUE(eventually(
        [&] {
          box.ok("git orch tick -q");
          return box.sql(
                     "SELECT count(DISTINCT role) FROM task_events WHERE "
                     "event_type = 'report_ready'") ==
                 std::to_string(kTeam) + "\n";
        },
        110));
  }
  static std::set<std::string> agents(const json::Value& rows) {
    std::set<std::string> out;
    for (const json::Value& row : *rows.as_array())
      out.insert(*row["agent"].as_string());
    return out;
  }
  std::string inbox(int n) const {
    return box.ok("git orch inbox --all --agent " + role(n));
  }

  // Whoever had to land has, in a history of which every commit is good, and
  // who has not knows why.
  void expect_the_right_set() const {
    std::string landed;
    for (int n = kTeam; n >= 1; --n)
      if (!breaks(n) && n != 2 && n != 8 && n != 14)
        landed += "Merge branch 'feature/001-x/" + role(n) + "' into " +
                  kTarget + "\n";
    EXPECT_EQ(
        box.ok(std::string("git log --first-parent --format=%s ") + kTarget),
        landed + "check\nfirst\n");
    for (int n = 1; n <= kTeam; ++n) {
      const bool there = landed.find("/" + role(n) + "'") != std::string::npos;
      EXPECT_EQ(box.type(std::string("git cat-file -e ") + kTarget + ":src/" +
                         role(n) + ".txt")
                    .status,
                there ? 0 : 128)
          << n;
      EXPECT_EQ(box.sql("SELECT count(*) FROM messages m JOIN agents a ON "
                        "a.id = m.agent_id WHERE a.role = '" +
                        role(n) + "' AND m.text LIKE '%" +
                        (there ? "has landed on" : "did not land on") + "%'"),
                "1\n")
          << n;
    }
    for (const auto& [file, first] : {std::pair{"a", 1}, {"b", 7}, {"c", 13}}) {
      EXPECT_TRUE(holds(
          box.ok(std::string("git show ") + kTarget + ":src/" + file + ".txt"),
          "\nline of " + role(first) + "\n"));
      const std::string told = inbox(first + 1);
      EXPECT_TRUE(holds(told, std::string("src/") + file + ".txt"));
      EXPECT_TRUE(holds(told, "line of " + role(first)));
      EXPECT_TRUE(holds(told, "line of " + role(first + 1)));
    }
    for (const int n : {5, 16}) {
      EXPECT_TRUE(holds(inbox(n), "the gate 'sh check.sh' fails with it"));
      EXPECT_TRUE(holds(inbox(n), "BROKEN by " + role(n)));
    }
    const Result green = box.run_in(
        box.repo(),
        {"sh", "-ec",
         "for c in $(git rev-list --first-parent " + std::string(kTarget) +
             "); do rm -rf ../look; mkdir ../look; git archive $c | tar x -C "
             "../look; (cd ../look; test ! -e check.sh || sh check.sh); done"});
    EXPECT_EQ(green.status, 0) << green.out << green.err;
    EXPECT_EQ(
        box.ok_in(box.worktree("001-x", "overseer"), "git status --porcelain"),
        "");
    EXPECT_EQ(box.type("git fsck --no-progress").status, 0);
    box.ok("git orch tick -q");
    EXPECT_EQ(box.sql("SELECT count(*) FROM task_events WHERE event_type = "
                      "'ref_unexplained'"),
              "0\n");
    EXPECT_EQ(box.ok("git worktree list").find("gate-"), std::string::npos);
  }

  Sandbox box;
};

TEST_F(IntegrateTeam, LandsExactlyTheRightSet) {
  work_all();
  const Result r = box.type("git orch integrate --json");
  EXPECT_EQ(r.status, 1) << r.out << r.err;
  const json::Value data = r.data();
  EXPECT_EQ(agents(data["rejected"]), addresses({2, 5, 8, 14, 16}));
  EXPECT_EQ(agents(data["waiting"]), addresses({}));
  EXPECT_EQ(data["landed"].as_array()->size(), 15U);
  EXPECT_EQ(data["flaky"].as_array()->size(), 1U) << r.out;
  for (const json::Value& row : *data["rejected"].as_array()) {
    const std::string agent = *row["agent"].as_string();
    const bool is_red = addresses({5, 16}).contains(agent);
    EXPECT_EQ(*row["reason"].as_string(), is_red ? "gate" : "conflict");
  }
  expect_the_right_set();
}

TEST_F(IntegrateTeam, LandsItAlsoWhenItIsKilledAgainAndAgain) {
  if (!std::getenv("ORCH_TEST_FULL"))
    GTEST_SKIP() << "runs with --full; the fault tests kill smaller teams";
  work_all();
  const char* seed = std::getenv("ORCH_TEST_SEED");
  unsigned chance = seed ? static_cast<unsigned>(std::atoi(seed)) : 1;
  for (int i = 0; i < 12; ++i) {
    chance = chance * 1103515245 + 12345;
    const int ms = 200 + static_cast<int>(chance >> 16) % 4000;
    box.type("timeout -s KILL " + std::to_string(ms / 1000.0) +
             " git orch integrate -q");
  }
  EXPECT_EQ(box.type("git orch integrate --all").status, 1);
  expect_the_right_set();
}

}  // namespace
}  // namespace orch::test
