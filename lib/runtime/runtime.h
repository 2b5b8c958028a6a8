// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/placeholders.h"
#include "runtime/version.h"
#include "text/pattern.h"

// How to drive one agent CLI, as data: a new CLI is a new YAML file. The file
// is described in git-orch-runtimes(5).
namespace orch::runtime {

// The format that we read: the key `version`.
inline constexpr int kFormat = 1;

// Written before a start, into the run's own directory.
struct SetUpFile {
  std::string path;     // relative, without ".."
  std::string content;  // with placeholders
};

// What submits a paste, for some versions of the CLI and of tmux.
struct Submit {
  VersionRange cli, tmux;
  std::vector<std::string> keys = {"Enter"};  // by tmux's names
  std::int64_t delay_ms = 0;                  // between the paste and the keys
  int retry = 5;                              // how often the keys, at most
};

enum class Paste {
  Bracketed,
  None,  // nothing is ever typed: what is typed there would run as a command
};

enum class Source { Hook, Protocol, Process, Title, Screen };
std::string_view source_name(Source source);

// What shows that the agent is in a state.
struct Sign {
  std::string state;  // idle, busy, needs-human, limited, exited, draft
  Source source = Source::Hook;
  int priority = 0;   // the highest that shows wins
  std::string event;  // hook: of git-orch--agent-hook; protocol: the CLI's own
  std::optional<text::Pattern> pattern;  // title, screen
  int lines = 1;  // screen: how many of the bottom are looked at
  // screen: no sign when this is in a line below the match.
  std::optional<text::Pattern> unless_below;
};

enum class Reset { None, Clock, Date, Duration, Epoch };
std::string_view reset_name(Reset reset);

// A text that says that a usage limit is reached, and how its end reads, which
// is the pattern's ( ).
struct Limit {
  text::Pattern pattern;
  int lines = 10;
  Reset reset = Reset::None;
};

struct Runtime {
  std::string name;
  std::string about;
  bool stand_in = false;  // never chosen by itself
  // The program and its arguments, with placeholders, each within one
  // argument.
  std::vector<std::string> start;
  // The same, to go on with {conversation}; empty: it cannot.
  std::vector<std::string> resume;
  std::vector<std::string> print_version;  // prints the CLI's version
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<SetUpFile> files;
  // What the CLI must be able to write outside the agent's worktree when it
  // runs in a sandbox: absolute paths, or beginning with "~/" or a placeholder;
  // with placeholders. Not all of them need to exist.
  std::vector<std::string> sandbox_write;
  // The same of what it must not write below those: what other programs of the
  // user would run or obey.
  std::vector<std::string> sandbox_read;
  std::vector<Submit> submits;  // never empty
  Paste paste = Paste::Bracketed;
  std::string compact;                 // what is sent; empty: it cannot
  std::vector<std::string> interrupt;  // keys; empty: not allowed
  std::string exit_text;               // what ends it when submitted …
  std::vector<std::string> exit_keys;  // … or keys; both empty: by signal only
  // By event (stop, tool): what that hook of the CLI prints to hand a message
  // over; {text} is the message as a JSON string.
  std::vector<std::pair<std::string, std::string>> hand_over;
  // How the program shows up in a process list, to find one started by hand.
  std::vector<std::string> process_names;
  // How long it may take until its first idle state.
  std::int64_t start_timeout_ms = 30000;
  std::vector<Sign> signs;  // highest priority first
  std::vector<Limit> limits;
};

// Throws Error{Usage} with file:line:column and, for a name that is not known,
// the nearest one.
Runtime parse_runtime(std::string_view yaml, const std::string& file);

// The first whose ranges hold; a version that is empty is not known and held
// by every range. The first of all when none holds.
const Submit& submit_for(const Runtime& runtime, const Version& cli,
                         const Version& tmux);

// `start`, or `resume` when there is a conversation to go on with and the
// runtime can; with the placeholders replaced.
std::vector<std::string> start_argv(const Runtime& runtime,
                                    const Placeholders& values);

}  // namespace orch::runtime
