// SPDX-License-Identifier: MIT
#include "tmux/connection.h"

#include <string_view>

#include "text/text.h"
#include "tmux/call.h"

namespace orch::tmux {
namespace {

constexpr char kEnd[] = "orch-end-";

// Blocks are "%begin <time> <number> <flags>", output, "%end" or "%error" with
// the same three. Everything else that starts with % is a notification.
std::vector<Connection::Reply> parse(const std::string& bytes) {
  std::vector<Connection::Reply> replies;
  std::string guard;  // of the open block
  for (const std::string& line : text::split(bytes, '\n')) {
    if (guard.empty()) {
      if (!line.starts_with("%begin ")) continue;
      // The block of the attachment itself has another flag.
      if (!line.ends_with(" 1")) continue;
      guard = line.substr(6);
      replies.emplace_back();
    } else if (line == "%end" + guard) {
      guard.clear();
    } else if (line == "%error" + guard) {
      guard.clear();
      replies.back().failed = true;
    } else {
      replies.back().output += line + "\n";
    }
  }
  return replies;
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\t') {
      out += "\\t";
      continue;
    }
    if (c == '\\' || c == '"' || c == '$') out += '\\';
    out += c;
  }
  return out + '"';
}

Connection::Connection(const Server& server)
    : dialogue_(
          {.argv = server.client({"-C", "attach-session", "-f",
                                  "no-output,ignore-size", "-t", "=orch"}),
           .keep = process::Environment::ForAgent}) {
  // Commands that come before it is attached run without a client of their
  // own, and cannot detach it.
  dialogue_.ask(
      "",
      [](const std::string& out) {
        return out.find("%session-changed") != std::string::npos;
      },
      kTimeoutMs);
}

Connection::~Connection() {
  dialogue_.ask(
      "detach-client\n",
      [](const std::string& out) {
        return out.find("%exit") != std::string::npos;
      },
      kTimeoutMs);
}

std::vector<Connection::Reply> Connection::run(
    const std::vector<std::string>& commands) {
  // A mark in a block of its own: what a pane shows could hold it, too.
  const std::string end = kEnd + std::to_string(++asked_);
  auto lines = commands;
  lines.push_back("display-message -p " + end);
  std::size_t looked_at = 0;
  auto replies = run_until(lines, [&](const std::string& so_far) {
    const std::size_t from = looked_at;
    looked_at = so_far.size() > end.size() ? so_far.size() - end.size() : 0;
    if (so_far.find(end, from) == std::string::npos) return false;
    looked_at = from;
    const auto all = parse(so_far);
    return !all.empty() && all.back().output == end + "\n";
  });
  if (replies.empty() || replies.back().output != end + "\n") return {};
  replies.pop_back();
  return replies;
}

std::vector<Connection::Reply> Connection::run_until(
    const std::vector<std::string>& commands,
    const std::function<bool(const std::string&)>& is_all) {
  return parse(
      dialogue_.ask(text::join(commands, "\n") + "\n", is_all, kTimeoutMs));
}

}  // namespace orch::tmux
