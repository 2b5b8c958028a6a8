// SPDX-License-Identifier: MIT
#include "history/level.h"

#include <gtest/gtest.h>

#include "unit/history/sound.h"

namespace orch::history {
namespace {

const std::vector<std::string> kLevels = {
    "queued", "typed", "submitted", "read", "acked", "failed", "expired"};

// What the contract says: queued < typed < submitted < read < acked, and three
// ends.
bool may_follow(std::size_t before, std::size_t after) {
  if (before == after) return true;
  return before < 4 && (after > before);
}

TEST(Level, KnowsForEachLevelWhatMayFollow) {
  for (std::size_t b = 0; b < kLevels.size(); ++b)
    for (std::size_t a = 0; a < kLevels.size(); ++a) {
      SCOPED_TRACE(kLevels[b] + " to " + kLevels[a]);
      Records before, now;
      before.messages = {message(1, kLevels[b])};
      now.messages = {message(1, kLevels[a])};
      EXPECT_EQ(check_growth(before, now).empty(), may_follow(b, a));
      if (!may_follow(b, a)) {
        EXPECT_EQ(check_growth(before, now)[0].rule, "level-fell");
      }
    }
}

TEST(Level, WantsTheProofOfEachLevelAndOfNoHigherOne) {
  for (std::size_t level = 0; level < 5; ++level)
    for (std::size_t times = 0; times < 16; ++times) {
      Message m = message(1, kLevels[level]);
      const auto has = [&](std::size_t bit) { return (times >> bit & 1) != 0; };
      m.typed_at = m.submitted_at = m.read_at = m.acked_at = std::nullopt;
      if (has(0)) m.typed_at = 1;
      if (has(1)) m.submitted_at = 1;
      if (has(2)) m.read_at = 1;
      if (has(3)) m.acked_at = 1;
      bool is_proven = level == 0 || has(level - 1);
      for (std::size_t higher = level; higher < 4; ++higher)
        is_proven = is_proven && !has(higher);
      Records now;
      now.messages = {m};
      SCOPED_TRACE(m.level + " with times " + std::to_string(times));
      EXPECT_EQ(check_moment(now).empty(), is_proven);
    }
}

TEST(Level, LetsAnEndKeepItsTimesButNotAnAcknowledgement) {
  for (const char* level : {"failed", "expired"}) {
    Records now;
    now.messages = {message(1, level)};
    now.messages[0].typed_at = now.messages[0].read_at = 1;
    EXPECT_EQ(check_moment(now), Violations{});
    now.messages[0].acked_at = 1;
    EXPECT_EQ(check_moment(now).at(0).rule, "level-unproven");
  }
  Records now;
  now.messages = {message(1, "sent")};
  EXPECT_EQ(check_moment(now).at(0).rule, "level-unproven");
}

}  // namespace
}  // namespace orch::history
