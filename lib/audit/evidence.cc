// SPDX-License-Identifier: MIT
#include "audit/evidence.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "file/file.h"
#include "text/text.h"

namespace orch::audit {
namespace {

constexpr off_t kTail = off_t{1} << 18;  // about two thousand steps

std::string tail_of(const std::string& path) {
  const file::Descriptor fd(
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return "";
  const off_t size = ::lseek(fd.get(), 0, SEEK_END);
  ::lseek(fd.get(), size > kTail ? size - kTail : 0, SEEK_SET);
  return file::read_all(fd.get());
}

HeadLog log_of(const Repository& worktree) {
  return {repository::agent_of(worktree).value_or(""),
          repository::read_head(worktree).branch,
          parse_reflog(tail_of(worktree.git_dir + "/logs/HEAD"))};
}

bool is_id(std::string_view word) {
  return word.size() >= 40 &&
         word.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_none(const std::string& id) {
  return id.find_first_not_of('0') == std::string::npos;
}

}  // namespace

// "<old> <new> <name> <<address>> <seconds> <zone> TAB <reason>"
std::vector<Step> parse_reflog(std::string_view bytes) {
  std::vector<Step> out;
  for (const std::string& line : text::split(bytes, '\n')) {
    const std::size_t tab = line.find('\t');
    const std::string_view front = std::string_view(line).substr(0, tab);
    const std::size_t first = front.find(' ');
    const std::size_t second = front.find(' ', first + 1);
    const std::size_t close = front.rfind('>');
    if (second == std::string_view::npos || close == std::string_view::npos)
      continue;
    Step s;
    s.from = front.substr(0, first);
    s.to = front.substr(first + 1, second - first - 1);
    if (!is_id(s.from) || !is_id(s.to)) continue;
    s.at =
        std::strtoll(std::string(front.substr(close + 1)).c_str(), nullptr, 10);
    if (tab != std::string::npos) s.reason = line.substr(tab + 1);
    out.push_back(std::move(s));
  }
  return out;
}

bool HeadLog::reaches(const std::string& id) const {
  return std::any_of(steps.begin(), steps.end(),
                     [&](const Step& s) { return s.to == id; });
}

bool HeadLog::explains(const Step& step) const {
  return std::any_of(steps.begin(), steps.end(), [&](const Step& s) {
    return s.to == step.to && (s.from == step.from || s.at >= step.at);
  });
}

std::vector<HeadLog> head_logs(const Repository& repository) {
  std::vector<HeadLog> out = {
      log_of({repository.common_dir, repository.common_dir, ""})};
  const std::string all = repository.common_dir + "/worktrees";
  for (const std::string& name : file::names_in(all))
    out.push_back(log_of({file::join(all, name), repository.common_dir, ""}));
  return out;
}

std::optional<std::vector<Step>> steps_between(const std::vector<Step>& all,
                                               const std::string& from,
                                               const std::string& to) {
  std::vector<Step> out;
  std::string at = to;
  for (auto s = all.rbegin(); s != all.rend(); ++s) {
    if (s->to != at) return std::nullopt;
    out.insert(out.begin(), *s);
    at = s->from;
    if (from.empty() ? is_none(at) : at == from) return out;
  }
  return std::nullopt;
}

std::optional<std::vector<Step>> steps_between(const Repository& repository,
                                               const std::string& ref,
                                               const std::string& from,
                                               const std::string& to) {
  return steps_between(
      parse_reflog(tail_of(repository.common_dir + "/logs/" + ref)), from, to);
}

bool is_moving(const Repository& repository, std::int64_t now_ms) {
  constexpr std::int64_t kAtWorkMs = 10'000;
  const auto is_locked = [&](const std::string& git_dir) {
    const std::int64_t at = file::modified_ms(file::join(git_dir, "HEAD.lock"));
    return at > 0 && std::abs(now_ms - at) < kAtWorkMs;
  };
  if (is_locked(repository.common_dir)) return true;
  const std::string worktrees = repository.common_dir + "/worktrees";
  for (const std::string& name : file::names_in(worktrees))
    if (is_locked(file::join(worktrees, name))) return true;
  return false;
}

}  // namespace orch::audit
