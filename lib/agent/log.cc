// SPDX-License-Identifier: MIT
#include <algorithm>

#include "agent/agent.h"
#include "agent/coloured_log.h"
#include "clock/clock.h"
#include "file/file.h"
#include "file/follower.h"
#include "file/range.h"
#include "hook/fold.h"
#include "text/text.h"

namespace orch::agent {
namespace {

// Far above what a log is kept to.
constexpr std::size_t kMostBytes = std::size_t{64} << 20;

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

// How many bytes at `at` are a sequence that sets colours; 0 for anything else.
std::size_t colour_at(const std::string& bytes, std::size_t at) {
  constexpr std::size_t kLongest = 64;
  if (bytes.compare(at, 2, "\x1b[") != 0) return 0;
  const std::size_t end = bytes.find_first_not_of("0123456789;:", at + 2);
  const bool sets =
      end != std::string::npos && bytes[end] == 'm' && end - at < kLongest;
  return sets ? end + 1 - at : 0;
}

std::string coloured_log(const std::string& bytes) {
  std::string out;
  std::size_t from = 0;
  for (std::size_t at = 0;
       (at = bytes.find('\x1b', at)) != std::string::npos;) {
    const std::size_t length = colour_at(bytes, at);
    if (length == 0) {
      ++at;
      continue;
    }
    out +=
        printable_log(bytes.substr(from, at - from)) + bytes.substr(at, length);
    from = at += length;
  }
  return out + printable_log(bytes.substr(from));
}

std::string tail_of(const std::string& log, std::size_t lines) {
  auto all = text::split(log, '\n');
  if (!all.empty() && all.back().empty()) all.pop_back();
  const std::size_t first = all.size() > lines ? all.size() - lines : 0;
  std::string out;
  for (std::size_t i = first; i < all.size(); ++i) out += all[i] + "\n";
  return out;
}

}  // namespace

std::string log_path(const Repository& repository, const store::Agent& agent) {
  return repository.orch_dir() + "/log/agent-" + std::to_string(agent.id);
}

namespace {

std::string whole_log(const Repository& repository, const store::Agent& agent) {
  // Agents may write beside it: nothing but a file of ours is read, and never
  // waited for.
  const auto read = [](const std::string& path) {
    auto log = file::find_own_range(path, 0, kMostBytes);
    return log ? std::move(log->bytes) : std::string();
  };
  const std::string path = log_path(repository, agent);
  return read(path + ".1") + read(path);
}

}  // namespace

std::string log_tail(const Repository& repository, const store::Agent& agent,
                     std::size_t lines) {
  return tail_of(printable_log(whole_log(repository, agent)), lines);
}

std::string coloured_log_tail(const Repository& repository,
                              const store::Agent& agent, std::size_t lines) {
  const std::string out =
      tail_of(coloured_log(whole_log(repository, agent)), lines);
  return out.empty() ? out : out + "\x1b[m";
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
