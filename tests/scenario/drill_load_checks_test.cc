// SPDX-License-Identifier: MIT
//
// That a load drill can fail: what is spoilt behind its back is found.
#include <algorithm>

#include "support/spoilt_drill.h"

namespace orch::test {
namespace {

// What runs when the first agent commits, in its worktree.
constexpr char kAtACommit[] =
    "case \" $* \" in *\" commit \"*\"line \"*)\n"
    "  if test -n \"$AT_A_COMMIT\" && mkdir \"$HOME/once\" 2>/dev/null; then\n"
    "    echo \"$AT_A_COMMIT\" | sqlite3 -cmd '.timeout 10000' "
    "\"$ORCH_GIT_DIR/orch/orch.db\" >/dev/null 2>>\"$SPOIL_ERRORS\"\n"
    "  fi;;\n"
    "esac";

class DrillLoadChecks : public SpoiltDrill {
 protected:
  DrillLoadChecks() : SpoiltDrill(kAtACommit) {}

  // At its end, and in its first round.
  Found found(const std::string& script, const std::string& at_a_commit = "") {
    box.set("AT_A_COMMIT", at_a_commit);
    return found_in("load --count 3 --hold 0s --seed 1", 1, script);
  }
};

TEST_F(DrillLoadChecks, FindNothingWhereNothingIsWrong) {
  EXPECT_EQ(found(""), Found{});
}

TEST_F(DrillLoadChecks, FindAMessageThatIsLost) {
  EXPECT_EQ(found("",
                  "INSERT INTO messages(uid, sender, agent_id, text, level, "
                  "sent_at) SELECT randomblob(16), 'orch', id, 'never typed', "
                  "'failed', unixepoch() * 1000 FROM agents WHERE id = 2;"),
            Found{"messages"});
  EXPECT_EQ(report["load"]["lost"], json::Value(1));
  EXPECT_EQ(report["load"]["clean"], json::Value(false));
}

TEST_F(DrillLoadChecks, FindACommitWithoutAnEvent) {
  EXPECT_EQ(found("git -C ../trees/001-drill/impl-1 -c "
                  "core.hooksPath=/dev/null commit -q --allow-empty -m sly\n"),
            Found{"commits"});
}

// What was acknowledged, what its agents wrote down, and what was there before.
TEST_F(DrillLoadChecks, FindAHistoryThatCannotBe) {
  EXPECT_EQ(found("unlock\n"
                  "sql \"DELETE FROM task_events WHERE event_type = 'drill'\"\n"
                  "sql \"UPDATE messages SET text = 'other' "
                  "WHERE text = 'round 1'\"\n"
                  "sql \"DELETE FROM task_events WHERE id = 1\"\n"
                  "t=$(sql \"SELECT transcript FROM agents WHERE id = 2\")\n"
                  "cat \"$t\" >\"$HOME/twice\"\n"
                  "cat \"$HOME/twice\" >>\"$t\"\n"),
            (Found{"store", "history/event-lost", "history/misdirected",
                   "history/message-twice"}));
}

TEST_F(DrillLoadChecks, FindANumberThatTwoClaimsHad) {
  EXPECT_EQ(found("",
                  "DROP TRIGGER leases_fencing_rises; CREATE TRIGGER sly AFTER "
                  "UPDATE OF owner ON leases WHEN NEW.owner IS NULL BEGIN "
                  "UPDATE leases SET fencing = 1 WHERE name = NEW.name; END;"),
            (Found{"store", "history/fencing"}));
  EXPECT_TRUE(std::any_of(texts.begin(), texts.end(), [](const auto& text) {
    return text.find("got number 2") != std::string::npos;
  }));
}

}  // namespace
}  // namespace orch::test
