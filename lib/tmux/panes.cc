// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>

#include "process/process.h"
#include "text/text.h"
#include "tmux/call.h"
#include "tmux/connection.h"
#include "tmux/tmux.h"

namespace orch::tmux {
namespace {

const std::string kTyped = "orch-typed-";
const std::string kRefused = "orch-refused-";
constexpr char kLook[] = "orch-look";

bool is_still(const Pane& pane) {
  return process::find_identity(pane.pid) ==
         process::Identity{pane.pid, pane.start};
}

// What tmux runs for one typing, so that nothing can come between the check,
// the paste and the keys. Only numbers and names of ours are in it.
struct Steps {
  std::string same;     // a format: the pane is that process and takes keys
  std::string action;   // then
  std::string refusal;  // else
};

// `tag` is in what it prints: an answer that comes too late is no later one's.
// Without one it says nothing when all is well, which is quicker: a client that
// ends without an error has done it all.
Steps steps_of(const Typing& typing, const std::string& buffer,
               const std::string& tag) {
  const std::string& id = typing.pane.id;
  Steps steps;
  steps.same = "#{==:#{pane_pid} #{pane_dead} #{pane_in_mode}," +
               std::to_string(typing.pane.pid) + " 0 0}";
  std::vector<std::string> parts;
  if (!typing.text.empty())
    parts.push_back("paste-buffer -p -d -b " + buffer + " -t " + id);
  if (!typing.keys.empty())
    parts.push_back("send-keys -t " + id + " " + text::join(typing.keys, " "));
  if (!tag.empty()) parts.push_back("display-message -p " + kTyped + tag);
  steps.action = text::join(parts, " ; ");
  if (!typing.text.empty())
    steps.refusal = "delete-buffer -b " + buffer + " ; ";
  steps.refusal += "display-message -p -t " + id + " \"" + kRefused + tag +
                   " #{pane_pid} #{pane_dead} #{pane_in_mode}\"";
  return steps;
}

// Absent: neither typed nor refused.
std::optional<Paste> outcome_in(const std::string& output, const Pane& pane,
                                const std::string& tag) {
  if (output == kTyped + tag + "\n") return Paste::Typed;
  const std::string refused = kRefused + tag + " ";
  if (!output.starts_with(refused)) return std::nullopt;
  int pid = 0, dead = 0, mode = 0;
  std::sscanf(output.c_str() + refused.size(), "%d %d %d", &pid, &dead, &mode);
  return pid == pane.pid && dead == 0 && mode != 0 ? Paste::InMode
                                                   : Paste::Gone;
}

std::string buffer_name(std::size_t n) {
  return "orch-" + std::to_string(::getpid()) + "-" + std::to_string(n);
}

std::string set_buffer(const std::string& name, const std::string& text) {
  return "set-buffer -b " + name + " -- " + quoted(pasteable(text));
}

// One pane: the check, the paste and the keys are one command.
Paste type_checked(Connection& connection, const Typing& typing) {
  static std::uint64_t count = 0;
  const std::string tag = std::to_string(++count), buffer = buffer_name(0);
  const Steps steps = steps_of(typing, buffer, tag);
  std::string command = "if-shell -F -t " + typing.pane.id + " '" + steps.same +
                        "' '" + steps.action + "' '" + steps.refusal + "'";
  if (!typing.text.empty())
    command = set_buffer(buffer, typing.text) + " ; " + command;
  const auto replies =
      connection.run_until({command}, [&](const std::string& out) {
        return out.find(kTyped + tag + "\n%end") != std::string::npos ||
               out.find(kRefused + tag + " ") != std::string::npos ||
               out.find("\n%error ") != std::string::npos;
      });
  bool failed = false;
  for (const Connection::Reply& reply : replies) {
    if (const auto found = outcome_in(reply.output, typing.pane, tag))
      return *found;
    failed = failed || reply.failed;
  }
  return failed ? Paste::Gone : Paste::Failed;
}

// Whether each pane takes keys: one look at all of them. A pane's id is never
// given twice by one server, and the connection is to one server.
std::vector<Paste> look_before(Connection& connection,
                               const std::vector<Typing>& typings) {
  std::map<std::string, std::string> panes;
  const auto replies =
      connection.run({"list-panes -a -F '#{pane_id} #{pane_pid} #{pane_dead} "
                      "#{pane_in_mode}'"});
  for (const Connection::Reply& reply : replies)
    for (const std::string& line : text::split_list(reply.output, '\n')) {
      const std::size_t space = line.find(' ');
      if (space != std::string::npos)
        panes[line.substr(0, space)] = line.substr(space + 1);
    }
  std::vector<Paste> out;
  for (const Typing& typing : typings) {
    const std::string& found = panes[typing.pane.id];
    const std::string alive = std::to_string(typing.pane.pid) + " 0 ";
    out.push_back(replies.empty()            ? Paste::Failed
                  : found == alive + "0"     ? Paste::Typed
                  : found.starts_with(alive) ? Paste::InMode
                                             : Paste::Gone);
  }
  return out;
}

}  // namespace

std::vector<Paste> type_over(Connection& connection,
                             const std::vector<Typing>& typings) {
  if (typings.size() == 1) return {type_checked(connection, typings[0])};
  std::vector<Paste> out = look_before(connection, typings);
  std::vector<std::string> commands;
  // A text that goes to many is handed over once.
  std::map<std::string, std::string> buffers;
  for (std::size_t i = 0; i < typings.size(); ++i) {
    if (out[i] != Paste::Typed || typings[i].text.empty()) continue;
    const auto [at, is_first] =
        buffers.emplace(typings[i].text, buffer_name(i));
    if (is_first) commands.push_back(set_buffer(at->second, at->first));
  }
  const std::size_t set = commands.size();
  for (std::size_t i = 0; i < typings.size(); ++i) {
    if (out[i] != Paste::Typed) continue;
    const Typing& typing = typings[i];
    std::vector<std::string> parts;
    if (!typing.text.empty())
      parts.push_back("paste-buffer -p -b " + buffers[typing.text] + " -t " +
                      typing.pane.id);
    if (!typing.keys.empty())
      parts.push_back("send-keys -t " + typing.pane.id + " " +
                      text::join(typing.keys, " "));
    commands.push_back(text::join(parts, " ; "));
  }
  if (commands.empty()) return out;
  for (const auto& [text, buffer] : buffers)
    commands.push_back("delete-buffer -b " + buffer);
  const auto replies = connection.run(commands);
  // A block for each command of a line, and none behind one that failed.
  std::size_t next = set;
  for (std::size_t i = 0; i < typings.size(); ++i) {
    if (out[i] != Paste::Typed) continue;
    const int parts = !typings[i].text.empty() + !typings[i].keys.empty();
    for (int part = 0; part < parts && out[i] == Paste::Typed; ++part, ++next)
      if (next >= replies.size())
        out[i] = Paste::Failed;
      else if (replies[next].failed)
        out[i] = part == 0 ? Paste::Gone : Paste::Failed;
  }
  return out;
}

std::string pasteable(std::string_view text) {
  // Valid first: a stray byte could join its neighbours into a control.
  const std::string bytes = text::to_utf8(text);
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) continue;
    // C1 controls are C2 80 … C2 9F in UTF-8.
    if (c == 0xC2 && static_cast<unsigned char>(bytes[i + 1]) < 0xA0) {
      ++i;
      continue;
    }
    out += bytes[i];
  }
  return out;
}

Paste Server::type_one(const Typing& typing) const {
  const std::string buffer = buffer_name(0);
  const Steps steps = steps_of(typing, buffer, "");
  std::vector<std::string> args;
  if (!typing.text.empty()) args = {"load-buffer", "-b", buffer, "-", ";"};
  args.insert(args.end(), {"if-shell", "-F", "-t", typing.pane.id, steps.same,
                           steps.action, steps.refusal});
  const process::Outcome outcome = call(client(args), pasteable(typing.text));
  if (const auto found = outcome_in(outcome.output, typing.pane, ""))
    return *found;
  if (outcome.ok() && outcome.output.empty()) return Paste::Typed;
  return outcome.timed_out ? Paste::Failed : Paste::Gone;
}

std::vector<Paste> Server::type(const std::vector<Typing>& typings) const {
  std::vector<Paste> out(typings.size(), Paste::Gone);
  std::vector<std::size_t> alive;
  for (std::size_t i = 0; i < typings.size(); ++i)
    if (is_still(typings[i].pane)) alive.push_back(i);
  if (alive.size() == 1) out[alive[0]] = type_one(typings[alive[0]]);
  if (alive.size() < 2) return out;

  std::vector<Typing> rest;
  for (const std::size_t i : alive) rest.push_back(typings[i]);
  Connection connection(*this);
  const auto outcomes = type_over(connection, rest);
  for (std::size_t n = 0; n < alive.size(); ++n) out[alive[n]] = outcomes[n];
  return out;
}

std::vector<Shown> Server::look_at(const std::vector<Pane>& panes) const {
  std::vector<Shown> out(panes.size());
  std::vector<std::size_t> alive;
  for (std::size_t i = 0; i < panes.size(); ++i)
    if (is_still(panes[i])) alive.push_back(i);
  const std::string form = std::string(kLook) + " #{pane_pid} #{pane_title}";
  const auto read_title = [&](const std::string& line, std::size_t i) {
    const std::string head =
        std::string(kLook) + " " + std::to_string(panes[i].pid) + " ";
    if (!line.starts_with(head)) return false;
    out[i].title = line.substr(head.size(), line.find('\n') - head.size());
    return true;
  };
  if (alive.size() == 1) {
    const std::string& id = panes[alive[0]].id;
    const process::Outcome outcome =
        call(client({"display-message", "-p", "-t", id, form, ";",
                     "capture-pane", "-p", "-t", id}));
    if (outcome.ok() && read_title(outcome.output, alive[0]))
      out[alive[0]].text = outcome.output.substr(outcome.output.find('\n') + 1);
  }
  if (alive.size() < 2) return out;

  Connection connection(*this);
  std::vector<std::string> commands;
  for (const std::size_t i : alive) {
    commands.push_back("display-message -p -t " + panes[i].id + " \"" + form +
                       "\"");
    commands.push_back("capture-pane -p -t " + panes[i].id);
  }
  const auto replies = connection.run(commands);
  if (replies.size() != 2 * alive.size()) return out;
  for (std::size_t n = 0; n < alive.size(); ++n) {
    const auto& title = replies[2 * n];
    const auto& screen = replies[2 * n + 1];
    if (!title.failed && !screen.failed && read_title(title.output, alive[n]))
      out[alive[n]].text = screen.output;
  }
  return out;
}

}  // namespace orch::tmux
