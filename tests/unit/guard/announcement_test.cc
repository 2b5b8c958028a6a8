// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guard/guard.h"
#include "unit/scratch.h"

namespace orch::guard {
namespace {

const std::string kRef = "refs/heads/main";
const std::string kOld(40, 'a'), kNew(40, 'b'), kZero(40, '0');

class Announced : public ::testing::Test {
 protected:
  // Asked by a child of this process, as a hook is one of whoever moves a ref.
  bool is(const policy::Move& move) const {
    const pid_t child = ::fork();
    if (child == 0) {
      store::Store store = store::Store::open(scratch_.root());
      ::_exit(is_announced(store, move) ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  test::Scratch scratch_;
  store::Store store_ = store::Store::open(scratch_.root());
};

TEST_F(Announced, IsExactlyThatMoveWhileItLasts) {
  {
    Announcement a(store_, kRef, kOld, kNew);
    EXPECT_TRUE(is({kOld, kNew, kRef}));
    // git tells zeros where no old value was asked for.
    EXPECT_TRUE(is({kZero, kNew, kRef}));
    EXPECT_FALSE(is({kOld, kOld, kRef}));
    EXPECT_FALSE(is({kNew, kNew, kRef}));
    EXPECT_FALSE(is({kOld, kNew, "refs/heads/other"}));
    a.done();
  }
  EXPECT_FALSE(is({kOld, kNew, kRef}));
}

TEST_F(Announced, IsOnlyForThoseWhoDescend) {
  // By a process that is nobody's ancestor.
  const pid_t other = ::fork();
  if (other == 0) {
    store::Store store = store::Store::open(scratch_.root());
    Announcement* const a = new Announcement(store, kRef, kOld, kNew);
    (void)a;
    ::_exit(0);  // killed, as it were: it is never withdrawn
  }
  int status = 0;
  ::waitpid(other, &status, 0);
  EXPECT_FALSE(is({kOld, kNew, kRef}));
}

}  // namespace
}  // namespace orch::guard
