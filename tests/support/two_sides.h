// SPDX-License-Identifier: MIT
#pragma once

#include "support/rest.h"
#include "support/sandbox.h"

namespace orch::test {

// A feature of which two agents have changed one file apart: conflict 1. No
// tick is at work when it is made.
class TwoSides : public ::testing::Test {
 protected:
  TwoSides() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api,impl-ui");
    api = box.worktree("001-a", "impl-api");
    ui = box.worktree("001-a", "impl-ui");
    commit(api, "one.txt", "by api\n");
    commit(ui, "one.txt", "by ui\n");
    EXPECT_TRUE(eventually(
        [&] { return sql("SELECT count(*) FROM conflicts") == "1\n"; }));
    no_tick_runs();
  }
  void commit(const std::string& top, const std::string& file,
              const std::string& bytes) const {
    box.write(top + "/" + file, bytes);
    box.ok_in(top, "git add -A");
    box.ok_in(top, "git commit -qm 'change " + file + "'");
  }
  // Waits for the ticks behind the hooks.
  void no_tick_runs() const { EXPECT_TRUE(comes_to_rest(box)); }
  std::string sql(const std::string& text) const {
    return box
        .run_in(box.repo(), {"sqlite3", "-cmd", ".timeout 10000",
                             ".git/orch/orch.db", text})
        .out;
  }
  std::string id_of(const std::string& revision) const {
    const std::string id = box.ok("git rev-parse " + revision);
    return id.substr(0, id.size() - 1);
  }
  // The program that is asked for a resolution, a shell script.
  void program(const std::string& body) const {
    const std::string path = box.path("agent");
    box.write(path, "#!/bin/sh\n" + body);
    box.ok("chmod +x " + path);
    box.ok("git config --global orch.suggestCommand '" + path + "'");
  }
  Sandbox box;
  std::string api, ui;
};

}  // namespace orch::test
