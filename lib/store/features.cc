// SPDX-License-Identifier: MIT
#include "store/features.h"

#include "store/database.h"

namespace orch::store {
namespace {

constexpr char kFeatureColumns[] =
    "SELECT id, spec_id, name, overseer_branch, base_branch, base_commit, "
    "spec_path, status, created_at, completed_at FROM features ";

Feature feature_of(const Statement& s) {
  Feature f;
  f.id = s.integer(0);
  f.spec_id = s.text(1);
  f.name = s.text(2);
  f.integration_branch = s.text(3);
  f.base = s.text(4);
  f.base_commit = s.text(5);
  f.spec_path = s.maybe_text(6);
  f.status = s.text(7);
  f.created_at = s.integer(8);
  f.completed_at = s.maybe_integer(9);
  return f;
}

constexpr char kAgentColumns[] =
    "SELECT id, feature_id, address, role, kind, branch, worktree, runtime, "
    "status, desired, state, state_source, state_since, run, pane, pane_pid, "
    "pane_start, pid, pid_start, boot_id, exit_status, exited_at, created_at, "
    "conversation, transcript, restart_at, cli_version, pid_namespace "
    "FROM agents ";

Agent agent_of(const Statement& s) {
  Agent a;
  a.id = s.integer(0);
  a.feature_id = s.maybe_integer(1);
  a.address = s.text(2);
  a.role = s.text(3);
  a.kind = s.text(4);
  a.branch = s.text(5);
  a.worktree = s.text(6);
  a.runtime = s.text(7);
  a.status = s.text(8);
  a.desired = s.text(9);
  a.state = s.text(10);
  a.state_source = s.text(11);
  a.state_since = s.integer(12);
  a.run = s.text(13);
  a.pane = s.text(14);
  a.pane_pid = s.integer(15);
  a.pane_start = s.integer(16);
  a.pid = s.integer(17);
  a.pid_start = s.integer(18);
  a.boot_id = s.text(19);
  a.exit_status = s.maybe_integer(20);
  a.exited_at = s.maybe_integer(21);
  a.created_at = s.integer(22);
  a.conversation = s.text(23);
  a.transcript = s.text(24);
  a.restart_at = s.maybe_integer(25);
  a.cli_version = s.text(26);
  a.pid_namespace = s.integer(27);
  return a;
}

template <typename Row, typename Make>
std::vector<Row> all(Statement& s, Make make) {
  std::vector<Row> rows;
  while (s.step()) rows.push_back(make(s));
  return rows;
}

std::optional<std::string> none_if_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<std::int64_t> none_if_zero(std::int64_t n) {
  return n == 0 ? std::nullopt : std::optional(n);
}

std::optional<Agent> first_agent(Store& store, const char* where,
                                 const std::string& value) {
  Statement s(store.database(), std::string(kAgentColumns) + where);
  s.bind(value);
  if (!s.step()) return std::nullopt;
  return agent_of(s);
}

}  // namespace

std::vector<Feature> list_features(Store& store, const std::string& status) {
  Statement s(store.database(), std::string(kFeatureColumns) +
                                    "WHERE undone_at IS NULL AND "
                                    "(?1 = '' OR status = ?1) ORDER BY id");
  s.bind(status);
  return all<Feature>(s, feature_of);
}

std::optional<Feature> find_feature(Store& store, const std::string& spec_id) {
  Statement s(store.database(), std::string(kFeatureColumns) +
                                    "WHERE spec_id = ? AND undone_at IS NULL");
  s.bind(spec_id);
  if (!s.step()) return std::nullopt;
  return feature_of(s);
}

std::optional<Feature> find_feature(Store& store, std::int64_t id) {
  Statement s(store.database(), std::string(kFeatureColumns) + "WHERE id = ?");
  s.bind(id);
  if (!s.step()) return std::nullopt;
  return feature_of(s);
}

std::int64_t insert_feature(Store& store, const Feature& f) {
  // One whose set-up was undone is taken over: its events name the row.
  Statement undone(store.database(),
                   "SELECT id FROM features "
                   "WHERE spec_id = ? AND undone_at IS NOT NULL");
  undone.bind(f.spec_id);
  if (undone.step()) {
    const std::int64_t id = undone.integer(0);
    Statement(store.database(),
              "UPDATE features SET name = ?, overseer_branch = ?, "
              "base_branch = ?, base_commit = ?, spec_path = ?, status = ?, "
              "created_at = ?, completed_at = ?, undone_at = NULL WHERE id = ?")
        .bind(f.name, f.integration_branch, f.base, f.base_commit, f.spec_path,
              f.status, f.created_at, f.completed_at, id)
        .run();
    return id;
  }
  Statement(store.database(),
            "INSERT INTO features(spec_id, name, overseer_branch, base_branch, "
            "base_commit, spec_path, status, created_at, completed_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(f.spec_id, f.name, f.integration_branch, f.base, f.base_commit,
            f.spec_path, f.status, f.created_at, f.completed_at)
      .run();
  return store.database().last_id();
}

void complete_feature(Store& store, std::int64_t feature_id, std::int64_t now) {
  Statement(store.database(),
            "UPDATE features SET status = 'completed', completed_at = ? "
            "WHERE id = ? AND status = 'in-progress'")
      .bind(now, feature_id)
      .run();
}

std::vector<Agent> list_agents(Store& store) {
  Statement s(store.database(), std::string(kAgentColumns) + "ORDER BY id");
  return all<Agent>(s, agent_of);
}

std::vector<Agent> list_agents(Store& store, std::int64_t feature_id) {
  Statement s(store.database(),
              std::string(kAgentColumns) + "WHERE feature_id = ? ORDER BY id");
  s.bind(feature_id);
  return all<Agent>(s, agent_of);
}

std::optional<Agent> find_agent(Store& store, const std::string& address) {
  return first_agent(store, "WHERE address = ?", address);
}

std::optional<Agent> find_agent_in(Store& store, const std::string& worktree) {
  return first_agent(store, "WHERE worktree = ?", worktree);
}

std::optional<Agent> find_agent_on(Store& store, const std::string& branch) {
  return first_agent(store, "WHERE branch = ?", branch);
}

std::optional<Agent> find_agent(Store& store, std::int64_t id) {
  Statement s(store.database(), std::string(kAgentColumns) + "WHERE id = ?");
  s.bind(id);
  if (!s.step()) return std::nullopt;
  return agent_of(s);
}

std::int64_t insert_agent(Store& store, const Agent& a) {
  Statement(store.database(),
            "INSERT INTO agents(feature_id, address, role, kind, branch, "
            "worktree, runtime, status, state_since, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(a.feature_id, a.address, a.role, a.kind, none_if_empty(a.branch),
            none_if_empty(a.worktree), none_if_empty(a.runtime), a.status,
            a.created_at, a.created_at)
      .run();
  return store.database().last_id();
}

void update_agent(Store& store, const Agent& a) {
  Statement(
      store.database(),
      "UPDATE agents SET role = ?, kind = ?, branch = ?, worktree = ?, "
      "runtime = ?, status = ?, desired = ?, state = ?, "
      "state_source = ?, state_since = ?, run = ?, pane = ?, "
      "pane_pid = ?, pane_start = ?, pid = ?, pid_start = ?, "
      "boot_id = ?, exit_status = ?, exited_at = ?, conversation = ?, "
      "transcript = ?, restart_at = ?, cli_version = ?, pid_namespace = ? "
      "WHERE id = ?")
      .bind(a.role, a.kind, none_if_empty(a.branch), none_if_empty(a.worktree),
            none_if_empty(a.runtime), a.status, a.desired, a.state,
            a.state_source, a.state_since, none_if_empty(a.run),
            none_if_empty(a.pane), none_if_zero(a.pane_pid),
            none_if_zero(a.pane_start), none_if_zero(a.pid),
            none_if_zero(a.pid_start), none_if_empty(a.boot_id), a.exit_status,
            a.exited_at, none_if_empty(a.conversation),
            none_if_empty(a.transcript), a.restart_at,
            none_if_empty(a.cli_version), none_if_zero(a.pid_namespace), a.id)
      .run();
}

}  // namespace orch::store
