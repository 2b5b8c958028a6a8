// SPDX-License-Identifier: MIT
#include <algorithm>

#include "agent/agent.h"
#include "file/file.h"
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

}  // namespace

std::string log_path(const Repository& repository, const store::Agent& agent) {
  return repository.orch_dir() + "/log/agent-" + std::to_string(agent.id);
}

std::string log_tail(const Repository& repository, const store::Agent& agent,
                     std::size_t lines) {
  const std::string path = log_path(repository, agent);
  const std::string bytes = file::find_contents(path + ".1").value_or("") +
                            file::find_contents(path).value_or("");
  auto all = text::split(without_sequences(bytes), '\n');
  if (!all.empty() && all.back().empty()) all.pop_back();
  const std::size_t first = all.size() > lines ? all.size() - lines : 0;
  std::string out;
  for (std::size_t i = first; i < all.size(); ++i)
    out += text::printable_lines(all[i]) + "\n";
  return out;
}

}  // namespace orch::agent
