// SPDX-License-Identifier: MIT
#include "agent/elsewhere.h"

#include "error/error.h"
#include "file/file.h"
#include "message/launcher.h"
#include "process/process.h"
#include "text/text.h"

namespace orch::agent {
namespace {

using repository::Repository;

// An agent of a feature has a worktree of its repository; one of a directory
// may work anywhere.
std::string owner_of_worktree(const store::Agent& agent) {
  if (!agent.feature_id || agent.worktree.empty()) return "";
  const auto here = repository::find(agent.worktree);
  return here && here->worktree == file::resolve(agent.worktree)
             ? here->common_dir
             : "";
}

// As its launcher was told: "<common dir>/orch/run/<run>/<file>".
std::string owner_of_process(const store::Agent& agent) {
  const process::Identity launcher{
      static_cast<pid_t>(agent.pane_pid),
      static_cast<std::uint64_t>(agent.pane_start)};
  if (agent.pane_pid == 0 || !process::is_alive(launcher)) return "";
  const auto words = text::split(
      file::find_contents("/proc/" + std::to_string(launcher.pid) + "/cmdline")
          .value_or(""),
      '\0');
  if (words.size() < 2 || file::name_of(words[0]) != message::kLauncher)
    return "";
  const std::size_t end = words[1].rfind("/orch/run/");
  return end == std::string::npos ? "" : words[1].substr(0, end);
}

}  // namespace

std::string home_elsewhere(const Repository& repository,
                           const store::Agent& agent) {
  for (const std::string& owner :
       {owner_of_worktree(agent), owner_of_process(agent)})
    if (!owner.empty() && file::is_directory(owner) &&
        file::resolve(owner) != file::resolve(repository.common_dir))
      return owner;
  return "";
}

void require_ours(const Repository& repository, const store::Agent& agent) {
  const std::string home = home_elsewhere(repository, agent);
  if (!home.empty())
    throw Error(ErrorCode::InvalidDirectory,
                "'" + agent.address + "' is an agent of '" + home + "', and '" +
                    repository.common_dir + "' a copy of that",
                "git orch deinit, then git orch init");
}

}  // namespace orch::agent
