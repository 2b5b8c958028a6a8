// SPDX-License-Identifier: MIT
#include "feature/journal.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "unit/scratch.h"

namespace orch::feature {
namespace {

class JournalOf : public ::testing::Test {
 protected:
  std::optional<Journal> written_and_read(const Journal& journal) {
    journal.write(scratch_.root());
    return Journal::find(scratch_.root(), journal.spec_id);
  }
  test::Scratch scratch_;
};

TEST_F(JournalOf, SurvivesWithEveryByteOfAPath) {
  const std::string odd = "/tmp/a\nb\t'\"" + test::every_byte();
  const Journal j{.spec_id = "001-a",
                  .base = "refs/heads/\xC3\xA9 \x1b",
                  .base_commit = std::string(40, 'a'),
                  .parts = {{"feature/001-a/overseer", odd},
                            {"feature/001-a/impl-ui", ""},
                            {odd, "/x"}}};
  const auto found = written_and_read(j);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->spec_id, j.spec_id);
  EXPECT_EQ(found->base, j.base);
  EXPECT_EQ(found->base_commit, j.base_commit);
  EXPECT_EQ(found->parts, j.parts);
}

TEST_F(JournalOf, SurvivesWithoutParts) {
  const auto found = written_and_read(
      {.spec_id = "001-a", .base = "refs/heads/main", .base_commit = "c"});
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->parts.empty());
  EXPECT_EQ(found->base, "refs/heads/main");
}

TEST_F(JournalOf, NamesExactlyWhatIsOurs) {
  const Journal j{.parts = {{"feature/001-a/x", "/w/x"}}};
  EXPECT_TRUE(j.names_branch("feature/001-a/x"));
  EXPECT_FALSE(j.names_branch("feature/001-a"));
  EXPECT_FALSE(j.names_branch("/w/x"));
  EXPECT_TRUE(j.names_path("/w/x"));
  EXPECT_FALSE(j.names_path("/w"));
  EXPECT_FALSE(j.names_path("feature/001-a/x"));
}

TEST_F(JournalOf, IsAbsentBeforeItIsWrittenAndAfterItIsRemoved) {
  const Journal j{.spec_id = "001-a", .base = "b", .base_commit = "c"};
  EXPECT_FALSE(Journal::find(scratch_.root(), "001-a"));
  EXPECT_TRUE(written_and_read(j));
  EXPECT_FALSE(Journal::find(scratch_.root(), "001-b"));
  j.remove(scratch_.root());
  EXPECT_FALSE(Journal::find(scratch_.root(), "001-a"));
  EXPECT_NO_THROW(j.remove(scratch_.root()));
}

TEST_F(JournalOf, IsReplacedWhole) {
  Journal j{.spec_id = "001-a",
            .base = "b",
            .base_commit = "c",
            .parts = {{"x", "/x"}, {"y", "/y"}}};
  j.write(scratch_.root());
  j.parts.resize(1);
  EXPECT_EQ(written_and_read(j)->parts, j.parts);
}

TEST_F(JournalOf, IsAbsentWhenItsFileHoldsNone) {
  scratch_.write("journal/001-a", "");
  EXPECT_FALSE(Journal::find(scratch_.root(), "001-a"));
  scratch_.write("journal/001-a", "only a base");
  EXPECT_FALSE(Journal::find(scratch_.root(), "001-a"));
}

TEST_F(JournalOf, IsPrivate) {
  Journal{.spec_id = "001-a", .base = "b", .base_commit = "c"}.write(
      scratch_.root());
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(scratch_.path("journal")).permissions(),
            perms::owner_all);
  EXPECT_EQ(
      std::filesystem::status(scratch_.path("journal/001-a")).permissions(),
      perms::owner_read | perms::owner_write);
}

}  // namespace
}  // namespace orch::feature
