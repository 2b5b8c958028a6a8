// SPDX-License-Identifier: MIT
#include "notify/rows.h"

#include <algorithm>
#include <map>
#include <set>

#include "json/value.h"
#include "store/events.h"
#include "text/sha256.h"
#include "text/text.h"
#include "zone/zone.h"

namespace orch::notify {
namespace {

// The same news again within that time is told once.
constexpr std::int64_t kSameNewsMs = 10 * 60 * 1000;
constexpr std::size_t kMostEvents = 500;
constexpr std::size_t kLongestText = 2000;

void put_out(store::Store& store, const store::Notice& notice,
             const notice::Sink& sink, std::int64_t now) {
  const auto severity = notice::parse_severity(notice.severity);
  if (!notice::wants(sink, notice.kind, notice.needs_human,
                     severity.value_or(notice::Severity::Warning)))
    return;
  const std::int64_t from = notice.created_at;
  store::insert_delivery(
      store, {.notice_id = notice.id,
              .sink = sink.name,
              .not_before = notice.needs_human ? from + sink.delay_ms : now,
              .created_at = now});
  if (!notice.needs_human) return;
  int step = 0;
  for (const std::int64_t later : sink.escalate_ms)
    store::insert_delivery(store, {.notice_id = notice.id,
                                   .sink = sink.name,
                                   .step = ++step,
                                   .not_before = from + later,
                                   .created_at = now});
}

store::Notice notice_of(const notice::Need& need, std::int64_t now) {
  const std::string command = notice::command_of(need);
  return {
      .key = need.key,
      .kind = need.kind,
      .severity = std::string(notice::severity_name(notice::severity_of(need))),
      .needs_human = true,
      .spec_id = need.spec_id,
      .agent = need.agent,
      .text =
          text::cut(text::to_utf8(notice::text_of(need, now)), kLongestText),
      .detail = json::to_text(
          json::Object{{"since", need.since},
                       {"command", command},
                       {"number", need.number},
                       {"evidence", text::to_utf8(need.evidence)}}),
      .created_at = now};
}

store::Notice notice_of(const store::Event& e, std::int64_t now) {
  const std::string agent =
      e.spec_id && e.role ? *e.spec_id + "/" + *e.role : "";
  std::string text =
      e.type + (agent.empty() ? "" : " of " + agent) + ": " + e.message;
  text = text::cut(text::to_utf8(text), kLongestText);
  return {.key = "event " + text::hex(text::sha256(text)),
          .kind = e.type,
          .severity = std::string(
              notice::severity_name(notice::severity_of_event(e.type))),
          .spec_id = e.spec_id.value_or(""),
          .agent = agent,
          .text = text,
          .detail = json::to_text(json::Object{{"since", e.at},
                                               {"command", "git orch recent"},
                                               {"number", e.id},
                                               {"evidence", ""}}),
          .created_at = now,
          .ended_at = now};
}

bool is_wanted(const std::vector<Configured>& sinks, const store::Notice& n) {
  const auto severity = notice::parse_severity(n.severity);
  return std::any_of(sinks.begin(), sinks.end(), [&](const Configured& c) {
    return c.problem.empty() &&
           notice::wants(c.sink, n.kind, n.needs_human,
                         severity.value_or(notice::Severity::Warning));
  });
}

}  // namespace

bool agree(store::Store& store, const std::vector<notice::Need>& needs,
           const std::vector<store::Notice>& open) {
  std::set<std::string> there;
  for (const store::Notice& n : open) there.insert(n.key);
  std::set<std::string> wanted;
  for (const notice::Need& need : needs)
    if (!store::was_noticed_answered(store, need.key)) wanted.insert(need.key);
  return there == wanted;
}

int write_needs(store::Store& store, const std::vector<notice::Need>& needs,
                const std::vector<Configured>& sinks, std::int64_t now) {
  int written = 0;
  std::map<std::string, store::Notice> open;
  for (store::Notice& n : store::list_open_notices(store))
    open.emplace(n.key, std::move(n));
  std::set<std::string> held;
  for (const notice::Need& need : needs) {
    if (store::was_noticed_answered(store, need.key)) continue;
    held.insert(need.key);
    auto it = open.find(need.key);
    if (it == open.end()) {
      store::Notice made = notice_of(need, now);
      made.id = store::insert_notice(store, made);
      it = open.emplace(made.key, std::move(made)).first;
      ++written;
    }
    for (const Configured& c : sinks)
      if (c.problem.empty()) put_out(store, it->second, c.sink, now);
  }
  for (const auto& [key, n] : open)
    if (!held.contains(key) && store::end_notice(store, n.id, now, {}))
      ++written;
  return written;
}

Looked write_events(store::Store& store, std::int64_t after,
                    const std::vector<Configured>& sinks, std::int64_t now) {
  Looked out{.to = after};
  for (const store::Event& e :
       store::list_events(store, {.spec_id = {},
                                 .after_id = after,
                                 .limit = kMostEvents,
                                 .oldest_first = true})) {
    out.to = e.id;
    store::Notice made = notice_of(e, now);
    if (!is_wanted(sinks, made) ||
        store::was_noticed_since(store, made.key, now - kSameNewsMs))
      continue;
    made.id = store::insert_notice(store, made);
    for (const Configured& c : sinks)
      if (c.problem.empty()) put_out(store, made, c.sink, now);
    ++out.written;
  }
  return out;
}

bool lacks_delivery(store::Store& store, const std::vector<store::Notice>& open,
                    const std::vector<Configured>& sinks) {
  for (const store::Notice& n : open) {
    const auto there = store::list_deliveries_of(store, n.id);
    for (const Configured& c : sinks)
      if (is_wanted({c}, n) &&
          std::none_of(there.begin(), there.end(),
                       [&](const auto& d) { return d.sink == c.name; }))
        return true;
  }
  return false;
}

notice::Item item_of(const store::Notice& n, int step,
                     const std::string& repository_id) {
  const auto detail = json::parse(n.detail).value_or(json::Value());
  const auto text_in = [&](const char* key) {
    const std::string* text = detail[key].as_string();
    return text ? *text : std::string();
  };
  return {.id = repository_id + "-" + std::to_string(n.id) + "-" +
                std::to_string(step),
          .number = n.id,
          .step = step,
          .kind = n.kind,
          .severity = notice::parse_severity(n.severity)
                          .value_or(notice::Severity::Warning),
          .needs_human = n.needs_human,
          .spec_id = n.spec_id,
          .agent = n.agent,
          .text = n.text,
          .command = text_in("command"),
          .evidence = text_in("evidence"),
          .since = detail["since"].as_integer().value_or(n.created_at)};
}

}  // namespace orch::notify
