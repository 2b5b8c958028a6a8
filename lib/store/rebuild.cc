// SPDX-License-Identifier: MIT
#include "store/rebuild.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "store/checkins.h"
#include "store/database.h"
#include "store/event_days.h"
#include "store/leases.h"
#include "store/migrate.h"
#include "store/store.h"

namespace orch::store {
namespace {

constexpr std::int64_t kCheckinMs = 30 * 60 * 1000;

// What the mark names; absent without one, and when everything but the removal
// of the mark was done: a store beside a set-aside one is the new one.
std::optional<std::string> marked_aside(const std::string& orch_dir) {
  const auto aside = file::find_contents(rebuild_mark_in(orch_dir));
  if (!aside || !aside->starts_with(Store::path_in(orch_dir) + ".corrupt-"))
    return std::nullopt;
  if (file::exists(*aside) && file::exists(Store::path_in(orch_dir)))
    return std::nullopt;
  return aside;
}

// The name that the damaged file gets, fixed before anything is moved, so that
// a second run knows the one that an interrupted first one used.
std::string choose_aside(const std::string& orch_dir) {
  const std::string mark = rebuild_mark_in(orch_dir);
  if (const auto chosen = marked_aside(orch_dir)) return *chosen;
  const std::string stem =
      Store::path_in(orch_dir) + ".corrupt-" + time_in_name(clock::now());
  std::string aside = stem;
  for (int n = 2; file::exists(aside) || file::exists(aside + "-wal"); ++n)
    aside = stem + "-" + std::to_string(n);
  file::write_atomically(mark, aside);
  return aside;
}

// The file goes first: once it has no name, nobody opens it, and nobody but us
// may make a new one while the mark is there.
void set_aside(const std::string& orch_dir, const std::string& aside) {
  const std::string path = Store::path_in(orch_dir);
  for (const char* end : {"", "-wal", "-shm"})
    if (file::exists(path + end) && !file::exists(aside + end))
      file::rename(path + end, aside + end);
  file::sync_directory(orch_dir);
}

bool is_whole(const std::vector<SalvagedTable>& tables,
              const std::string& name) {
  return std::any_of(tables.begin(), tables.end(), [&](const SalvagedTable& t) {
    return t.name == name && t.whole && t.refused == 0;
  });
}

const Feature* find_known(const Known& known, const std::string& spec_id) {
  for (const Feature& f : known.features)
    if (f.spec_id == spec_id) return &f;
  return nullptr;
}

std::string spec_id_of(const std::string& address) {
  return address.substr(0, address.rfind('/'));
}

// Steps from the damaged file to a sound one of the same version.
class Reader {
 public:
  Reader(const Known& known, Rebuilt* result)
      : known_(known), result_(result) {}

  void run(const std::string& path) {
    const bool has_log = file::exists(result_->aside + "-wal");
    copy_to(path);
    // What looking at it has made; of itself nothing is removed, ever.
    if (has_log) return;
    for (const char* end : {"-wal", "-shm"}) file::remove(result_->aside + end);
  }

 private:
  void copy_to(const std::string& path) {
    int version = kSchemaVersion;
    auto from = open_damaged(&version);
    Database to(path, Database::Mode::ReadWrite);
    to.execute("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; BEGIN");
    make_schema(to, version);
    to.execute("COMMIT");
    if (!from)
      from = open_with_header(result_->aside, path,
                              file::parent_of(path) + "/damaged.db");
    to.execute("BEGIN");
    if (from) {
      Salvage salvage(*from, to);
      result_->tables = salvage.copy_tables();
      adopt_agents(to);
      result_->dropped = salvage.drop_orphans();
    } else {
      result_->tables = nothing_read(to);
    }
    add_features(to);
    to.execute("COMMIT");
  }

  // Null when its header cannot be read.
  std::unique_ptr<Database> open_damaged(int* version) const {
    try {
      auto from =
          std::make_unique<Database>(result_->aside, Database::Mode::ReadOnly);
      const int read = read_version(*from);
      if (read >= 1 && read <= kSchemaVersion) *version = read;
      return from;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::Contended) throw;
      return nullptr;
    }
  }

  static std::vector<SalvagedTable> nothing_read(Database& to) {
    std::vector<SalvagedTable> tables;
    Statement s(to,
                "SELECT name FROM sqlite_schema WHERE type = 'table' "
                "AND name NOT LIKE 'sqlite_%' ORDER BY rowid");
    while (s.step()) tables.push_back({.name = s.text(0), .whole = false});
    return tables;
  }

  // The number of a lost feature lives on in its agents.
  void adopt_agents(Database& to) {
    std::vector<std::pair<std::int64_t, std::string>> lost;
    {
      Statement s(to,
                  "SELECT feature_id, min(address) FROM agents "
                  "WHERE feature_id NOT IN (SELECT id FROM features) "
                  "GROUP BY feature_id");
      while (s.step()) lost.emplace_back(s.integer(0), spec_id_of(s.text(1)));
    }
    for (const auto& [id, spec_id] : lost) insert(to, id, spec_id);
    // Two numbers for one name: the second cannot be right.
    to.execute(
        "UPDATE agents SET feature_id = (SELECT id FROM features f "
        "WHERE f.spec_id = substr(address, 1, length(address) - "
        "length(role) - 1)) WHERE feature_id NOT IN "
        "(SELECT id FROM features)");
  }

  // Those that events name, and those that are known.
  void add_features(Database& to) {
    std::vector<std::string> named;
    {
      Statement s(to,
                  "SELECT DISTINCT spec_id FROM task_events WHERE spec_id "
                  "IS NOT NULL AND spec_id NOT IN "
                  "(SELECT spec_id FROM features)");
      while (s.step()) named.push_back(s.text(0));
    }
    if (!is_whole(result_->tables, "features"))
      for (const Feature& f : known_.features) named.push_back(f.spec_id);
    for (const std::string& spec_id : named) insert(to, std::nullopt, spec_id);
  }

  void insert(Database& to, std::optional<std::int64_t> id,
              const std::string& spec_id) {
    const Feature* known = find_known(known_, spec_id);
    Feature f = known ? *known : Feature{};
    if (!known) {
      // No branch of it is left: it is over.
      f.spec_id = f.name = spec_id;
      f.status = "archived";
      f.created_at = clock::now();
    }
    Statement(to,
              "INSERT OR IGNORE INTO features(id, spec_id, name, "
              "overseer_branch, base_branch, base_commit, status, created_at) "
              "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(id, f.spec_id, f.name, f.integration_branch, f.base,
              f.base_commit, f.status, f.created_at)
        .run();
    if (to.changes() > 0) result_->features.push_back(spec_id);
  }

  const Known& known_;
  Rebuilt* result_;
};

// The number that its processes know, unless somebody else has it.
std::int64_t insert_agent_as(Store& store, const Agent& agent) {
  const std::int64_t id = insert_agent(store, agent);
  if (agent.id <= 0 || agent.id == id || find_agent(store, agent.id)) return id;
  Statement(store.database(), "UPDATE agents SET id = ? WHERE id = ?")
      .bind(agent.id, id)
      .run();
  return agent.id;
}

void add_agents(Store& store, const Known& known, Rebuilt* result) {
  if (is_whole(result->tables, "agents")) return;
  std::vector<Agent> agents = known.agents;
  // Those that have a number come first.
  std::stable_sort(
      agents.begin(), agents.end(),
      [](const Agent& a, const Agent& b) { return a.pid != 0 && b.pid == 0; });
  for (Agent a : agents) {
    if (find_agent(store, a.address)) continue;
    const auto feature = find_feature(store, spec_id_of(a.address));
    if (!feature) continue;
    a.feature_id = feature->id;
    const std::int64_t number = a.id;
    a.id = insert_agent_as(store, a);
    // Under another number its processes would speak for another.
    if (a.pid == 0 || a.id != number) {
      a = find_agent(store, a.id).value_or(a);
      a.state = "unknown";
      a.state_source = "rebuild";
      a.state_since = a.created_at;
    } else {
      result->running.push_back(a.address);
    }
    update_agent(store, a);
    result->agents.push_back(a.address);
  }
}

void add_snapshots(Store& store, const Known& known, Rebuilt* result) {
  if (is_whole(result->tables, "snapshots")) return;
  const auto present = list_snapshots(store);
  for (const Snapshot& s : known.snapshots) {
    if (std::any_of(present.begin(), present.end(),
                    [&](const Snapshot& p) { return p.ref == s.ref; }))
      continue;
    insert_snapshot(store, s);
    ++result->snapshots;
  }
}

void add_commits(Store& store, const Known& known, Rebuilt* result) {
  if (is_whole(result->tables, "task_events")) return;
  for (Event e : known.commits) {
    if (!e.recorded_commit || has_commit_event(store, *e.recorded_commit))
      continue;
    if (e.spec_id && !find_feature(store, *e.spec_id)) e.spec_id.reset();
    if (insert_event(store, e)) ++result->commits;
  }
}

// No agent of a feature in progress is without a check-in.
void add_checkins(Store& store, Rebuilt* result) {
  const std::int64_t now = clock::now();
  for (const std::string& address : agents_without_checkin(store)) {
    insert_checkin(store,
                   {.agent_id = find_agent(store, address)->id,
                    .slug = "role",
                    .note = "report your progress and what blocks you",
                    .every_ms = kCheckinMs,
                    .due_at = now + kCheckinMs},
                   now);
    result->scheduled.push_back(address);
  }
}

}  // namespace

void forget_rebuild(const std::string& orch_dir) {
  if (!file::exists(rebuild_mark_in(orch_dir))) return;
  const file::Lock gate = lock_gate(orch_dir);
  if (file::exists(Store::path_in(orch_dir)) && !marked_aside(orch_dir))
    file::remove(rebuild_mark_in(orch_dir));
}

Rebuilt rebuild(const std::string& orch_dir, const Known& known) {
  const file::Lock gate = lock_gate(orch_dir);
  Rebuilt result{.aside = choose_aside(orch_dir)};
  set_aside(orch_dir, result.aside);
  // A place of its own, of which a killed run may have left something.
  const std::string place = orch_dir + "/rebuild";
  file::remove_tree(place);
  file::make_private_directories(place);
  Reader(known, &result).run(Store::path_in(place));
  {
    Store store = Store::open(place, Journal::Rollback);
    Transaction transaction(store);
    add_agents(store, known, &result);
    add_snapshots(store, known, &result);
    add_commits(store, known, &result);
    add_checkins(store, &result);
    // Nobody has claimed as often as seconds have passed.
    if (!is_whole(result.tables, "leases") || !is_whole(result.tables, "meta"))
      raise_lease_floor(store, clock::now() / 1000);
    forget_event_days(store);  // some of what they counted may be lost
    transaction.commit();
  }
  file::sync_file(Store::path_in(place));
  file::rename(Store::path_in(place), Store::path_in(orch_dir));
  file::sync_directory(orch_dir);
  file::remove(rebuild_mark_in(orch_dir));
  file::sync_directory(orch_dir);
  file::remove_tree(place);
  return result;
}

}  // namespace orch::store
