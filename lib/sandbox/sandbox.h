// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "repository/repository.h"

// An agent behind walls (bubblewrap, bwrap(1)): it works in its own worktree's
// files, on a clone of its own that borrows the objects of the repository, and
// can write nothing else of it. What it commits is fetched from outside.
//
//   <common dir>/orch/sandbox/<agent>/
//     settings   what both sides read; written outside
//     gitfile    shown in the sandbox as the worktree's `.git`
//     hooks/     what git runs in there; nothing else of `orch` shows
//     door/      the socket (broker/broker.h), shown as the clone's `orch`
//     .git/      the clone, the one part that the sandbox may write
namespace orch::sandbox {

using repository::Repository;

inline std::string clone_in(const std::string& base) { return base + "/.git"; }
// The git directory of the worktree in there, which is `worktree_git_dir`
// outside.
std::string clone_git_dir(const std::string& base,
                          const std::string& worktree_git_dir);

struct Settings {
  std::string base;              // the directory above
  std::int64_t agent = 0;        // its id
  std::string common_dir;        // of the repository outside
  std::string worktree;          // top of the agent's worktree
  std::string worktree_git_dir;  // outside
  std::string branch;            // full name
  std::string home;              // of the user
  std::string prefix;            // of this installation
  std::string tmux_socket;
  std::string run_dir;             // of this start
  std::string object_format;       // "sha1", "sha256"
  std::vector<std::string> write;  // what its CLI must write besides …
  std::vector<std::string> read;   // … and of that, what it must not
  std::vector<std::string> argv;   // of the agent

  std::string clone() const { return clone_in(base); }
  std::string clone_git_dir() const;  // of the worktree, in the clone
  std::string seen_ref() const;       // the last tip that was fetched
  std::string taken_ref() const;      // the last one that became the branch
  std::string kept_refs() const;      // "refs/orch/sandbox/7/kept/"
};

// <common dir>/orch/sandbox/<agent>
std::string directory_of(const Repository& repository, std::int64_t agent);

// Writes all that the outside has to write, and returns the path of the
// settings.
std::string prepare(const Settings& settings);
// Throws Error{Corrupt}.
Settings load(const std::string& path);
// Absent when that agent has never been in a sandbox.
std::optional<Settings> find(const Repository& repository, std::int64_t agent);

// Throws Error{MissingTool} when there is no bubblewrap, or when it cannot make
// a sandbox here, with its own reason.
void require_usable();

// What a sandbox is for. To serve a fetch it needs no network, no home and no
// terminal.
enum class Purpose { Agent, Serve };
// The arguments of bwrap, up to and with "--": what is missing on this machine
// is left out. `filter` is a descriptor with a seccomp filter, or -1.
std::vector<std::string> walls(const Settings& settings, Purpose purpose,
                               int filter);
// The filter that keeps what runs inside from typing into its own terminal
// (ioctl TIOCSTI, TIOCLINUX): what is typed is read by whoever reads next.
// Empty on a processor that we know nothing of.
std::string terminal_filter();

// The first thing inside: makes the clone, or completes it. With `adopt` its
// branch becomes what it is outside.
// Returns what is wrong with what others have committed, see catch_up().
std::string enter(const Settings& settings, bool adopt);
// Brings the branches of everybody else up to date, from inside: they are below
// refs/remotes/, by their own names, so that `main` means what it means outside
// and no branch of the clone is ever touched. Returns why that failed; empty
// when it did not.
std::string catch_up(const Settings& settings);

// From outside: fetches the agent's branch to seen_ref(). git upload-pack,
// which reads what the agent can write, runs behind walls of its own. Throws
// Error{Io} with git's message.
void fetch(const Repository& repository, const Settings& settings);

// The same with all that the clone alone has, before something of it is
// removed: branches of its own and the newest stash, below
// refs/orch/sandbox/<agent>/. False when there is a clone and it cannot be
// read.
bool keep(const Repository& repository, const Settings& settings);

}  // namespace orch::sandbox
