// SPDX-License-Identifier: MIT
#include "spool/turn.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <thread>

#include "spool/spool.h"
#include "unit/scratch.h"
#include "unit/waiters.h"

namespace orch::spool {
namespace {

class TurnToFold : public ::testing::Test {
 protected:
  TurnToFold() { append(dir(), new_record("commit", {{"commit", "a"}})); }

  std::string dir() const { return scratch.root(); }
  bool somebody_waits() const {
    return test::somebody_waits_for(fold_lock_path(dir()));
  }
  // Whether one who came during a fold has to fold after it, when so many have
  // ended meanwhile.
  bool is_needed_after(int folds) const {
    std::optional<Turn> first(dir());
    bool needed = false;
    std::thread second([&] { needed = Turn(dir()).is_needed(); });
    while (!somebody_waits()) std::this_thread::yield();
    for (int i = 0; i < folds; ++i) first->end();
    first.reset();
    second.join();
    return needed;
  }
  test::Scratch scratch;
};

TEST_F(TurnToFold, IsNeededByOneWhoComesAlone) {
  for (int i = 0; i < 3; ++i) {
    Turn turn(dir());
    EXPECT_TRUE(turn.is_needed());
    turn.end();
  }
}

TEST_F(TurnToFold, IsNeededAfterAFoldThatHadBegunOrFailed) {
  EXPECT_TRUE(is_needed_after(0));
  EXPECT_TRUE(is_needed_after(1));
}

TEST_F(TurnToFold, IsNotNeededAfterAFoldThatBeganLater) {
  EXPECT_FALSE(is_needed_after(2));
  EXPECT_FALSE(is_needed_after(7));
}

TEST_F(TurnToFold, IsNeededWhenNobodyKnows) {
  Turn(dir()).end();
  scratch.write("spool/fold.lock", "torn");
  EXPECT_TRUE(Turn(dir()).is_needed());
  std::filesystem::remove(fold_lock_path(dir()));
  EXPECT_TRUE(Turn(dir()).is_needed());
}

}  // namespace
}  // namespace orch::spool
