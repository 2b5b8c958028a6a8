// SPDX-License-Identifier: MIT
#include <cstdlib>

#include "support/sandbox.h"
#include "support/specs.h"

namespace orch::test {
namespace {

// The whole brief, as a person would read it, of two repositories that have
// nothing in common.
class BriefGolden : public ::testing::Test {
 protected:
  void tracked(const std::string& path, const std::string& bytes) const {
    box.write(box.repo() + "/" + path, bytes);
    box.ok("git add " + path);
    box.ok("git commit -q -m add");
  }
  void is_golden(const std::string& name, std::string text) const {
    for (std::size_t at = 0;
         (at = text.find(box.root(), at)) != std::string::npos;)
      text.replace(at, box.root().size(), "<root>");
    const std::string path =
        std::string(ORCH_SOURCE_DIR) + "/tests/corpus/briefs/" + name + ".txt";
    if (std::getenv("ORCH_TEST_WRITE_GOLDEN")) box.write(path, text);
    EXPECT_EQ(text, box.read(path)) << name;
  }
  Sandbox box;
};

TEST_F(BriefGolden, OfAProgramWithTheDefaultTeam) {
  box.make_repository("shelf");
  box.ok("git orch init -q");
  tracked("src/main.c", "int main(void) { return 0; }\n");
  box.ok("git orch init-feature 003-goals --name 'Reading goals' -q");
  for (const char* role : {"overseer", "impl-api"})
    is_golden("shelf-" + std::string(role),
              box.ok("git orch brief 003-goals/" + std::string(role)));
}

TEST_F(BriefGolden, OfADeploymentWithAPlan) {
  box.make_repository("hosts");
  box.ok("git orch init -q");
  tracked("ansible.cfg", "[defaults]\n");
  box.write(box.path("shop.md"),
            "PROJECT: The shop\nGOAL: the shop runs on the new host\n"
            "CONSTRAINTS:\n- no downtime above a minute\nREQUIREMENTS:\n- set "
            "up the host\n- deploy the service\n- harden the firewall\n"
            "SUCCESS CRITERIA:\n- an order can be placed\n");
  box.ok("git orch launch " + box.path("shop.md") +
         " --size medium --runtime script -q");
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return box.run_in(box.repo(),
                      {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db",
                       "SELECT count(*) FROM messages WHERE level <> 'acked'"})
               .out == "0\n";
  }));
  for (const char* role : {"orchestrator", "sysadmin"})
    is_golden("hosts-" + std::string(role),
              box.ok("git orch brief shop/" + std::string(role)));
}

}  // namespace
}  // namespace orch::test
