// SPDX-License-Identifier: MIT
#include "report/contradiction.h"

#include <algorithm>

#include "message/message.h"
#include "text/text.h"

namespace orch::report {
namespace {

// The inbox has the whole reports.
constexpr std::size_t kMaxQuote = 2000;

int side_of(const std::string& kind) {
  if (kind == "done" || kind == "ready") return 1;
  return kind == "blocked" || kind == "failed" ? -1 : 0;
}

std::string line_of(const store::Feature& feature, const store::Quote& q) {
  return feature.spec_id + "/" + q.role + " says " + q.kind + ":\n" +
         text::indented(text::cut(q.text, kMaxQuote));
}

std::vector<Sent> tell(store::Store& store, const store::Feature& feature,
                       const store::Contradiction& c, std::int64_t now) {
  const std::string id = std::to_string(c.id);
  const std::string text =
      "contradiction " + id + " on " + c.topic + "\n" +
      line_of(feature, c.first) + line_of(feature, c.second) +
      "find out which holds, then: git orch contradictions resolve " + id +
      " -m '<what holds>'";
  std::vector<Sent> out;
  for (const store::Agent& a : store::list_agents(store, feature.id))
    if (a.kind == "overseer")
      out.push_back(
          {message::queue(store, a,
                          {.text = text, .kind = "report", .priority = "high"},
                          now),
           a.address});
  return out;
}

bool is_between(const store::Contradiction& c, const std::string& topic,
                const std::string& a, const std::string& b) {
  return c.topic == topic && ((c.first.role == a && c.second.role == b) ||
                              (c.first.role == b && c.second.role == a));
}

}  // namespace

bool disagree(const std::string& a, const std::string& b) {
  return side_of(a) * side_of(b) < 0;
}
bool agree(const std::string& a, const std::string& b) {
  return side_of(a) * side_of(b) > 0;
}

std::vector<Sent> compare(store::Store& store, const store::Feature& feature,
                          const std::string& role, const std::string& topic,
                          std::int64_t now) {
  const auto reports =
      store::list_newest_reports(store, feature.spec_id, topic);
  const auto own =
      std::find_if(reports.begin(), reports.end(),
                   [&](const store::Quote& q) { return q.role == role; });
  std::vector<Sent> out;
  if (own == reports.end()) return out;
  const auto open = store::list_contradictions(store, feature.id,
                                               store::Contradictions::Open);
  for (const store::Quote& other : reports) {
    if (other.role == role) continue;
    const auto between = std::find_if(
        open.begin(), open.end(),
        [&](const auto& c) { return is_between(c, topic, role, other.role); });
    if (between != open.end()) {
      if (agree(own->kind, other.kind))
        store::resolve_contradiction(store, between->id,
                                     role + " says " + own->kind + " as well",
                                     role, now);
    } else if (disagree(own->kind, other.kind)) {
      const std::int64_t id =
          store::open_contradiction(store, feature.id, topic, other, *own, now);
      const auto sent =
          tell(store, feature, *store::find_contradiction(store, id), now);
      out.insert(out.end(), sent.begin(), sent.end());
    }
  }
  return out;
}

}  // namespace orch::report
