// SPDX-License-Identifier: MIT
#include <algorithm>

#include "agent/agent.h"
#include "clock/clock.h"
#include "file/file.h"
#include "file/follower.h"
#include "hook/fold.h"
#include "text/text.h"

namespace orch::agent {
namespace {

// Removes escape sequences (ECMA-48: CSI, OSC and the two-byte ones) and the
// carriage returns of a terminal's line ends.
std::string without_sequences(const std::string& bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (c == '\r') continue;
    if (c != '\x1b') {
      out += c;
      continue;
    }
    if (++i >= bytes.size()) break;
    if (bytes[i] == '[') {
      while (++i < bytes.size() && (bytes[i] < 0x40 || bytes[i] > 0x7E)) {
      }
    } else if (bytes[i] == ']') {
      while (++i < bytes.size() && bytes[i] != '\a')
        if (bytes[i] == '\x1b' && i + 1 < bytes.size()) {
          ++i;
          break;
        }
    }
  }
  return out;
}

std::string printable_log(const std::string& bytes) {
  return text::printable_lines(without_sequences(bytes));
}

}  // namespace

std::string log_path(const Repository& repository, const store::Agent& agent) {
  return repository.orch_dir() + "/log/agent-" + std::to_string(agent.id);
}

std::string log_tail(const Repository& repository, const store::Agent& agent,
                     std::size_t lines) {
  const std::string path = log_path(repository, agent);
  const std::string bytes = file::find_contents(path + ".1").value_or("") +
                            file::find_contents(path).value_or("");
  auto all = text::split(printable_log(bytes), '\n');
  if (!all.empty() && all.back().empty()) all.pop_back();
  const std::size_t first = all.size() > lines ? all.size() - lines : 0;
  std::string out;
  for (std::size_t i = first; i < all.size(); ++i) out += all[i] + "\n";
  return out;
}

void follow_log(const Repository& repository, store::Store& store,
                const store::Agent& agent,
                const std::function<void(const std::string&)>& told) {
  constexpr std::int64_t kSliceMs = 1000;
  constexpr std::int64_t kLastWordsMs = 3000;
  file::Follower log(log_path(repository, agent));
  std::string rest;  // of a line that is not whole yet
  std::int64_t gone_at = 0;
  const auto is_over = [&] {
    const auto row = store::find_agent(store, agent.id).value_or(agent);
    if (is_running(row)) return false;
    if (row.exit_status || row.state == "stopped" || row.run.empty())
      return true;
    // Its launcher tells of the end when all that was printed is in the log.
    if (gone_at == 0) gone_at = clock::steady();
    return clock::steady() - gone_at > kLastWordsMs;
  };
  const auto read = [&] { return !(rest += log.read()).empty(); };
  while (true) {
    const bool last = is_over();
    read();
    const std::size_t end = last ? rest.size() : rest.rfind('\n') + 1;
    if (end > 0) told(printable_log(rest.substr(0, end)));
    rest.erase(0, end);
    if (last) return;
    const std::size_t before = rest.size();
    hook::fold_until(
        repository, store,
        [&] { return (read() && rest.size() > before) || is_over(); },
        kSliceMs);
  }
}

}  // namespace orch::agent
