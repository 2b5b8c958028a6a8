// SPDX-License-Identifier: MIT
#include <algorithm>

#include "clock/clock.h"
#include "conflict/conflict.h"
#include "conflict/notice.h"
#include "conflict/verdicts.h"
#include "message/message.h"
#include "store/events.h"
#include "store/messages.h"
#include "text/text.h"

namespace orch::conflict {
namespace {

// Everybody who is told of a finding: both sides and the overseer.
std::vector<store::Agent> audience(store::Store& store, const Finding& f) {
  std::vector<store::Agent> out;
  for (store::Agent& agent : store::list_agents(store, f.feature_id))
    if (agent.address == f.a || agent.address == f.b ||
        agent.kind == "overseer")
      out.push_back(std::move(agent));
  // The other side may belong to another feature.
  for (const std::string& address : {f.a, f.b}) {
    const bool told = std::any_of(out.begin(), out.end(), [&](const auto& a) {
      return a.address == address;
    });
    if (told) continue;
    if (auto agent = store::find_agent(store, address))
      out.push_back(*std::move(agent));
  }
  return out;
}

void log_event(store::Store& store, const char* type, const Finding& f,
               std::int64_t now) {
  store::Event event;
  if (const auto feature = store::find_feature(store, f.feature_id))
    event.spec_id = feature->spec_id;
  if (const auto agent = store::find_agent(store, f.a))
    event.role = agent->role;
  event.type = type;
  event.message =
      f.a + " and " + f.b + " (" + f.kind + "): " + text::join(f.paths, ", ");
  if (!f.a_commit.empty()) event.recorded_commit = f.a_commit;
  event.at = now;
  store::insert_event(store, event);
}

std::int64_t insert_finding(store::Store& store, const Finding& f,
                            std::int64_t now) {
  store::Conflict row;
  if (f.feature_id != 0) row.feature_id = f.feature_id;
  row.a = f.a;
  row.b = f.b;
  row.kind = f.kind;
  row.paths = f.paths;
  row.types = f.types;
  row.a_commit = f.a_commit;
  row.b_commit = f.b_commit;
  row.detected_at = now;
  return store::insert_conflict(store, row);
}

void tell(store::Store& store, const Finding& f, std::int64_t id,
          const std::string& details, std::int64_t now) {
  log_event(store, "conflict_detected", f, now);
  for (const store::Agent& agent : audience(store, f))
    message::queue(store, agent,
                   {.text = notice_text(agent.address, f, id, details),
                    .kind = "conflict"},
                   now);
}

bool same_pair(const store::Conflict& row, const Finding& f) {
  return row.a == f.a && row.b == f.b && row.kind == f.kind;
}

// The open row of a finding; null when it is new.
const store::Conflict* find_row(const std::vector<store::Conflict>& open,
                                const Finding& f) {
  const auto row =
      std::find_if(open.begin(), open.end(), [&](const store::Conflict& c) {
        return c.source == "predicted" && same_pair(c, f);
      });
  return row == open.end() ? nullptr : &*row;
}

// What a person has resolved stays so while neither tip moves.
bool is_settled(store::Store& store, const Finding& f) {
  return store::is_settled(store, f.a, f.b, f.kind, f.a_commit, f.b_commit);
}

// The details of those findings that will be told, the same index each; of the
// others, nothing. Before the transaction, since git is asked.
std::vector<std::string> details_of_told(const Repository& repository,
                                         store::Store& store,
                                         const std::vector<Finding>& findings) {
  const auto open = store::list_open_conflicts(store, 0);
  std::vector<Finding> told;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const store::Conflict* row = find_row(open, findings[i]);
    if (row ? row->paths == findings[i].paths : is_settled(store, findings[i]))
      continue;
    told.push_back(findings[i]);
    places.push_back(i);
  }
  std::vector<std::string> out(findings.size());
  auto details = details_of(repository, store, told);
  for (std::size_t i = 0; i < details.size(); ++i)
    out[places[i]] = std::move(details[i]);
  return out;
}

}  // namespace

int refresh(const Repository& repository, store::Store& store,
            const std::optional<std::string>& only_branch) {
  std::vector<Side> sides;
  Report report;
  {
    const git::Quarantine quarantine(repository);
    sides = live_sides(repository, store, quarantine, Work::Committed);
    if (sides.empty()) return 0;
    Verdicts memory(repository, store);
    report = predict(repository, quarantine, sides,
                     {.only = only_branch,
                      .engine = engine_of(repository),
                      .memory = &memory});
  }
  const std::int64_t now = clock::now();
  const auto touched = [&](const store::Conflict& row) {
    if (!only_branch) return true;
    return std::any_of(sides.begin(), sides.end(), [&](const Side& s) {
      return (s.name == row.a || s.name == row.b) && s.branch == *only_branch;
    });
  };

  const auto details = details_of_told(repository, store, report.findings);
  store::Transaction transaction(store);
  const auto open = store::list_open_conflicts(store, 0);
  int fresh = 0;
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    const Finding& f = report.findings[i];
    if (is_settled(store, f)) continue;
    const store::Conflict* row = find_row(open, f);
    if (!row) {
      tell(store, f, insert_finding(store, f, now), details[i], now);
      ++fresh;
      continue;
    }
    store::Conflict updated = *row;
    const bool other_files = updated.paths != f.paths;
    updated.paths = f.paths;
    updated.types = f.types;
    updated.a_commit = f.a_commit;
    updated.b_commit = f.b_commit;
    store::update_conflict(store, updated);
    if (other_files) {
      tell(store, f, row->id, details[i], now);
      ++fresh;
    }
  }
  for (const store::Conflict& row : open) {
    if (row.source != "predicted" || !touched(row)) continue;
    const bool still =
        std::any_of(report.findings.begin(), report.findings.end(),
                    [&](const Finding& f) { return same_pair(row, f); });
    const bool untold = std::any_of(
        report.unknown.begin(), report.unknown.end(),
        [&](const auto& u) { return u.a == row.a && u.b == row.b; });
    if (still || untold) continue;
    store::resolve_conflict(store, row.id, store::kMergesCleanly, now);
    log_event(store, "conflict_resolved",
              {.a = row.a,
               .b = row.b,
               .kind = row.kind,
               .paths = row.paths,
               .feature_id = row.feature_id.value_or(0)},
              now);
  }
  transaction.commit();
  return fresh;
}

}  // namespace orch::conflict
