// SPDX-License-Identifier: MIT
#include "store/health.h"

#include <filesystem>

#include "unit/store/rows.h"

namespace orch::store {
namespace {

class HealthOf : public StoreTest {
 protected:
  Findings look() { return examine(scratch_.root()); }
};

TEST_F(HealthOf, AStoreThatWasMadeIsSound) {
  EXPECT_EQ(look().health, Health::Sound);
  EXPECT_EQ(look().version, kSchemaVersion);
  EXPECT_TRUE(look().lines.empty());
}

TEST_F(HealthOf, APlaceWithoutStoreIsNoneAndStaysSo) {
  EXPECT_EQ(examine(scratch_.path("other")).health, Health::None);
  EXPECT_FALSE(std::filesystem::exists(scratch_.path("other")));
}

TEST_F(HealthOf, ANewerStoreIsNotJudged) {
  store_.database().execute("PRAGMA user_version = 99");
  EXPECT_EQ(look().health, Health::Newer);
  EXPECT_EQ(look().version, 99);
}

TEST_F(HealthOf, ALostIndexTableOrTriggerIsDamage) {
  store_.database().execute(
      "DROP INDEX agents_feature; DROP TABLE folded;"
      "DROP TRIGGER task_events_no_update");
  EXPECT_EQ(look().health, Health::Damaged);
  EXPECT_EQ(look().lines,
            (std::vector<std::string>{"index agents_feature is missing",
                                      "table folded is missing",
                                      "trigger task_events_no_update is "
                                      "missing"}));
}

TEST_F(HealthOf, ARowThatRefersToNothingIsDamage) {
  store_.database().execute(
      "PRAGMA foreign_keys = OFF;"
      "INSERT INTO blockers(feature_id, role, blocker_type, description, "
      "created_at) VALUES (99, 'r', 'external', 'd', 1)");
  EXPECT_EQ(look().health, Health::Damaged);
  EXPECT_EQ(look().lines,
            std::vector<std::string>{
                "row 1 of blockers refers to a row of features that is not "
                "there"});
}

TEST_F(HealthOf, AFileThatIsNoneIsDamageAndIsNotChanged) {
  scratch_.write("other/orch.db", std::string(8192, 'x'));
  const Findings found = examine(scratch_.path("other"));
  EXPECT_EQ(found.health, Health::Damaged);
  EXPECT_EQ(found.version, 0);
  EXPECT_EQ(found.lines.size(), 1U);
  EXPECT_EQ(scratch_.read("other/orch.db"), std::string(8192, 'x'));
}

TEST_F(HealthOf, AMarkWithoutAStoreIsAnInterruptedRebuild) {
  scratch_.write("orch.db.rebuilding", scratch_.path("orch.db.corrupt-x"));
  EXPECT_EQ(look().health, Health::Sound);
  std::filesystem::remove(scratch_.path("orch.db"));
  EXPECT_EQ(look().health, Health::Interrupted);
}

}  // namespace
}  // namespace orch::store
