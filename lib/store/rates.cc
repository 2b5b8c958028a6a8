// SPDX-License-Identifier: MIT
#include "store/rates.h"

#include "store/database.h"

namespace orch::store {
namespace {

std::optional<std::int64_t> first(Statement& s) {
  if (!s.step()) return std::nullopt;
  return s.maybe_integer(0);
}

}  // namespace

std::optional<std::int64_t> find_nth_sent(Store& store,
                                          const std::string& sender, int nth,
                                          std::int64_t since) {
  Statement s(store.database(),
              "SELECT sent_at FROM messages WHERE sender = ? AND sent_at > ? "
              "AND kind = 'message' ORDER BY sent_at DESC LIMIT 1 OFFSET ?");
  s.bind(sender, since, nth - 1);
  return first(s);
}

std::optional<std::int64_t> find_nth_event(Store& store,
                                           const std::string& spec_id,
                                           const std::string& role,
                                           const std::string& type, int nth,
                                           std::int64_t since) {
  Statement s(store.database(),
              "SELECT created_at FROM task_events WHERE event_type = ? "
              "AND spec_id = ? AND role = ? AND created_at > ? "
              "ORDER BY created_at DESC LIMIT 1 OFFSET ?");
  s.bind(type, spec_id, role, since, nth - 1);
  return first(s);
}

std::optional<std::int64_t> find_nth_ask(Store& store, std::int64_t agent_id,
                                         int nth, std::int64_t since) {
  Statement s(store.database(),
              "SELECT created_at FROM asks WHERE agent_id = ? "
              "AND created_at > ? ORDER BY created_at DESC LIMIT 1 OFFSET ?");
  s.bind(agent_id, since, nth - 1);
  return first(s);
}

std::optional<std::int64_t> find_last_typed(Store& store,
                                            std::int64_t agent_id) {
  Statement s(store.database(),
              "SELECT max(t.at) FROM message_attempts t JOIN messages m "
              "ON m.id = t.message_id WHERE m.agent_id = ? "
              "AND m.kind <> 'brief' "
              "AND t.channel = 'paste' AND t.outcome = 'typed'");
  s.bind(agent_id);
  return first(s);
}

}  // namespace orch::store
