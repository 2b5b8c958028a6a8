// SPDX-License-Identifier: MIT
#include "sync/notice.h"

#include "message/message.h"
#include "store/messages.h"
#include "text/text.h"

namespace orch::sync {

void take_back(store::Store& store, const std::string& why, store::Sync& row) {
  if (!row.message_id) return;
  const auto last = store::find_message(store, *row.message_id);
  row.message_id.reset();
  if (!last) return;
  const int rank = store::level_rank(last->level);
  if (rank >= 0 && rank < store::level_rank("read"))
    store::end_message(store, last->id, "expired", why);
}

void tell(store::Store& store, const store::Agent& agent,
          const std::string& text, std::int64_t now, store::Sync& row) {
  const std::int64_t id = message::queue(store, agent, {.text = text}, now);
  take_back(store, "replaced by message " + std::to_string(id), row);
  row.message_id = id;
}

std::string listed(const std::vector<std::string>& paths,
                   const std::string& what) {
  constexpr std::size_t kShown = 10;
  std::string out = text::count_of(paths.size(), "file") + what;
  out += paths.empty() ? "\n" : ":\n";
  for (std::size_t i = 0; i < paths.size() && i < kShown; ++i)
    out += "  " + text::printable(paths[i]) + "\n";
  if (paths.size() > kShown)
    out += "  and " + std::to_string(paths.size() - kShown) + " more\n";
  return out;
}

}  // namespace orch::sync
