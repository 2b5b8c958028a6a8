// SPDX-License-Identifier: MIT
#include "store/asks.h"

#include "store/database.h"

namespace orch::store {
namespace {

constexpr char kColumns[] =
    "SELECT k.id, k.agent_id, a.address, k.action, k.text, "
    "coalesce(k.approver, 'person'), k.status, k.created_at, "
    "coalesce(k.expires_at, 0), k.answered_at, k.answered_by, k.answer, "
    "k.escalated_at FROM asks k JOIN agents a ON a.id = k.agent_id ";

Ask ask_of(const Statement& s) {
  Ask k;
  k.id = s.integer(0);
  k.agent_id = s.integer(1);
  k.agent = s.text(2);
  k.action = s.text(3);
  k.text = s.text(4);
  k.approver = s.text(5);
  k.status = s.text(6);
  k.created_at = s.integer(7);
  k.expires_at = s.integer(8);
  k.answered_at = s.maybe_integer(9);
  k.answered_by = s.maybe_text(10);
  k.answer = s.maybe_text(11);
  k.escalated_at = s.maybe_integer(12);
  return k;
}

}  // namespace

std::int64_t insert_ask(Store& store, const Ask& k) {
  Statement(store.database(),
            "INSERT INTO asks(agent_id, action, text, approver, created_at, "
            "expires_at) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(k.agent_id, k.action, k.text, k.approver, k.created_at,
            k.expires_at)
      .run();
  return store.database().last_id();
}

bool end_ask(Store& store, std::int64_t id, const std::string& status,
             const std::string& by, const std::string& answer,
             std::int64_t at) {
  Statement(store.database(),
            "UPDATE asks SET status = ?, answered_by = nullif(?, ''), "
            "answer = nullif(?, ''), answered_at = ? "
            "WHERE id = ? AND status = 'open'")
      .bind(status, by, answer, at, id)
      .run();
  return store.database().changes() == 1;
}

void mark_escalated(Store& store, std::int64_t id, std::int64_t at) {
  Statement(store.database(), "UPDATE asks SET escalated_at = ? WHERE id = ?")
      .bind(at, id)
      .run();
}

std::optional<Ask> find_ask(Store& store, std::int64_t id) {
  Statement s(store.database(), std::string(kColumns) + "WHERE k.id = ?");
  s.bind(id);
  if (!s.step()) return std::nullopt;
  return ask_of(s);
}

std::vector<Ask> list_asks(Store& store, Asks which) {
  std::string sql = kColumns;
  if (which == Asks::Open) sql += "WHERE k.status = 'open' ";
  Statement s(store.database(), sql + "ORDER BY k.id");
  std::vector<Ask> out;
  while (s.step()) out.push_back(ask_of(s));
  return out;
}

}  // namespace orch::store
