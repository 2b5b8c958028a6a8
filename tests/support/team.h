// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "support/sandbox.h"

namespace orch::test {

// A feature 001-x with an overseer and implementors whose commits the test
// writes.
class TeamTest : public ::testing::Test {
 protected:
  explicit TeamTest(
      const std::string& roles = "overseer,impl-api,impl-data,impl-ui") {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-x --roles " + roles + " -q");
  }
  std::string of(const std::string& role) const {
    return box.worktree("001-x", role);
  }
  // Commits `bytes` as `path` on the branch of `role`, a minute later than the
  // commit before.
  void commit(const std::string& role, const std::string& path,
              const std::string& bytes,
              const std::string& subject = "work") {
    for (const char* name : {"GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"})
      box.set(name, std::to_string(time_) + " +0000");
    time_ += 60;
    box.write(of(role) + "/" + path, bytes);
    box.ok_in(of(role), "git add -A");
    box.run_in(of(role), {"git", "commit", "-qm", subject});
  }
  std::string id(const std::string& revision) const {
    return std::string(box.ok("git rev-parse --verify " + revision))
        .substr(0, 40);
  }
  std::string target() const { return "feature/001-x/overseer"; }
  // What the target has at `path`.
  std::string landed(const std::string& path) const {
    return box.type("git show " + target() + ":" + path).out;
  }
  Result integrate(const std::string& args = "") const {
    return box.type("git orch integrate " + args);
  }
  // The members of a list in the answer of `integrate --json`, as text.
  static std::string agents(const Result& result, const std::string& list) {
    std::string out;
    const json::Value data = result.data();
    for (const json::Value& row : *data[list].as_array())
      out += (out.empty() ? "" : " ") + *row["agent"].as_string();
    return out;
  }
  std::string inbox(const std::string& role) const {
    return box.ok("git orch inbox --all --agent " + role);
  }

  Sandbox box;

 private:
  std::int64_t time_ = 1790000000;
};

}  // namespace orch::test
