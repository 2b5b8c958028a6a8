// SPDX-License-Identifier: MIT
#include "event/prompt.h"

#include "text/text.h"

namespace orch::event {

std::string waiting_mark(const std::string& orch_dir, std::string_view agent) {
  return orch_dir + "/waiting/" + std::string(agent);
}

std::string usage_file(const std::string& orch_dir, std::string_view agent) {
  return orch_dir + "/run/usage-" + std::string(agent);
}

std::vector<Arrival> arrivals_in(std::string_view prompt) {
  constexpr std::size_t kMaxDigits = 15;
  std::vector<Arrival> arrivals;
  while (true) {
    const std::size_t at = prompt.find(kMessageHeader);
    if (at == std::string_view::npos) return arrivals;
    prompt.remove_prefix(at + kMessageHeader.size());
    const std::string list(
        prompt.substr(0, prompt.find_first_not_of("0123456789,")));
    prompt.remove_prefix(list.size());
    const bool counts = prompt.starts_with("]");
    const std::size_t end =
        counts ? std::string_view::npos
               : prompt.rfind(std::string(kMessageFooter) + list + ",");
    const bool is_whole = end != std::string_view::npos;
    for (const std::string& id : text::split_list(list, ','))
      if (id.size() <= kMaxDigits)
        arrivals.push_back({std::stoll(id), is_whole});
    if (counts) continue;
    if (!is_whole) return arrivals;
    prompt.remove_prefix(end + kMessageFooter.size());
  }
}

std::vector<std::int64_t> message_ids(std::string_view prompt) {
  std::vector<std::int64_t> ids;
  for (const Arrival& arrival : arrivals_in(prompt)) ids.push_back(arrival.id);
  return ids;
}

}  // namespace orch::event
