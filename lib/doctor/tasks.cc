// SPDX-License-Identifier: MIT
#include "doctor/tasks.h"

#include <map>
#include <string>

#include "store/features.h"
#include "store/tasks.h"

namespace orch::doctor {

void check_tasks(store::Store& store, std::vector<Check>& out) {
  for (const store::Feature& feature :
       store::list_features(store, "in-progress")) {
    std::map<std::string, std::vector<std::string>> at;
    for (const store::Task& task : store::list_tasks(store, feature.id))
      if (task.owner && task.status == "doing")
        at[*task.owner].push_back(task.task_id);
    for (const auto& [agent, tasks] : at) {
      if (tasks.size() < 2) continue;
      std::string all;
      for (const std::string& id : tasks) all += (all.empty() ? "" : ", ") + id;
      out.push_back({"tasks " + agent, "warn",
                     "at " + std::to_string(tasks.size()) + " at once: " + all,
                     "git orch task list --feature " + feature.spec_id});
    }
  }
}

}  // namespace orch::doctor
