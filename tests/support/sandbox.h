// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

// A place of its own for one test: HOME, sockets, git identity, ticking dates,
// nothing of the outside. Everything in it is removed at the end, and every
// agent in it ended; a failing test leaves it and prints its path.
namespace orch::test {

struct Result {
  int status = 0;
  std::string out;
  std::string err;

  json::Value json() const;  // fails the test when `out` is not JSON
  json::Value data() const;  // of the envelope; throws when it has none
  std::vector<std::string> lines() const;
};

class Sandbox {
 public:
  // A fresh directory in `where`.
  explicit Sandbox(const std::string& where = "/tmp");
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  const std::string& root() const { return root_; }
  std::string path(const std::string& name) const;

  // Variables for every program from now on.
  void set(const std::string& name, const std::string& value);

  // Runs a program without a shell, as `run("git", "status")`, in `directory`.
  Result run_in(const std::string& directory,
                const std::vector<std::string>& argv,
                const std::string& input = {}) const;
  // What a person types: split as a shell would split it ('…' and "…" group),
  // in the main repository.
  Result type(const std::string& line, const std::string& input = {}) const;
  Result type_in(const std::string& directory, const std::string& line,
                 const std::string& input = {}) const;
  // The same, and it must end with 0; returns what it printed.
  std::string ok(const std::string& line) const;
  std::string ok_in(const std::string& directory,
                    const std::string& line) const;

  // A repository `repo` with one commit of three text files of twenty lines.
  void make_repository(const std::string& name = "repo");
  const std::string& repo() const { return repo_; }
  std::string worktree(const std::string& spec_id,
                       const std::string& role) const;

  // What the sqlite3 shell answers on the repository's store; nothing is
  // folded.
  std::string sql(const std::string& query) const;

  void write(const std::string& path, const std::string& bytes) const;
  std::string read(const std::string& path) const;
  // Writes a script for the built-in agent of `role`.
  void script(const std::string& role, const std::string& text) const;

  // Refs, index, configuration, worktrees and work tree, as one text: equal
  // before and after means that nothing was changed.
  std::string fingerprint() const;

 private:
  void end_agents() const;

  std::string root_, repo_;
  std::map<std::string, std::string> environment_;
};

// Waits until `condition` holds, at most `seconds`; false when it never did.
// One that throws does not hold yet.
bool eventually(const std::function<bool()>& condition, int seconds = 20);

// Whether `text` holds `part`, with a readable failure.
::testing::AssertionResult holds(const std::string& text,
                                 const std::string& part);

}  // namespace orch::test
