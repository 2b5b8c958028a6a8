// SPDX-License-Identifier: MIT
//
// A team that does not come to rest, and one that does not recover: a drill
// waits for both as long as its page says.
#include "support/spoilt_drill.h"

namespace orch::test {
namespace {

constexpr char kDrill[] =
    "chaos --seed 1 --agents 2 --duration 2s --min-interval 1s "
    "--max-interval 1s --only kill-daemon";

class DrillRest : public SpoiltDrill {};

TEST_F(DrillRest, IsWhatAMessageOnItsWayHinders) {
  // When nothing but the end comes any more.
  EXPECT_EQ(found_in(kDrill, 2,
                     "sql \"INSERT INTO messages(uid, sender, agent_id, text, "
                     "level, sent_at, submitted_at, typed_run) SELECT "
                     "randomblob(16), 'orch', id, 'on its way', 'submitted', "
                     "1, 1, run FROM agents WHERE id = 2\"\n"),
            Found{"rest"});
  EXPECT_TRUE(holds(texts[0], "is still submitted")) << texts[0];
}

class DrillRecovery : public SpoiltDrill {
 protected:
  DrillRecovery()
      : SpoiltDrill("case \"$*\" in *\"by hand: after\"*) exit 1;; esac") {}
};

TEST_F(DrillRecovery, IsNoneWhereACommitIsRefused) {
  EXPECT_EQ(found_in(kDrill, 0, ""), Found{"recovery"});
  EXPECT_EQ(texts, std::vector<std::string>{"a commit is refused"});
  EXPECT_TRUE(
      (*report["drill"]["events"].as_array()).at(0)["recovered_ms"].is_null());
}

}  // namespace
}  // namespace orch::test
