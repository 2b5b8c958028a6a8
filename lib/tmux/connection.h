// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "process/dialogue.h"
#include "tmux/tmux.h"

// A control-mode client (tmux(1)): one process for any number of commands, each
// for a hundredth of what a client of its own costs.
namespace orch::tmux {

class Connection {
 public:
  explicit Connection(const Server& server);
  // Detaches: a client that only goes away may keep its server alive.
  ~Connection();

  // What the commands printed, one entry for each command that ran, in order;
  // those inside if-shell are commands, too. Empty when tmux did not answer.
  // A command is one line; `quoted` makes any text an argument.
  struct Reply {
    bool failed = false;
    std::string output;
  };
  std::vector<Reply> run(const std::vector<std::string>& commands);
  // The same for commands that show themselves, by what they print, that they
  // are done: one command less.
  std::vector<Reply> run_until(
      const std::vector<std::string>& commands,
      const std::function<bool(const std::string&)>& is_all);

 private:
  process::Dialogue dialogue_;
  int asked_ = 0;
};

// As Server::type, for panes that are known to be still those processes.
std::vector<Paste> type_over(Connection& connection,
                             const std::vector<Typing>& typings);

// `text` as one argument of a command line of tmux.
std::string quoted(std::string_view text);

}  // namespace orch::tmux
