// SPDX-License-Identifier: MIT
#include "store/usage.h"

#include "store/database.h"

namespace orch::store {

std::optional<UsageRead> find_usage_read(Store& store,
                                         const std::string& transcript) {
  Statement s(store.database(),
              "SELECT transcript, agent_id, offset, inode, floor_at, "
              "newest_at, state FROM usage_read WHERE transcript = ?");
  s.bind(transcript);
  if (!s.step()) return std::nullopt;
  return UsageRead{.transcript = s.text(0),
                   .agent_id = s.integer(1),
                   .offset = s.integer(2),
                   .inode = static_cast<std::uint64_t>(s.integer(3)),
                   .floor_at = s.integer(4),
                   .newest_at = s.integer(5),
                   .state = s.text(6)};
}

std::int64_t newest_usage_of(Store& store, std::int64_t agent_id,
                             const std::string& but) {
  Statement s(store.database(),
              "SELECT coalesce(max(newest_at), 0) FROM usage_read "
              "WHERE agent_id = ? AND transcript <> ?");
  s.bind(agent_id, but);
  s.step();
  return s.integer(0);
}

void put_usage_read(Store& store, const UsageRead& row) {
  Statement(store.database(),
            "INSERT INTO usage_read VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (transcript) DO UPDATE SET "
            "agent_id = excluded.agent_id, offset = excluded.offset, "
            "inode = excluded.inode, floor_at = excluded.floor_at, "
            "newest_at = excluded.newest_at, state = excluded.state")
      .bind(row.transcript, row.agent_id, row.offset, row.inode, row.floor_at,
            row.newest_at, row.state)
      .run();
}

void add_usage(Store& store, const UsageRow& row) {
  Statement(store.database(),
            "INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (agent_id, conversation, day, model) DO UPDATE SET "
            "input_tokens = input_tokens + excluded.input_tokens, "
            "output_tokens = output_tokens + excluded.output_tokens, "
            "cached_tokens = cached_tokens + excluded.cached_tokens, "
            "cost_micros = CASE WHEN excluded.cost_micros IS NULL "
            "THEN cost_micros "
            "ELSE coalesce(cost_micros, 0) + excluded.cost_micros END")
      .bind(row.agent_id, row.conversation, row.day, row.model, row.input,
            row.output, row.cached, row.cost_micros)
      .run();
}

}  // namespace orch::store
