// SPDX-License-Identifier: MIT
#include "legacy/legacy.h"

#include <algorithm>

#include "legacy/importer.h"
#include "text/text.h"

namespace orch::legacy {

Reason Importer::plan_feature(const LegacyRow& row) {
  const std::string id = value_of(row, {"id"}).value_or("");
  const std::string spec_id =
      value_of(row, {"spec_id", "spec", "feature_id", "slug"}).value_or("");
  const auto refuse = [&](const std::string& reason) {
    lost_[id] = lost_[spec_id] = reason;
    return Reason(reason);
  };
  if (spec_id.empty()) return refuse("it has no spec-id");
  if (!text::is_spec_id(spec_id))
    return refuse(quote(spec_id) + " is no spec-id");
  const auto [known, is_first] = spec_ids_.emplace(id, spec_id);
  if (!is_first && !id.empty() && known->second != spec_id)
    return "its id is that of " + quote(known->second);
  store::Feature f;
  f.spec_id = spec_id;
  f.name = value_of(row, {"name", "title"}).value_or(spec_id);
  f.integration_branch =
      value_of(row, {"overseer_branch", "integration_branch", "branch"})
          .value_or("feature/" + spec_id + "/overseer");
  const std::string status = value_of(row, {"status"}).value_or("in-progress");
  const auto word = feature_status(status);
  if (!word) return refuse("unknown status " + quote(status));
  f.status = *word;
  std::optional<std::int64_t> created;
  if (const Reason r = read_time(row, kCreated, now_, created))
    return refuse(*r);
  f.created_at = *created;
  if (const Reason r = read_time(row, {"completed_at", "completed", "ended_at"},
                                 std::nullopt, f.completed_at))
    return refuse(*r);
  const bool twice =
      std::any_of(planned_.begin(), planned_.end(),
                  [&](const auto& p) { return p.spec_id == spec_id; });
  if (twice) return std::nullopt;  // another id of the same feature
  f.base = surroundings_.base;
  f.base_commit = surroundings_.base_commit_of(f.integration_branch);
  planned_.push_back(std::move(f));
  return std::nullopt;
}

void Importer::write_feature(store::Feature& f) {
  report_.branches.push_back(f.integration_branch);
  if (const auto present = store::find_feature(store_, f.spec_id)) {
    ++report_.present.features;
    features_[f.spec_id] = *present;
    return;
  }
  f.id = store::insert_feature(store_, f);
  if (f.completed_at)
    store::import_end_of_feature(store_, f.id, *f.completed_at);
  features_[f.spec_id] = f;
  ++report_.imported.features;
}

Reason Importer::agent(const LegacyRow& row) {
  std::optional<store::Feature> f;
  if (Reason r = read_feature(row, f)) return r;
  if (!f) return "it names no feature";
  store::Agent a;
  a.role = value_of(row, {"role", "agent_role", "name", "agent"}).value_or("");
  const bool plain = text::printable(a.role) == a.role &&
                     a.role.find_first_of("/ ") == std::string::npos;
  if (a.role.empty() || !plain) return quote(a.role) + " is no role";
  // Known before its own row is judged: events may name it all the same.
  if (const auto id = value_of(row, {"id"})) {
    const auto [known, is_first] =
        agents_.emplace(*id, OldAgent{f->spec_id, a.role});
    if (!is_first &&
        (known->second.spec_id != f->spec_id || known->second.role != a.role))
      return "its id is that of " +
             quote(known->second.spec_id + "/" + known->second.role);
  }
  const std::string status = value_of(row, {"status"}).value_or("active");
  const auto word = agent_status(status);
  if (!word) return "unknown status " + quote(status);
  std::optional<std::int64_t> created;
  if (Reason r = read_time(row, kCreated, f->created_at, created)) return r;
  a.feature_id = f->id;
  a.address = f->spec_id + "/" + a.role;
  a.branch = value_of(row, {"branch", "branch_name"})
                 .value_or("feature/" + f->spec_id + "/" + a.role);
  report_.branches.push_back(a.branch);
  if (a.role == "overseer" || a.branch == f->integration_branch)
    a.kind = "overseer";
  a.status = *word;
  a.created_at = *created;
  a.state_since = now_;
  if (store::find_agent(store_, a.address)) {
    ++report_.present.agents;
    return std::nullopt;
  }
  a.id = store::insert_agent(store_, a);
  store::update_agent(store_, a);  // the status, too
  if (f->status == "in-progress") surroundings_.enrol(store_, a);
  ++report_.imported.agents;
  return std::nullopt;
}

Report bring_in(store::Store& store, store::LegacyFile& file,
                const Surroundings& surroundings, Mode mode) {
  Importer importer(store, file, surroundings);
  importer.plan();
  store::Transaction transaction(store);
  importer.write();
  if (mode == Mode::Write) transaction.commit();
  return importer.take_report();
}

}  // namespace orch::legacy
