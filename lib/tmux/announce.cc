// SPDX-License-Identifier: MIT
#include <algorithm>

#include "text/text.h"
#include "tmux/call.h"
#include "tmux/tmux.h"

namespace orch::tmux {
namespace {

constexpr char kOption[] = "@orch-notice";
constexpr char kShownMs[] = "10000";

// A mark in a status line begins with '#': its full-width twin begins nothing.
std::string without_marks(std::string_view text) {
  std::string out;
  for (const char c : text::printable(text))
    out += c == '#' ? std::string("\uff03") : std::string(1, c);
  return out;
}

}  // namespace

std::size_t Server::announce(const std::string& text) const {
  const process::Outcome clients =
      call(client({"list-clients", "-F", "#{client_name}"}));
  if (!clients.ok()) return 0;
  // The text is the value of an option, which is shown and never expanded: what
  // is in the message itself would be run.
  if (!call(client({"set-option", "-g", kOption, without_marks(text)})).ok())
    return 0;
  std::size_t told = 0;
  for (const std::string& name : text::split_list(clients.output, '\n'))
    if (call(client({"display-message", "-c", name, "-d", kShownMs,
                     std::string("#{") + kOption + "}"}))
            .ok())
      ++told;
  return told;
}

}  // namespace orch::tmux
