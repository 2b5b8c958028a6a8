// SPDX-License-Identifier: MIT
#include "store/limits.h"

#include "store/database.h"

namespace orch::store {
namespace {

constexpr char kColumns[] =
    "SELECT id, agent_id, runtime, source, text, resets_at, "
    "coalesce(wakes_at, resets_at), created_at, ended_at, reason FROM limits ";

Limit limit_of(const Statement& s) {
  return {.id = s.integer(0),
          .agent_id = s.integer(1),
          .runtime = s.text(2),
          .source = s.text(3),
          .text = s.text(4),
          .resets_at = s.integer(5),
          .wakes_at = s.integer(6),
          .created_at = s.integer(7),
          .ended_at = s.is_null(8) ? std::nullopt : std::optional(s.integer(8)),
          .reason = s.text(9)};
}

std::vector<Limit> read_rows(Statement& s) {
  std::vector<Limit> out;
  while (s.step()) out.push_back(limit_of(s));
  return out;
}

}  // namespace

std::int64_t insert_limit(Store& store, const Limit& limit) {
  Statement(store.database(),
            "INSERT INTO limits(agent_id, runtime, source, text, resets_at, "
            "wakes_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind(limit.agent_id, limit.runtime, limit.source, limit.text,
            limit.resets_at, limit.wakes_at, limit.created_at)
      .run();
  return store.database().last_id();
}

void update_limit(Store& store, const Limit& limit) {
  Statement(store.database(),
            "UPDATE limits SET source = ?, text = ?, resets_at = ?, "
            "wakes_at = ? WHERE id = ? AND ended_at IS NULL")
      .bind(limit.source, limit.text, limit.resets_at, limit.wakes_at, limit.id)
      .run();
}

bool end_limit(Store& store, std::int64_t id, const std::string& reason,
               std::int64_t at) {
  Statement(store.database(),
            "UPDATE limits SET ended_at = ?, reason = ? "
            "WHERE id = ? AND ended_at IS NULL")
      .bind(at, reason, id)
      .run();
  return store.database().changes() > 0;
}

std::optional<Limit> find_open_limit(Store& store, std::int64_t agent_id) {
  Statement s(store.database(), std::string(kColumns) +
                                    "WHERE agent_id = ? AND ended_at IS NULL");
  s.bind(agent_id);
  if (!s.step()) return std::nullopt;
  return limit_of(s);
}

std::vector<Limit> list_open_limits(Store& store) {
  Statement s(store.database(), std::string(kColumns) +
                                    "WHERE ended_at IS NULL "
                                    "ORDER BY coalesce(wakes_at, resets_at), "
                                    "id");
  return read_rows(s);
}

std::vector<Limit> list_limits(Store& store, int most) {
  Statement s(store.database(),
              std::string(kColumns) + "ORDER BY id DESC LIMIT ?");
  s.bind(most);
  return read_rows(s);
}

std::optional<std::int64_t> last_woken(Store& store,
                                       const std::string& runtime) {
  Statement s(store.database(),
              "SELECT max(ended_at) FROM limits WHERE runtime = ? AND "
              "reason = ?");
  s.bind(runtime, kLimitIsOver);
  if (!s.step() || s.is_null(0)) return std::nullopt;
  return s.integer(0);
}

std::string limit_text_key(std::int64_t agent_id) {
  return "limit_text/" + std::to_string(agent_id);
}

}  // namespace orch::store
