// SPDX-License-Identifier: MIT
#include "overview/work.h"

#include <map>

#include "file/file.h"
#include "git/git.h"
#include "text/time.h"

namespace orch::overview {
namespace {

std::string ref_of(const store::Agent& a) {
  return a.branch.empty() ? "" : std::string(git::kHeads) + a.branch;
}

// The tips of all branches, by full name, and their commits.
struct Tips {
  std::map<std::string, std::string> ids;
  std::map<std::string, git::Commit> commits;
};

Tips look_up(const repository::Repository& repository, const Status& status) {
  Tips out;
  for (const git::Ref& r :
       git::list_refs(repository, {std::string(git::kHeads)}))
    out.ids[r.name] = r.id;
  std::vector<std::string> asked;
  for (const FeatureStatus& fs : status.features)
    for (const AgentStatus& a : fs.agents)
      if (const auto tip = out.ids.find(ref_of(a.agent)); tip != out.ids.end())
        asked.push_back(tip->second);
  out.commits = git::read_commits(repository, asked);
  return out;
}

void add_to(const repository::Repository& repository, const std::string& base,
            const Tips& tips, AgentStatus& seen) {
  json::Value ahead, behind, dirty, last;
  const auto tip = tips.ids.find(ref_of(seen.agent));
  if (tip != tips.ids.end() && !base.empty()) {
    const git::Divergence d = git::divergence(repository, tip->first, base);
    ahead = d.ahead;
    behind = d.behind;
    if (const auto c = tips.commits.find(tip->second); c != tips.commits.end())
      last = json::Object{{"id", c->second.id},
                          {"subject", c->second.subject},
                          {"at", text::iso_time(c->second.committed_at)}};
  }
  const std::string& worktree = seen.agent.worktree;
  if (file::is_directory(worktree) && repository::find(worktree))
    dirty = git::dirty_paths(repository, worktree).size();
  for (auto& [key, value] : json::Object{{"ahead", ahead},
                                         {"behind", behind},
                                         {"dirty", dirty},
                                         {"last_commit", last}})
    seen.row.emplace_back(key, value);
}

}  // namespace

void add_work(const repository::Repository& repository, Status& status) {
  const Tips tips = look_up(repository, status);
  for (FeatureStatus& fs : status.features)
    for (AgentStatus& a : fs.agents)
      add_to(repository, fs.feature.base, tips, a);
  for (AgentStatus& a : status.others) add_to(repository, "", tips, a);
}

}  // namespace orch::overview
