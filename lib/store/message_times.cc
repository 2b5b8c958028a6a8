// SPDX-License-Identifier: MIT
#include "store/message_times.h"

#include "store/database.h"

namespace orch::store {

std::vector<MessageTimes> list_message_times(Store& store, std::int64_t after) {
  Statement s(store.database(),
              "SELECT m.id, a.address, m.sender, m.level, m.sent_at, "
              "coalesce(m.typed_at, m.submitted_at, m.read_at, m.acked_at), "
              "m.acked_at FROM messages m JOIN agents a ON a.id = m.agent_id "
              "WHERE m.id > ? ORDER BY m.id");
  s.bind(after);
  std::vector<MessageTimes> out;
  while (s.step()) {
    MessageTimes t{.id = s.integer(0),
                   .recipient = s.text(1),
                   .sender = s.text(2),
                   .level = s.text(3),
                   .sent_at = s.integer(4)};
    if (!s.is_null(5)) t.delivered_at = s.integer(5);
    if (!s.is_null(6)) t.acked_at = s.integer(6);
    out.push_back(std::move(t));
  }
  return out;
}

}  // namespace orch::store
