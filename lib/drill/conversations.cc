// SPDX-License-Identifier: MIT
#include "drill/conversations.h"

#include <algorithm>

#include "event/prompt.h"
#include "file/file.h"
#include "json/value.h"
#include "store/history.h"
#include "store/store.h"
#include "text/text.h"

namespace orch::drill {
namespace {

std::vector<event::Arrival> arrivals_in(const std::string& line) {
  // A disk that was full may have cut the line before it.
  const std::size_t at = line.rfind("{\"prompt\":");
  if (at == std::string::npos) return {};
  const auto entry = json::parse(line.substr(at));
  const std::string* prompt = entry ? (*entry)["prompt"].as_string() : nullptr;
  return prompt ? event::arrivals_in(*prompt) : std::vector<event::Arrival>{};
}

}  // namespace

std::vector<std::pair<Conversations::Place, history::Arrival>>
Conversations::read_all() {
  if (auto store = store::Store::find(arena_.handle().orch_dir()))
    for (const auto& [agent, path] : store::list_transcripts(*store)) {
      auto& known = files_[agent];
      if (std::find(known.begin(), known.end(), path) == known.end())
        known.push_back(path);
    }
  std::vector<std::pair<Place, history::Arrival>> out;
  for (const auto& [agent, paths] : files_)
    for (const std::string& path : paths) {
      std::size_t nth = 0;
      for (const std::string& line :
           text::split(file::find_contents(path).value_or(""), '\n'))
        for (const event::Arrival& a : arrivals_in(line))
          out.push_back({{path, nth++}, {agent, a.id, a.with_text}});
    }
  return out;
}

std::vector<history::Arrival> Conversations::read() {
  std::vector<history::Arrival> out;
  for (const auto& [place, arrival] : read_all())
    if (!passed_over_.contains(place)) out.push_back(arrival);
  return out;
}

void Conversations::pass_over(
    const std::function<std::size_t(std::int64_t)>& kept) {
  std::map<std::int64_t, std::size_t> newer;
  const auto all = read_all();
  for (auto it = all.rbegin(); it != all.rend(); ++it)
    if (newer[it->second.message]++ >= kept(it->second.message))
      passed_over_.insert(it->first);
}

}  // namespace orch::drill
