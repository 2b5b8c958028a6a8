// SPDX-License-Identifier: MIT
#include <map>

#include "clock/clock.h"
#include "file/file.h"
#include "progress/progress.h"

namespace orch::progress {

void note_current_tasks(store::Store& store, const store::Feature& feature) {
  const std::int64_t now = clock::now();
  std::map<std::string, std::vector<std::string>> by_owner;
  for (const store::Task& t : store::list_tasks(store, feature.id)) {
    if (!t.owner) continue;
    bool current = t.status == "doing";
    if (t.status == "open")
      if (const auto lease =
              store::find_lease(store, task::lease_name(feature, t.task_id)))
        current = lease->is_held(now) && lease->owner == t.owner;
    if (current) by_owner[*t.owner].push_back(t.task_id);
  }
  for (const store::Agent& a : store::list_agents(store, feature.id)) {
    const auto here = repository::find(a.worktree);
    if (a.worktree.empty() || !here || repository::agent_of(*here) != a.address)
      continue;
    const std::string path = file::join(here->git_dir, repository::kTaskFile);
    const auto& tasks = by_owner[a.address];
    if (tasks.size() != 1)
      file::remove(path);
    else if (file::find_contents(path) != tasks[0] + "\n")
      file::write_atomically(path, tasks[0] + "\n");
  }
}

}  // namespace orch::progress
