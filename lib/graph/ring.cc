// SPDX-License-Identifier: MIT
#include "graph/ring.h"

#include <algorithm>

namespace orch::graph {
namespace {

struct Step {
  Needs::const_iterator at;
  std::size_t next = 0;  // of its needs
};

enum class Seen { Open, Closed };

}  // namespace

std::vector<std::string> ring_in(const Needs& needs) {
  std::map<std::string, Seen> seen;
  for (auto from = needs.begin(); from != needs.end(); ++from) {
    if (seen.contains(from->first)) continue;
    std::vector<Step> way = {{from}};
    seen[from->first] = Seen::Open;
    while (!way.empty()) {
      Step& step = way.back();
      if (step.next == step.at->second.size()) {
        seen[step.at->first] = Seen::Closed;
        way.pop_back();
        continue;
      }
      const auto to = needs.find(step.at->second[step.next++]);
      if (to == needs.end()) continue;
      const auto [mark, fresh] = seen.emplace(to->first, Seen::Open);
      if (fresh) {
        way.push_back({to});
      } else if (mark->second == Seen::Open) {
        auto start = std::find_if(way.begin(), way.end(),
                                  [&](const Step& s) { return s.at == to; });
        std::vector<std::string> ring;
        for (; start != way.end(); ++start) ring.push_back(start->at->first);
        ring.push_back(to->first);
        return ring;
      }
    }
  }
  return {};
}

}  // namespace orch::graph
