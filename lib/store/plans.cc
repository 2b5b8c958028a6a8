// SPDX-License-Identifier: MIT
#include "store/plans.h"

#include "store/database.h"
#include "store/messages.h"
#include "store/ports.h"

namespace orch::store {
namespace {

// A free address that says what became of it.
std::string retired_address(const Agent& agent) {
  return "undone-" + std::to_string(agent.id) + "/" + agent.role;
}

void retire_agent(Store& store, const Agent& agent) {
  for (const Message& m : list_messages(store, agent.id, Which::Open))
    end_message(store, m.id, "failed", "the set-up of its agent was undone");
  Statement(store.database(),
            "UPDATE checkins SET state = 'cancelled', reason = 'undone' "
            "WHERE agent_id = ? AND state IN ('waiting', 'paused')")
      .bind(agent.id)
      .run();
  release_ports(store, agent.id);
  Statement(store.database(), "DELETE FROM known_refs WHERE name = ?")
      .bind("refs/heads/" + agent.branch)
      .run();
  Statement(store.database(),
            "UPDATE agents SET feature_id = NULL, address = ?, branch = NULL, "
            "worktree = NULL, status = 'completed', desired = 'stopped', "
            "restart_at = NULL WHERE id = ?")
      .bind(retired_address(agent), agent.id)
      .run();
}

}  // namespace

std::optional<Plan> find_plan(Store& store, std::int64_t feature_id) {
  Statement s(store.database(),
              "SELECT feature_id, document, digest, status, created_at "
              "FROM plans WHERE feature_id = ?");
  s.bind(feature_id);
  if (!s.step()) return std::nullopt;
  return Plan{.feature_id = s.integer(0),
              .document = s.text(1),
              .digest = s.text(2),
              .status = s.text(3),
              .created_at = s.integer(4)};
}

void put_plan(Store& store, const Plan& plan) {
  Statement(store.database(),
            "INSERT OR REPLACE INTO plans(feature_id, document, digest, "
            "status, created_at) VALUES (?, ?, ?, ?, ?)")
      .bind(plan.feature_id, plan.document, plan.digest, plan.status,
            plan.created_at)
      .run();
}

void retire_feature(Store& store, const Feature& feature, std::int64_t now) {
  for (const Agent& agent : list_agents(store, feature.id))
    retire_agent(store, agent);
  for (const char* table :
       {"task_dependencies", "task_commits", "tasks", "plans"})
    Statement(store.database(),
              "DELETE FROM " + std::string(table) + " WHERE feature_id = ?")
        .bind(feature.id)
        .run();
  Statement(store.database(),
            "UPDATE features SET status = 'archived', undone_at = ? "
            "WHERE id = ?")
      .bind(now, feature.id)
      .run();
}

void archive_feature(Store& store, std::int64_t feature_id) {
  Statement(store.database(),
            "UPDATE checkins SET state = 'cancelled', "
            "reason = 'the feature is archived' "
            "WHERE state IN ('waiting', 'paused') AND agent_id IN "
            "(SELECT id FROM agents WHERE feature_id = ?)")
      .bind(feature_id)
      .run();
  Statement(store.database(),
            "UPDATE features SET status = 'archived' WHERE id = ?")
      .bind(feature_id)
      .run();
}

}  // namespace orch::store
