// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// Tasks, what they wait for, and what commits say of them.
namespace orch::store {

struct Task {
  std::int64_t id = 0;
  std::int64_t feature_id = 0;
  std::string task_id;  // "T001"
  std::string title;
  std::string status = "open";          // open, doing, blocked, done, dropped
  std::optional<std::string> owner;     // an agent's address
  std::vector<std::string> depends_on;  // task ids, sorted; read only
  std::optional<std::string> commit;    // the newest that decides the status
  std::optional<std::string> said;      // the last word said by hand
  std::int64_t said_at = 0;
  std::optional<std::string> said_before;  // what a block covers
  std::optional<std::string> reason;       // why it is blocked
  std::string section, parent;
  std::int64_t updated_at = 0;
};

// In the order in which they were added.
std::vector<Task> list_tasks(Store& store, std::int64_t feature_id);
std::optional<Task> find_task(Store& store, std::int64_t feature_id,
                              const std::string& task_id);
// The functions below: within a Transaction.
std::int64_t insert_task(Store& store, const Task& task);
// Writes every column but id, feature, task id and dependencies.
void update_task(Store& store, const Task& task);
// They may be there (or absent) already.
void insert_dependency(Store& store, std::int64_t feature_id,
                       const std::string& task_id,
                       const std::string& depends_on);
void remove_dependency(Store& store, std::int64_t feature_id,
                       const std::string& task_id,
                       const std::string& depends_on);

// A task that a commit names, and one commit that reverts another. Recording
// twice is once.
void insert_task_commit(Store& store, std::int64_t feature_id,
                        const std::string& task_id, const std::string& commit,
                        bool completes, std::int64_t at);
void insert_revert(Store& store, const std::string& commit,
                   const std::string& reverted);

// What commits say of a feature's tasks now: rows of commits that were neither
// rewritten, dropped nor reverted (by a commit that itself still counts).
struct Evidence {
  std::string task_id;
  std::string commit;
  bool completes = false;
  std::int64_t at = 0;
};
std::vector<Evidence> list_evidence(Store& store, std::int64_t feature_id);

// Features with a row that the commit (or what it was rewritten from) gave.
std::vector<std::int64_t> features_named_by(Store& store,
                                            const std::string& commit);

}  // namespace orch::store
