// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "store/ports.h"

namespace orch::agent {

store::Agent register_directory(store::Store& store,
                                const std::string& directory,
                                const std::string& role) {
  if (!file::is_directory(directory))
    throw Error(ErrorCode::InvalidDirectory,
                "'" + directory + "' is not a directory");
  const std::string path = file::resolve(directory);
  store::Transaction transaction(store);
  if (auto present = store::find_agent_in(store, path)) {
    if (present->status == "completed") {
      present->status = "active";
      store::update_agent(store, *present);
      transaction.commit();
    }
    return *std::move(present);
  }
  const std::string base = "dir/" + file::name_of(path);
  std::string address = base;
  for (int n = 2; store::find_agent(store, address); ++n)
    address = base + "-" + std::to_string(n);
  store::Agent agent;
  agent.address = address;
  agent.role = role;
  agent.kind = "support";
  agent.worktree = path;
  agent.created_at = clock::now();
  agent.state_since = agent.created_at;
  agent.id = store::insert_agent(store, agent);
  transaction.commit();
  return agent;
}

std::vector<std::string> clean(store::Store& store) {
  std::vector<std::string> removed;
  for (const store::Agent& row : store::list_agents(store)) {
    if (row.feature_id || row.status == "completed" || is_running(row))
      continue;
    // The row stays behind its messages: nothing is lost. It comes back when
    // an agent is started in that directory again.
    store::Transaction transaction(store);
    store::Agent hidden = row;
    hidden.status = "completed";
    store::update_agent(store, hidden);
    store::release_ports(store, row.id);
    transaction.commit();
    removed.push_back(row.address);
  }
  return removed;
}

}  // namespace orch::agent
