// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <map>
#include <optional>

#include "clock/clock.h"
#include "process/process.h"
#include "text/text.h"
#include "tmux/call.h"
#include "tmux/output.h"
#include "tmux/tmux.h"

namespace orch::tmux {
namespace {

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

Answer answer_of(const process::Outcome& outcome) {
  return {outcome.output, outcome.errors, outcome.ok(), outcome.timed_out};
}

enum class Buffer { Own, Shared };

// It says nothing when all is well, which is quicker: a client that ends
// without an error has done it all. tmux 3.3 ends with every agent when
// something is pasted into a pane whose process has ended.
Steps steps_of(const Typing& typing, const std::string& buffer, Buffer whose) {
  const std::string& id = typing.pane.id;
  Steps steps;
  steps.same = "#{==:#{pane_pid} #{pane_dead} #{pane_in_mode}," +
               std::to_string(typing.pane.pid) + " 0 0}";
  std::vector<std::string> parts;
  if (!typing.text.empty())
    parts.push_back("paste-buffer -p " +
                    std::string(whose == Buffer::Own ? "-d " : "") + "-b " +
                    buffer + " -t " + id);
  if (!typing.keys.empty())
    parts.push_back("send-keys -t " + id + " " + text::join(typing.keys, " "));
  steps.action = text::join(parts, " ; ");
  if (!typing.text.empty() && whose == Buffer::Own)
    steps.refusal = "delete-buffer -b " + buffer + " ; ";
  steps.refusal += "display-message -p -t " + id + " '" +
                   std::string(kRefused) + " " + id.substr(1) +
                   " #{pane_pid} #{pane_dead} #{pane_in_mode}'";
  return steps;
}

std::string buffer_name(std::size_t n) {
  return "orch-" + std::to_string(::getpid()) + "-" + std::to_string(n);
}

// `text` as one argument of a line that tmux reads.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n' || c == '\t') {
      out += c == '\n' ? "\\n" : "\\t";
      continue;
    }
    if (c == '\\' || c == '"' || c == '$') out += '\\';
    out += c;
  }
  return out + '"';
}

// The line that does it, for a script.
std::string line_of(const Steps& steps, const Pane& pane) {
  return "if-shell -F -t " + pane.id + " " + quoted(steps.same) + " " +
         quoted(steps.action) + " " + quoted(steps.refusal) + "\n";
}

}  // namespace

// One client for all of them, its commands on its standard input. Control mode
// would be quicker still, but with tmux 3.3 a control client that comes just
// when another client goes brings the server down, and every agent with it.
std::vector<Paste> Server::type_many(const std::vector<Typing>& typings) const {
  std::vector<Paste> out(typings.size(), Paste::Typed);
  // A text that goes to many is handed over once. A script is short: tmux takes
  // longer for each line of a long one.
  constexpr std::size_t kScriptBytes = 32 << 10;
  std::map<std::string, std::string> buffers;
  std::vector<std::size_t> written;
  std::string script;
  const auto run_script = [&] {
    for (const auto& [text, buffer] : buffers)
      script += "delete-buffer -b " + buffer + "\n";
    if (!script.empty())
      note_failures(answer_of(call(client({"source-file", "-"}), script)),
                    typings, written, out);
    script.clear();
    buffers.clear();
    written.clear();
  };
  for (std::size_t i = 0; i < typings.size(); ++i) {
    const Typing& typing = typings[i];
    std::string buffer;
    if (!typing.text.empty()) {
      const auto [at, is_first] = buffers.emplace(typing.text, buffer_name(i));
      if (is_first)
        script += "set-buffer -b " + at->second + " -- " +
                  quoted(pasteable(typing.text)) + "\n";
      buffer = at->second;
    }
    script += line_of(steps_of(typing, buffer, Buffer::Shared), typing.pane);
    written.push_back(i);
    if (script.size() > kScriptBytes) run_script();
  }
  run_script();
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
  const Steps steps = steps_of(typing, buffer, Buffer::Own);
  std::vector<std::string> args;
  if (!typing.text.empty()) args = {"load-buffer", "-b", buffer, "-", ";"};
  args.insert(args.end(), {"if-shell", "-F", "-t", typing.pane.id, steps.same,
                           steps.action, steps.refusal});
  const process::Outcome outcome = call(client(args), pasteable(typing.text));
  if (const auto found = refusal_in(outcome.output, typing.pane)) return *found;
  if (outcome.ok() && outcome.output.empty()) return Paste::Typed;
  return outcome.timed_out ? Paste::Failed : Paste::Gone;
}

std::vector<Paste> Server::type(const std::vector<Typing>& typings) const {
  std::vector<Paste> out(typings.size(), Paste::Gone);
  std::vector<std::size_t> alive;
  std::vector<Typing> rest;
  for (std::size_t i = 0; i < typings.size(); ++i)
    if (is_still(typings[i].pane)) {
      alive.push_back(i);
      rest.push_back(typings[i]);
    }
  if (alive.empty()) return out;
  const auto outcomes = alive.size() == 1
                            ? std::vector<Paste>{type_one(rest[0])}
                            : type_many(rest);
  for (std::size_t n = 0; n < alive.size(); ++n) out[alive[n]] = outcomes[n];
  return out;
}

std::vector<Shown> Server::look_at(const std::vector<Pane>& panes) const {
  std::vector<Shown> out(panes.size());
  // No pane can show it.
  const std::string mark =
      "orch-look-" + text::hex(clock::random_bytes(16)) + " ";
  std::string script;
  for (std::size_t i = 0; i < panes.size(); ++i) {
    if (!is_still(panes[i])) continue;
    script += "display-message -p -t " + panes[i].id + " \"" + mark +
              std::to_string(i) + " #{pane_pid} #{pane_title}\"\n" +
              "capture-pane -p -t " + panes[i].id + "\n";
  }
  if (script.empty()) return out;
  const process::Outcome outcome = call(client({"source-file", "-"}), script);
  if (outcome.timed_out) return out;
  note_shown(outcome.output, mark, panes, out);
  return out;
}

}  // namespace orch::tmux
