// SPDX-License-Identifier: MIT
#include "queue/state.h"

#include "json/value.h"
#include "queue/order.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::queue {
namespace {

constexpr char kKey[] = "queue";

}  // namespace

std::string mode_name(State::Mode mode) {
  return mode == State::Mode::On       ? "on"
         : mode == State::Mode::Paused ? "paused"
                                       : "off";
}

State state_of(store::Store& store) {
  State out;
  const auto text = store::find_meta(store, kKey);
  const auto value = text ? json::parse(*text) : std::nullopt;
  if (!value) return out;
  const std::string* mode = (*value)["mode"].as_string();
  for (const State::Mode m : {State::Mode::On, State::Mode::Paused})
    if (mode && *mode == mode_name(m)) out.mode = m;
  out.jobs = (*value)["jobs"].as_integer().value_or(1);
  out.fresh = (*value)["fresh"].as_bool().value_or(false);
  return out;
}

void set_state(store::Store& store, const State& state) {
  store::set_meta(store, kKey,
                  json::to_text(json::Object{{"mode", mode_name(state.mode)},
                                             {"jobs", state.jobs},
                                             {"fresh", state.fresh}}));
}

Work work_of(store::Store& store) {
  const bool is_on = state_of(store).mode == State::Mode::On;
  const auto items = store::list_active_queue(store);
  Work out{.running = running_in(items)};
  for (const store::QueueItem& item : items)
    if (is_on && (item.status == "queued" || item.status == "retrying"))
      ++out.waiting;
  return out;
}

std::string failures_text(store::Store& store) {
  std::size_t failed = 0;
  for (const store::QueueItem& item : store::list_queue(store))
    if ((item.status == "failed" || item.status == "dead") &&
        !item.reason.starts_with("cancelled"))
      ++failed;
  if (failed == 0) return "";
  return text::count_of(failed, "item") + (failed == 1 ? " has" : " have") +
         " failed: git orch queue list --all\n";
}

std::string reason_of(const State& state, const store::QueueItem& item,
                      const std::vector<store::QueueItem>& all,
                      std::int64_t now) {
  if (item.status != "queued" && item.status != "retrying") return item.reason;
  if (!may_start(item, now))
    return (item.reason.empty() ? "" : item.reason + "; ") + "not before " +
           text::iso_time(*item.not_before);
  if (state.mode == State::Mode::Off)
    return "the queue is off: git orch queue run";
  if (state.mode == State::Mode::Paused)
    return "the queue is paused: git orch queue resume";
  const std::size_t running = running_in(all);
  if (running >= static_cast<std::size_t>(state.jobs))
    return text::count_of(running, "item") + " of " +
           std::to_string(state.jobs) + " running";
  return "starts with the next tick";
}

}  // namespace orch::queue
