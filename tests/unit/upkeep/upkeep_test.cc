// SPDX-License-Identifier: MIT
#include "upkeep/upkeep.h"

#include <gtest/gtest.h>

#include "file/file.h"
#include "process/process.h"
#include "unit/scratch.h"

namespace orch::upkeep {
namespace {

using test::thrown_by;

constexpr std::int64_t kDayMs = 24 * 60 * 60 * 1000;

// A repository's configuration, as git reads it.
class LimitsOf : public ::testing::Test {
 protected:
  LimitsOf() {
    process::run({.argv = {"git", "init", "-q", scratch_.root()}});
    repository_ = repository::find(scratch_.root()).value();
  }
  Limits limits(const std::string& lines) {
    scratch_.write(".git/config",
                   "[core]\nrepositoryformatversion = 0\n[orch]\n" + lines);
    return limits_of(config::Config::load(repository_));
  }

  test::Scratch scratch_;
  repository::Repository repository_;
};

TEST_F(LimitsOf, AnUnconfiguredRepositoryAreTwentyAndNinetyDays) {
  const Limits l = limits("");
  EXPECT_EQ(l.snapshot_keep, 20);
  EXPECT_EQ(l.snapshot_age_ms, 90 * kDayMs);
}

TEST_F(LimitsOf, AConfiguredOneAreItsOwn) {
  const Limits l = limits("snapshotKeep = 0\nsnapshotAge = 36h\n");
  EXPECT_EQ(l.snapshot_keep, 0);
  EXPECT_EQ(l.snapshot_age_ms, kDayMs * 3 / 2);
}

TEST_F(LimitsOf, NameTheKeyOfABadValue) {
  EXPECT_EQ(thrown_by([&] { limits("snapshotKeep = -1\n"); }),
            "usage: bad value '-1' for 'orch.snapshotKeep': it is no whole "
            "number");
  EXPECT_EQ(thrown_by([&] { limits("snapshotAge = old\n"); }),
            "usage: bad value 'old' for 'orch.snapshotAge': it is no duration");
}

TEST(Sweeping, HasTheSameKindsWithAndWithoutAStore) {
  const test::Scratch scratch;
  process::run({.argv = {"git", "init", "-q", scratch.root()}});
  const auto repository = repository::find(scratch.root()).value();
  auto store = store::Store::open(repository.orch_dir());
  const auto found = sweep(repository, store, {}, Sweep::Look);
  const auto none = nothing();
  ASSERT_EQ(found.size(), none.size());
  for (std::size_t i = 0; i < none.size(); ++i) {
    EXPECT_EQ(found[i].what, none[i].what);
    EXPECT_EQ(found[i].bytes.has_value(), none[i].bytes.has_value());
  }
}

}  // namespace
}  // namespace orch::upkeep
