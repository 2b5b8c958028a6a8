// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "drill/place.h"
#include "process/process.h"
#include "repository/repository.h"

// A repository of its own for an exercise, with its own home, sockets and git
// configuration, below a fresh directory: the repository of the caller, its
// agents and its daemon are never touched.
namespace orch::drill {

// What an exercise has left behind.
struct Leftover {
  std::string kind;  // process, socket, lock, descriptor, directory
  std::string what;  // printable
};

class Arena {
 public:
  struct Size {
    int agents = 4;               // overseers among them
    int team = 10;                // agents of one feature, at most
    std::uint64_t seed = 1;       // of what the files hold
    bool keep = false;            // end() leaves the directory where it is
    std::string check_in = "1m";  // how often each gets one
    std::int64_t disk_bytes = 0;  // its own file system of that size; 0: none
    // The script of a role (the overseer's is "overseer"); empty: the built-in
    // agent acknowledges what it gets and waits.
    std::function<std::string(const std::string& role)> script = {};
    // Called with the repository, before git orch comes into it.
    std::function<void(const std::string& repository)> furnish = {};
  };

  // Makes the directory in TMPDIR, a repository with a few commits, `init`, and
  // features 001-drill, 002-drill … with worktrees; no agent runs yet. Throws
  // Error{Io} naming what failed, and Interrupted; nothing is left then.
  explicit Arena(const Size& size);
  // Ends and removes what end() has not; without proof, and quickly.
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // The role of the nth agent of a feature.
  static std::string role_name(int index);

  const std::string& directory() const { return root_; }
  const std::string& repository() const { return repository_; }
  std::string home() const { return root_ + "/home"; }
  repository::Repository handle() const;
  // Addresses of all agents, feature by feature, overseers first.
  const std::vector<std::string>& agents() const { return agents_; }
  std::vector<std::string> features() const;  // spec-ids
  std::string worktree_of(const std::string& agent) const;
  // First on PATH of every program of the arena; empty at the beginning.
  std::string tools() const { return root_ + "/tools"; }
  // Directories of drills that were killed, which have been cleared away.
  const std::vector<std::string>& cleared() const { return cleared_; }
  // Why there is no file system of its own though one was asked for; else
  // empty.
  const std::string& why_no_disk() const { return why_no_disk_; }

  // For every program from now on, until it is set to the empty string.
  void set(const std::string& name, const std::string& value);

  // Runs `git …`, or `git-orch <verb> …`, to its end, in the repository or in
  // `where`. Throws Interrupted when a signal comes meanwhile; it is ended
  // then.
  process::Outcome git(const std::vector<std::string>& args,
                       const std::string& where = {}) const;
  process::Outcome orch(const std::vector<std::string>& args,
                        const std::string& where = {}) const;
  process::Outcome run(const process::Program& program) const;
  // The same as a value, to run several side by side.
  process::Program git_program(const std::vector<std::string>& args,
                               const std::string& where = {}) const;
  process::Program orch_program(const std::vector<std::string>& args,
                                const std::string& where = {}) const;

  // Stops daemon and agents as a person would (`deinit`), waits until nothing
  // of it runs, and proves it; ends the rest by pid, and removes the directory.
  // Nothing, when nothing was left. What is kept is only ended, and stays as it
  // is.
  std::vector<Leftover> end();

 private:
  void take_place();
  void make_repository(std::uint64_t seed) const;
  void make_team(const Size& size);
  void require(const process::Program& program) const;
  std::vector<Leftover> stop() const;
  std::vector<Leftover> look() const;
  void clear() noexcept;

  Place place_;
  std::vector<std::string> cleared_;
  std::string root_, repository_, programs_, why_no_disk_;
  std::vector<std::pair<std::string, std::string>> environment_;
  std::vector<std::string> agents_;
  bool keep_ = false, ended_ = false;
};

// Tells where it is, when that is kept, and what was cleared away before.
void tell_of_place(const Arena& arena, bool keeps,
                   const std::function<void(const std::string&)>& tell);
// Whether such a line is for everybody, and not only for who waits and looks.
bool is_for_everybody(const std::string& line);

}  // namespace orch::drill
