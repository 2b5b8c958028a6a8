// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The only way to tmux. One server per repository on a socket of our own in a
// directory that nobody else can enter; names that tmux sees are opaque, data
// goes through buffers, and a pane is known by id, process and start time,
// never by name or position.
namespace orch::tmux {

struct Version {
  int major = 0, minor = 0;
  auto operator<=>(const Version&) const = default;
};
inline constexpr Version kLeastVersion{3, 2};

// Absent when there is no tmux on PATH.
std::optional<Version> installed_version();
// Throws Error{MissingTool} when tmux is missing or too old.
void require_usable();

// The default socket for `common_dir`: below XDG_RUNTIME_DIR, else /tmp, in a
// directory of mode 0700 that must belong to us. Throws Error{Io}.
std::string default_socket(const std::string& common_dir);

struct Pane {
  std::string id;  // "%7"
  pid_t pid = 0;   // of the program that the pane was made for
  std::uint64_t start = 0;

  bool operator==(const Pane&) const = default;
};

struct NewPane {
  std::string window_name;  // opaque
  std::string title;        // shown to people, never used as a key
  std::string directory;
  std::vector<std::string> argv;  // run without a shell
  std::string log_command_tag;    // names the log: <log dir>/<tag>.log
};

// What goes into a pane: a text as one bracketed paste (control characters but
// tab and newline removed), then keys by tmux's names; either may be empty.
struct Typing {
  Pane pane;
  std::string text;
  std::vector<std::string> keys;
};

enum class Paste {
  Typed,   // all of it, with nothing of others between
  Gone,    // no such pane, or another process in it
  InMode,  // a person is in copy mode
  Failed,  // tmux did not answer
};

struct Shown {
  bool is_there = false;  // false: gone, another process, or tmux is silent
  std::string title;      // as the program in the pane has set it
  std::string text;       // the visible lines
};

class Server {
 public:
  Server(std::string socket, std::string config_file, std::string log_directory,
         std::string libexec_directory);

  bool is_running() const;
  const std::string& socket() const { return socket_; }
  // Removes what a server that has ended left beside its socket.
  void clear_leftovers() const;

  // Starts the server when needed. Throws Error{MissingTool, Io}.
  Pane open(const NewPane& pane) const;

  // Types each, in order, if its pane still is this process and nobody is in
  // copy mode there. Outcomes in the same order.
  std::vector<Paste> type(const std::vector<Typing>& typings) const;

  // Ends the pane if it still is this process (or its dead shell).
  void close(const Pane& pane) const;

  // What each pane shows.
  std::vector<Shown> look_at(const std::vector<Pane>& panes) const;

  // Of the server that runs, whatever is installed by now; absent: none runs.
  std::optional<std::string> version() const;

  // Panes, alive or dead, whose start command holds `part`.
  std::vector<Pane> find_started_with(const std::string& part) const;

  // Shows a line to everybody who is attached, for ten seconds, and keeps it in
  // the user option @orch-notice; nothing in it is expanded. Returns to how
  // many.
  std::size_t announce(const std::string& text) const;

  // Whether it is there and was made for that process, alive or dead.
  bool has(const Pane& pane) const;
  // The command that attaches a person to `pane`.
  std::vector<std::string> attach_argv(const Pane& pane) const;

 private:
  std::vector<std::string> client(const std::vector<std::string>& args) const;
  std::optional<Pane> try_open(const NewPane& pane, std::string* error) const;
  std::string link_directory() const;
  Paste type_one(const Typing& typing) const;
  std::vector<Paste> type_many(const std::vector<Typing>& typings) const;

  std::string socket_, config_file_, log_directory_, libexec_directory_;
};

// `text` as it may go into a pane: C0 but tab and newline, DEL, ESC and C1 are
// dropped, so that nothing can end the bracketed paste.
std::string pasteable(std::string_view text);

}  // namespace orch::tmux
