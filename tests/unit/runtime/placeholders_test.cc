// SPDX-License-Identifier: MIT
#include "runtime/placeholders.h"

#include <gtest/gtest.h>

namespace orch::runtime {
namespace {

const Values kValues = {
    {"worktree", "/w t"}, {"port.PORT", "20001"}, {"port.db_2", "{worktree}"}};

TEST(PlaceholderValues, StandForTheirNames) {
  EXPECT_EQ(fill("a{worktree}b{port.PORT}{port.PORT}", kValues),
            "a/w tb2000120001");
  EXPECT_EQ(fill("{worktree:shell} {worktree:shell:json}", kValues),
            "'/w t' '/w t'");
}

TEST(PlaceholderValues, AreReplacedOnce) {
  EXPECT_EQ(fill("{port.db_2}", kValues), "{worktree}");
}

TEST(PlaceholderValues, LeaveWhatIsNone) {
  for (const char* text :
       {"{}", "${worktree}", "{port.}", "{port.NONE}", "{", "{worktree",
        "{Worktree}", "{\"a\":1}", "{port.A-B}"})
    EXPECT_EQ(fill(text, kValues), text);
}

TEST(PlaceholderValues, HaveKnownNamesOnly) {
  const std::vector<std::string> known = {"worktree", "port.PORT"};
  EXPECT_EQ(find_fault("{worktree} {port.PORT:json} ${x} {}", known),
            std::nullopt);
  EXPECT_EQ(find_fault("{port.PROT}", known),
            "unknown placeholder '{port.PROT}', did you mean 'port.PORT'?");
  EXPECT_EQ(find_fault("{port.}", known), "unknown placeholder '{port.}'");
  EXPECT_EQ(find_fault("{worktree:sh}", known),
            "unknown form 'sh' of a placeholder");
  // A runtime has no ports.
  EXPECT_TRUE(find_fault("{port.PORT}"));
}

}  // namespace
}  // namespace orch::runtime
