// SPDX-License-Identifier: MIT
#include "stall/loops.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "json/value.h"
#include "store/activity.h"
#include "store/features.h"

namespace orch::stall {
namespace {

class Loops {
 public:
  Loops(store::Store& store, const policy::Thresholds& t, std::int64_t now)
      : store_(store), t_(t), now_(now), since_(now - t.loop_window_ms) {}

  std::vector<Remark> find() {
    const std::string within = " within " + aged(t_.loop_window_ms);
    if (t_.loop_messages)
      for (const store::Exchange& e :
           store::list_exchanges(store_, since_, *t_.loop_messages))
        if (!has_committed(e.first) && !has_committed(e.second))
          add(e, e.first + " and " + e.second + " have written each other " +
                     std::to_string(e.count) + " messages" + within +
                     ", and neither has committed");
    if (t_.loop_repeats)
      for (const store::Exchange& e :
           store::list_repeats(store_, since_, *t_.loop_repeats))
        add(e, e.first + " has written " + e.second + " the same text " +
                   std::to_string(e.count) + " times" + within);
    return std::move(out_);
  }

 private:
  std::string spec_of(const store::Agent& agent) const {
    if (!agent.feature_id) return "";
    const auto feature = store::find_feature(store_, *agent.feature_id);
    return feature ? feature->spec_id : "";
  }

  bool has_committed(const std::string& address) const {
    const auto agent = store::find_agent(store_, address);
    return agent &&
           store::find_last_commit_at(store_, spec_of(*agent), agent->role)
                   .value_or(0) > since_;
  }

  void add(const store::Exchange& e, const std::string& text) {
    const auto agent = store::find_agent(store_, e.first);
    if (!agent) return;
    const auto& [a, b] = std::minmax(e.first, e.second);
    const json::Array both = {json::Value(a), json::Value(b)};
    const std::string pair = json::to_text(json::Object{{"between", both}});
    if (!said_.insert(pair).second ||
        store::has_remark(store_, store::kLoopSuspected, pair,
                          now_ - t_.loop_cool_down_ms))
      return;
    Remark r{.subject = *agent,
             .spec_id = spec_of(*agent),
             .type = store::kLoopSuspected,
             .event = text,
             .metadata = pair};
    if (agent->feature_id)
      if (const auto overseer = find_overseer(store_, *agent->feature_id))
        r.letters = {
            {*overseer, text + "\nit may be a loop: decide what they wait for, "
                               "and tell them"}};
    out_.push_back(std::move(r));
  }

  store::Store& store_;
  const policy::Thresholds& t_;
  std::int64_t now_, since_;
  std::set<std::string> said_;
  std::vector<Remark> out_;
};

}  // namespace

std::vector<Remark> find_loops(store::Store& store, const policy::Thresholds& t,
                               std::int64_t now) {
  return Loops(store, t, now).find();
}

}  // namespace orch::stall
