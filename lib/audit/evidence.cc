// SPDX-License-Identifier: MIT
#include "audit/evidence.h"

#include <algorithm>
#include <cstdlib>

#include "file/file.h"

namespace orch::audit {
namespace {

HeadLog log_of(const Repository& worktree) {
  return {repository::agent_of(worktree).value_or(""), git::branch_in(worktree),
          git::read_reflog(worktree, "HEAD")};
}

bool is_none(const std::string& id) {
  return id.find_first_not_of('0') == std::string::npos;
}

}  // namespace

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
  return steps_between(git::read_reflog(repository, ref), from, to);
}

bool is_moving(const Repository& repository, std::int64_t now_ms) {
  constexpr std::int64_t kAtWorkMs = 10'000;
  const auto is_locked = [&](const std::string& git_dir) {
    for (const char* lock : {"HEAD.lock", "reftable/tables.list.lock"}) {
      const std::int64_t at = file::modified_ms(file::join(git_dir, lock));
      if (at > 0 && std::abs(now_ms - at) < kAtWorkMs) return true;
    }
    return false;
  };
  if (is_locked(repository.common_dir)) return true;
  const std::string worktrees = repository.common_dir + "/worktrees";
  for (const std::string& name : file::names_in(worktrees))
    if (is_locked(file::join(worktrees, name))) return true;
  return false;
}

}  // namespace orch::audit
