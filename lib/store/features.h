// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// Features and their agents. Times are milliseconds since 1970.
namespace orch::store {

struct Feature {
  std::int64_t id = 0;
  std::string spec_id;
  std::string name;
  std::string integration_branch;  // short name
  std::string base;                // full ref name, or a commit id
  std::string base_commit;
  std::optional<std::string> spec_path;
  std::string status = "in-progress";
  std::int64_t created_at = 0;
  std::optional<std::int64_t> completed_at;
};

struct Agent {
  std::int64_t id = 0;
  std::optional<std::int64_t> feature_id;
  std::string address;
  std::string role;
  std::string kind = "implementor";
  std::string branch;    // short name; empty outside a feature
  std::string worktree;  // empty when it has none
  std::string runtime;   // empty: not chosen yet
  std::string status = "active";
  std::string desired = "stopped";
  std::string state = "stopped";
  std::string state_source = "command";
  std::int64_t state_since = 0;
  std::string run;
  std::string pane;
  std::int64_t pane_pid = 0, pane_start = 0;
  std::int64_t pid = 0, pid_start = 0;  // 0: not known
  std::string boot_id;
  std::optional<std::int64_t> exit_status;
  std::optional<std::int64_t> exited_at;
  std::int64_t created_at = 0;
  std::string conversation;  // the agent CLI's own id of it; empty: not known
  std::string transcript;    // the file where that CLI writes it down
  std::optional<std::int64_t> restart_at;  // after a crash: not before
  std::string cli_version;         // as the CLI prints it; empty: not known
  std::int64_t pid_namespace = 0;  // where pid means something; 0: not known
};

// In order of creation. `status` empty: all. One whose set-up was undone is
// none (see plans.h), but by its id.
std::vector<Feature> list_features(Store& store, const std::string& status);
std::optional<Feature> find_feature(Store& store, const std::string& spec_id);
std::optional<Feature> find_feature(Store& store, std::int64_t id);
// Inserts, and returns the new id. Within a Transaction.
std::int64_t insert_feature(Store& store, const Feature& feature);

// It is finished: status completed, since then. One that was so stays as it
// was. Within a Transaction.
void complete_feature(Store& store, std::int64_t feature_id, std::int64_t now);

// In order of creation.
std::vector<Agent> list_agents(Store& store);
std::vector<Agent> list_agents(Store& store, std::int64_t feature_id);
std::optional<Agent> find_agent(Store& store, const std::string& address);
std::optional<Agent> find_agent(Store& store, std::int64_t id);
std::optional<Agent> find_agent_in(Store& store, const std::string& worktree);
std::optional<Agent> find_agent_on(Store& store, const std::string& branch);
std::int64_t insert_agent(Store& store, const Agent& agent);
// Writes every column but id, address, feature and creation time.
void update_agent(Store& store, const Agent& agent);

}  // namespace orch::store
