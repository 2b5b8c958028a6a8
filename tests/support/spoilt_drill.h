// SPDX-License-Identifier: MIT
#pragma once

#include <set>
#include <string>
#include <vector>

#include "support/first_git.h"

// A drill in which something is spoilt behind its back: what it finds then.
namespace orch::test {

class SpoiltDrill : public ::testing::Test {
 protected:
  using Found = std::set<std::string>;

  // What stands before the real git, too.
  explicit SpoiltDrill(const std::string& lines = "") {
    // Only the checkers call git-fsck(1): each time that they look, and again
    // where it finds something.
    put_before_git(box,
                   "if test \"$1\" = fsck; then\n"
                   "  echo >>\"$HOME/looks\"\n"
                   "  test $(wc -l <\"$HOME/looks\") != \"$SPOIL_AT\" ||\n"
                   "    sh -c \"$SPOIL\" >/dev/null 2>>\"$SPOIL_ERRORS\"\n"
                   "fi\n" +
                       lines);
    box.set("SPOIL_ERRORS", box.path("errors"));
  }

  // Which checks find something in that drill, when `script` runs in its
  // repository at the nth look of its checker.
  Found found_in(const std::string& drill, int look,
                 const std::string& script) {
    box.set("SPOIL_AT", std::to_string(look));
    box.set("SPOIL",
            "set -e\nsql() { sqlite3 -cmd '.timeout 10000' "
            ".git/orch/orch.db \"$1\"; }\n"
            "unlock() { sql \"SELECT 'DROP TRIGGER ' || name || ';' FROM "
            "sqlite_master WHERE type = 'trigger'\" | "
            "sqlite3 -cmd '.timeout 10000' .git/orch/orch.db; }\n" +
                script);
    const Result r =
        box.type_in(box.root(), "git-orch drill " + drill + " --json");
    EXPECT_EQ(box.read(box.path("errors")), "");
    report = r.data();
    texts.clear();
    Found out;
    for (const char* member : {"drill", "load"}) {
      add(report[member], out);
      if (const json::Array* events = report[member]["events"].as_array())
        for (const json::Value& event : *events) add(event, out);
    }
    EXPECT_EQ(r.status, out.empty() ? 0 : 1) << r.out << r.err;
    return out;
  }

  Sandbox box;
  json::Value report;              // `data` of the last one
  std::vector<std::string> texts;  // of what it found

 private:
  void add(const json::Value& of, Found& out) {
    const json::Array* const findings = of["findings"].as_array();
    for (const json::Value& f : findings ? *findings : json::Array()) {
      out.insert(*f["check"].as_string());
      texts.push_back(*f["what"].as_string());
    }
  }
};

}  // namespace orch::test
