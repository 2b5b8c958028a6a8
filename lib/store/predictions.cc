// SPDX-License-Identifier: MIT
#include <algorithm>

#include "store/database.h"
#include "store/event_days.h"
#include "store/path_list.h"
#include "store/series.h"

namespace orch::store {
namespace {

struct Collision {
  std::string a, b;
  std::vector<std::string> paths;
  std::int64_t from = 0;
  std::optional<std::int64_t> to;
  bool is_asked = false;  // found in the time that is asked about
  bool is_met = false;
};

struct Refusal {
  std::string agent;
  std::vector<std::string> paths;
  std::int64_t at = 0;
};

// One that was found before is what a refusal since may have met, too.
std::vector<Collision> collisions_since(Store& store, std::int64_t since) {
  Statement s(store.database(),
              "SELECT a, b, files, detected_at, resolved_at FROM conflicts "
              "WHERE kind = 'collision' AND source = 'predicted' "
              "AND (resolved = 0 OR detected_at >= ?1 OR resolved_at >= ?2)");
  s.bind(since, since - kDayMs);
  std::vector<Collision> out;
  while (s.step())
    out.push_back({.a = s.text(0),
                   .b = s.text(1),
                   .paths = paths_from_json(s.text(2)),
                   .from = s.integer(3),
                   .to = s.maybe_integer(4),
                   .is_asked = s.integer(3) >= since});
  return out;
}

// Those that name files: a gate names none.
std::vector<Refusal> refusals_since(Store& store, std::int64_t since) {
  Statement s(store.database(),
              "SELECT a.address, l.paths, l.ended_at FROM landings l "
              "JOIN agents a ON a.id = l.agent_id WHERE l.status = 'rejected' "
              "AND l.paths <> '[]' AND l.ended_at >= ?");
  s.bind(since);
  std::vector<Refusal> out;
  while (s.step())
    out.push_back({s.text(0), paths_from_json(s.text(1)), s.integer(2)});
  return out;
}

bool names(const Collision& c, const Refusal& r) {
  if (c.a != r.agent && c.b != r.agent) return false;
  if (r.at < c.from || (c.to && r.at > *c.to + kDayMs)) return false;
  return std::any_of(r.paths.begin(), r.paths.end(), [&](const auto& path) {
    return std::find(c.paths.begin(), c.paths.end(), path) != c.paths.end();
  });
}

}  // namespace

Predictions judge_predictions(Store& store, std::int64_t since) {
  Predictions out;
  auto collisions = collisions_since(store, since);
  for (const Refusal& r : refusals_since(store, since)) {
    bool named = false;
    for (Collision& c : collisions)
      if (names(c, r)) c.is_met = named = true;
    if (!named) ++out.missed;
  }
  for (const Collision& c : collisions) {
    if (!c.is_asked) continue;
    if (c.is_met)
      ++out.met;
    else if (c.to)
      ++out.avoided;
    else
      ++out.open;
  }
  return out;
}

}  // namespace orch::store
