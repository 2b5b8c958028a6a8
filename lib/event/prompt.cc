// SPDX-License-Identifier: MIT
#include "event/prompt.h"

#include <string>

#include "text/text.h"

namespace orch::event {

std::vector<std::int64_t> message_ids(std::string_view prompt) {
  constexpr std::size_t kMaxDigits = 15;
  std::vector<std::int64_t> ids;
  while (true) {
    const std::size_t at = prompt.find(kMessageHeader);
    if (at == std::string_view::npos) return ids;
    prompt.remove_prefix(at + kMessageHeader.size());
    const std::string list(
        prompt.substr(0, prompt.find_first_not_of("0123456789,")));
    prompt.remove_prefix(list.size());
    for (const std::string& id : text::split_list(list, ','))
      if (id.size() <= kMaxDigits) ids.push_back(std::stoll(id));
    if (prompt.starts_with("]")) continue;  // the line that counts several
    const std::size_t end =
        prompt.rfind(std::string(kMessageFooter) + list + ",");
    if (end == std::string_view::npos) return ids;
    prompt.remove_prefix(end + kMessageFooter.size());
  }
}

}  // namespace orch::event
