// SPDX-License-Identifier: MIT
#include <filesystem>

#include "support/sandbox.h"

namespace orch::test {
namespace {

class StatusAll : public ::testing::Test {
 protected:
  StatusAll() {
    box.make_repository("other");
    box.ok("git orch init -q");
    box.ok("git orch init-feature 002-b --roles overseer -q");
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  }
  json::Value all() const {
    return box.type_in(box.path("home"), "git orch status --all --json").data();
  }

  Sandbox box;
};

TEST_F(StatusAll, ShowsEveryRepositoryFromAnywhere) {
  const std::string text =
      box.type_in(box.path("home"), "git orch status --all").out;
  EXPECT_TRUE(holds(text, box.path("other") + "  healthy  1"));
  EXPECT_TRUE(holds(text, "2 stopped"));
  const json::Value d = all();
  const json::Array& rows = *d["repositories"].as_array();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0]["path"], json::Value(box.path("other")));
  EXPECT_EQ(rows[1]["path"], json::Value(box.repo()));
  EXPECT_EQ(rows[1]["agents"]["stopped"], json::Value(2));
  EXPECT_EQ(rows[1]["health"], json::Value("healthy"));
  const json::Array& features = *d["features"].as_array();
  ASSERT_EQ(features.size(), 2U);
  EXPECT_EQ(features[0]["spec_id"], json::Value("002-b"));
  EXPECT_EQ(features[0]["repository"], json::Value(box.path("other")));
}

TEST_F(StatusAll, HealthFallsWithWhatWaits) {
  box.sql(
      "UPDATE agents SET state = 'needs-human', pid = 1, pid_namespace = 1, "
      "run = 'r' WHERE role = 'impl-ui'");
  EXPECT_EQ((*all()["repositories"].as_array())[1]["health"],
            json::Value("warning"));
  box.sql("UPDATE checkins SET due_at = 1000");
  const json::Value d = all();
  EXPECT_EQ((*d["repositories"].as_array())[1]["health"],
            json::Value("critical"));
  EXPECT_EQ(d["needs_human"], json::Value(1));
  EXPECT_EQ((*d["needs"].as_array())[0]["repository"], json::Value(box.repo()));
  EXPECT_EQ(d["tick"]["overdue"], json::Value(2));
}

TEST_F(StatusAll, SaysWhichRepositoryIsGone) {
  std::filesystem::remove_all(box.path("other"));
  const json::Value d = all();
  const json::Value& gone = (*d["repositories"].as_array())[0];
  EXPECT_EQ(gone["health"], json::Value("critical"));
  EXPECT_TRUE(holds(*gone["reason"].as_string(), "it is gone"));
  EXPECT_TRUE(holds(box.ok("git orch status --all"), "it is gone"));
  EXPECT_EQ(d["features"].as_array()->size(), 1U);
}

TEST_F(StatusAll, ForgetsOneThatWasTakenDown) {
  box.ok("git orch deinit -q");
  EXPECT_EQ(all()["repositories"].as_array()->size(), 1U);
}

TEST_F(StatusAll, HasALineForEachAgentInCsv) {
  const std::string csv = box.ok("git orch status --all --format csv");
  EXPECT_TRUE(csv.starts_with("repository,spec_id,feature_status,"));
  EXPECT_TRUE(holds(csv, "\n" + box.path("other") + ",002-b,in-progress,"));
  EXPECT_TRUE(holds(csv, "\n" + box.repo() + ",001-a,in-progress,"));
}

TEST_F(StatusAll, RefusesWhatMakesNoSense) {
  for (const char* line :
       {"git orch status --all 001-a", "git orch status --all --format md",
        "git orch status --all --porcelain"})
    EXPECT_EQ(box.type(line).status, 129) << line;
}

TEST_F(StatusAll, SaysWhenThereIsNone) {
  box.set("XDG_STATE_HOME", box.path("empty"));
  EXPECT_TRUE(holds(box.ok("git orch status --all"), "git orch init"));
  EXPECT_TRUE(all()["repositories"].as_array()->empty());
}

}  // namespace
}  // namespace orch::test
