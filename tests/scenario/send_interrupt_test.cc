// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class SendInterrupt : public ::testing::Test {
 protected:
  SendInterrupt() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  }
  void hang() const {
    box.script("impl-api", "await-message proceed\nhang\nsay done with it\n");
    box.ok("git orch agent start impl-api --runtime script -q");
    box.ok("git orch send impl-api -m proceed --wait submitted -q");
  }
  std::string text_of(const std::string& name) const {
    return box.read(box.path("repo/.git/orch/" + name));
  }
  Sandbox box;
};

TEST_F(SendInterrupt, EndsTheTurnOfABusyAgentFirst) {
  hang();
  EXPECT_EQ(box.type("git orch send impl-api -m later --wait typed "
                     "--timeout 0")
                .status,
            3);
  const Result r =
      box.type("git orch send impl-api -m now --interrupt --wait submitted");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(holds(box.ok("git orch agent log impl-api"), "interrupted"));
}

TEST_F(SendInterrupt, IsRefusedWhereTheRuntimeHasNoKeysForIt) {
  const std::string path = box.path("repo/.git/orch/runtimes/script.yaml");
  std::string yaml = box.read(path);
  const std::string line = "interrupt: [C-g]\n";
  yaml.erase(yaml.find(line), line.size());
  box.write(path, yaml);
  hang();
  const Result r = box.type("git orch send impl-api -m now --interrupt");
  EXPECT_EQ(r.status, 2);
  EXPECT_TRUE(holds(r.err,
                    "runtime 'script' of '001-a/impl-api' does not allow that "
                    "it is interrupted"));
  // Nobody got it.
  EXPECT_FALSE(holds(box.ok("git orch inbox --all --agent impl-api"), "now\n"));
}

TEST_F(SendInterrupt, IsForAPersonAndTheOverseer) {
  hang();
  box.ok("git orch init-feature 002-b --roles overseer,impl-api -q");
  box.write(box.path("repo/.git/orch/scripts/impl-api.script"),
            "await-message proceed\nrun git orch send 002-b/overseer -m x "
            "--interrupt\n");
  box.ok("git orch agent start 002-b/impl-api --runtime script -q");
  box.ok("git orch send 002-b/impl-api -m proceed --wait submitted -q");
  ASSERT_TRUE(eventually([&] {
    return box.ok("git orch agent log 002-b/impl-api")
               .find("may not interrupt") != std::string::npos;
  }));
  EXPECT_TRUE(holds(box.ok("git orch agent log 002-b/impl-api"),
                    "'002-b/impl-api' may not interrupt"));
}

}  // namespace
}  // namespace orch::test
