// SPDX-License-Identifier: MIT
//
// What the loops rely on in the program that makes the faults.
#include <set>

#include "fault/loop.h"

namespace orch::test {
namespace {

// A copy that is killed, of files with a time and a mode of their own.
class FaultAt : public ::testing::Test {
 protected:
  FaultAt() {
    const Result r =
        sh("mkdir -p from/deep\n"
           "echo one > from/one\necho two > from/deep/two\n"
           "ln -s one from/link\nchmod 600 from/one\n"
           "touch -d @1 from/one from/deep/two from/deep from\n");
    EXPECT_EQ(r.status, 0) << r.err;
  }
  Result sh(const std::string& script) const {
    return box.run_in(box.root(), {"sh", "-ec", script});
  }
  // What is there once it is killed at each of its calls, N = 1, 2, 3 …
  std::set<std::string> left(const std::string& fault, int* kills) const {
    std::set<std::string> out;
    for (bool fired = true; fired;) {
      sh("rm -rf to");
      const Faulted f = run_faulted(box, box.root(), fault, ++*kills,
                                    {"cp", "-a", "from", "to"});
      fired = f.fired;
      EXPECT_EQ(f.result.status, fired ? kKilled : 0) << f.result.err;
      const std::string is =
          sh("test -e to || exit 0\n"
             "find to -newermt @9 -printf 'new ' -o -printf 'old '\n"
             "find to -printf '%p %y %m %s\\n'\nfind to -type f -exec cat {} +")
              .out;
      out.insert(is);
    }
    return out;
  }
  Sandbox box;
};

TEST_F(FaultAt, LeavesTheSameWhenKilledOnlyWhereThatCanBeToldApart) {
  int all = 0, apart = 0;
  const std::set<std::string> each = left("kill", &all);
  EXPECT_EQ(left("kill-apart", &apart), each);
  EXPECT_GT(each.size(), 8U);
  EXPECT_LT(apart, all / 2);
}

TEST_F(FaultAt, CountsTheCallsThatItsFaultsCanComeAt) {
  const std::vector<std::string> line = {"cat", "from/one"};
  run_faulted(box, box.root(), "count", 0, line);
  const std::string counted = box.read(box.path("fault-report"));
  std::string all;
  for (const char* fault :
       {"kill", "EIO", "ENOSPC", "EMFILE", "EINTR", "kill-apart"}) {
    int n = 0;
    while (run_faulted(box, box.root(), fault, n + 1, line).fired) ++n;
    all += std::to_string(n) + " ";
  }
  EXPECT_EQ(counted, all);
}

}  // namespace
}  // namespace orch::test
