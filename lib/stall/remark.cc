// SPDX-License-Identifier: MIT
#include "stall/remark.h"

#include "json/value.h"
#include "message/message.h"
#include "store/events.h"
#include "store/messages.h"
#include "text/time.h"

namespace orch::stall {

void write(store::Store& store, const Remark& r, std::int64_t now) {
  std::optional<std::int64_t> first;
  for (const auto& [to, text] : r.letters) {
    const std::int64_t id =
        message::queue(store, to, {.text = text, .kind = "report"}, now);
    first = first.value_or(id);
  }
  if (r.replaces)
    if (const auto old = store::find_message(store, *r.replaces))
      if (old->level == "queued")
        store::end_message(store, old->id, "expired",
                           "replaced by a newer one");
  store::Event e;
  if (!r.spec_id.empty()) e.spec_id = r.spec_id;
  e.role = r.subject.role;
  e.type = r.type;
  e.message = r.event;
  if (!r.metadata.empty())
    e.metadata = r.metadata;
  else if (first)
    e.metadata = json::to_text(json::Object{{"sent", *first}});
  e.at = now;
  store::insert_event(store, e);
}

std::optional<std::int64_t> letter_in(const std::string& metadata) {
  const auto value = json::parse(metadata);
  return value ? (*value)["sent"].as_integer() : std::nullopt;
}

std::optional<store::Agent> find_overseer(store::Store& store,
                                          std::int64_t feature_id) {
  for (store::Agent& a : store::list_agents(store, feature_id))
    if (a.kind == "overseer") return std::move(a);
  return std::nullopt;
}

std::string aged(std::int64_t ms) { return text::short_age(ms); }

}  // namespace orch::stall
