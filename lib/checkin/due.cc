// SPDX-License-Identifier: MIT
//
// What is due, in one transaction: whoever comes first sends it, and nobody
// else.
#include <algorithm>
#include <charconv>
#include <string>

#include "calendar/zone.h"
#include "checkin/checkin.h"
#include "checkin/recurrence.h"
#include "error/error.h"
#include "message/message.h"
#include "store/agent_state.h"
#include "store/checkins.h"
#include "store/messages.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::checkin {
namespace {

constexpr std::int64_t kMostFailures = 5;
// Processes need not agree on the time to the minute, nor machines to the hour
// (one that takes its clock for local time): a clock that was set back by less
// makes them late by as much, and that once.
constexpr std::int64_t kSlackMs = calendar::kDayMs;

constexpr char kOne[] = " earlier one was missed and is covered by this one)";
constexpr char kMany[] =
    " earlier ones were missed and are covered by this one)";

std::string text_of(const store::Checkin& c, std::int64_t covered) {
  std::string text = "scheduled check-in: " + c.note;
  if (covered >= Recurrence::kMostMissed)
    text +=
        " (more than " + std::to_string(Recurrence::kMostMissed - 1) + kMany;
  else if (covered > 0)
    text += " (" + std::to_string(covered) + (covered == 1 ? kOne : kMany);
  return text;
}

// How many a message says that it covers: what replaces it covers them, too.
std::int64_t covered_by(const std::string& text) {
  for (const std::string_view end : {kOne, kMany}) {
    if (!text.ends_with(end)) continue;
    const std::string rest = text.substr(0, text.size() - end.size());
    const std::size_t open = rest.rfind('(');
    if (open == std::string::npos) return 0;
    if (rest.compare(open, 5, "(more") == 0) return Recurrence::kMostMissed;
    std::int64_t count = 0;
    std::from_chars(rest.data() + open + 1, rest.data() + rest.size(), count);
    return count;
  }
  return 0;
}

class Round {
 public:
  Round(store::Store& store, const calendar::Zones& zones, std::int64_t now)
      : store_(store), zones_(zones), now_(now) {}

  bool has_work() const {
    if (!store::list_due_checkins(store_, now_).empty() ||
        !store::list_failing_checkins(store_, kMostFailures).empty())
      return true;
    for (const store::Checkin& c :
         store::list_far_checkins(store_, now_, kSlackMs))
      if (is_too_far(c)) return true;
    return false;
  }

  // Returns how many were sent.
  int run() {
    for (const store::Checkin& c :
         store::list_failing_checkins(store_, kMostFailures))
      fail(c, text::count_of(static_cast<std::size_t>(store::failures_of(c)),
                             "message") +
                  " in a row ended unread, the last one: " + c.message_level);
    for (const store::Checkin& c :
         store::list_far_checkins(store_, now_, kSlackMs))
      if (const auto latest = is_too_far(c)) move(c, *latest, c.reason);
    int sent = 0;
    for (const store::Checkin& c : store::list_due_checkins(store_, now_))
      sent += treat_or_fail(c) ? 1 : 0;
    return sent;
  }

 private:
  // When the clock was set back: where its time should be at the latest.
  std::optional<std::int64_t> is_too_far(const store::Checkin& c) const {
    if (store::find_limit_end(store_, c.agent_id).value_or(0) >= c.due_at)
      return std::nullopt;
    try {
      const auto latest = Recurrence(c, zones_).latest(now_);
      if (latest && c.due_at > *latest + kSlackMs) return latest;
    } catch (const Error& e) {
      if (e.code() != ErrorCode::Usage) throw;
      return now_;  // what cannot be read fails when it is due
    }
    return std::nullopt;
  }

  void move(const store::Checkin& c, std::int64_t due_at,
            const std::optional<std::string>& reason) {
    if (due_at != c.due_at || reason != c.reason)
      store::move_checkin(store_, c.id, due_at, reason);
  }

  // One whose row cannot be read does not hold up the others.
  bool treat_or_fail(const store::Checkin& c) {
    try {
      return treat(c);
    } catch (const Error& e) {
      if (e.code() != ErrorCode::Usage) throw;
      fail(c, e.what());
      return false;
    }
  }

  // Whether a message went.
  bool treat(const store::Checkin& c) {
    const auto agent = store::find_agent(store_, c.agent_id);
    if (const std::string over = why_over(agent); !over.empty()) {
      store::cancel_checkin(store_, c.id, over);
      return false;
    }
    const Recurrence recurrence(c, zones_);
    if (agent->desired != "running") {
      move(c, recurrence.next(now_).value_or(c.due_at),
           "the agent is " + agent->desired);
      return false;
    }
    if (agent->state == "limited") {
      const auto end = store::find_limit_end(store_, agent->id);
      if (end && *end > now_) {
        move(c, *end, "limited until " + text::iso_time(*end));
        return false;
      }
    }
    return send(c, *agent, recurrence);
  }

  std::string why_over(const std::optional<store::Agent>& agent) const {
    if (!agent) return "no such agent";
    if (agent->status == "completed") return "the agent has finished";
    if (!agent->feature_id) return "";
    const auto feature = store::find_feature(store_, *agent->feature_id);
    return feature && feature->status == "archived" ? "the feature is archived"
                                                    : "";
  }

  bool send(const store::Checkin& c, const store::Agent& agent,
            const Recurrence& recurrence) {
    std::int64_t covered = recurrence.missed(now_);
    // Also of one with that note that has ended and was planned anew.
    const auto last =
        c.message_id ? c.message_id
                     : store::find_last_message(store_, c.agent_id, c.slug);
    const auto before =
        last ? store::find_message(store_, *last) : std::nullopt;
    const int rank = before ? store::level_rank(before->level) : -1;
    const bool unread = rank >= 0 && rank < store::level_rank("read");
    const auto next = recurrence.next(now_);
    if (unread && rank > 0 && agent.state == "busy") {
      // It lies in the pane and may be what the agent is busy with.
      move(c, next.value_or(c.due_at), "the one before is not read yet");
      return false;
    }
    if (unread) covered += 1 + covered_by(before->text);
    const std::int64_t id = message::queue(
        store_, agent, {.text = text_of(c, covered), .kind = "checkin"}, now_);
    if (unread)
      store::end_message(store_, before->id, "expired",
                         "replaced by message " + std::to_string(id));
    store::Checkin counted = c;
    if (unread) counted.message_level.clear();
    store::advance_checkin(store_, counted, id, next, now_);
    if (next && !recurrence.unknown_zone().empty())
      store::move_checkin(store_, c.id, *next,
                          "time zone '" + recurrence.unknown_zone() +
                              "' is not known here, UTC is taken");
    return true;
  }

  void fail(const store::Checkin& c, const std::string& why) {
    store::fail_checkin(store_, c.id, why);
    const auto agent = store::find_agent(store_, c.agent_id);
    if (!agent) return;
    const std::string text = "check-in " + std::to_string(c.id) + " of " +
                             agent->address + " ('" + c.note +
                             "') has failed: " + why;
    store::insert_agent_event(store_, *agent, "checkin_failed", text, now_);
    // Nobody is told of their own silence: that would go on for ever.
    if (agent->kind == "overseer" || !agent->feature_id) return;
    for (const store::Agent& a : store::list_agents(store_, *agent->feature_id))
      if (a.kind == "overseer" && a.id != agent->id)
        message::queue(
            store_, a,
            {.text = text + "\nplan another with: git orch checkin add " +
                     agent->address,
             .kind = "report"},
            now_);
  }

  store::Store& store_;
  const calendar::Zones& zones_;
  std::int64_t now_;
};

}  // namespace

int run_due(store::Store& store, const calendar::Zones& zones,
            std::int64_t now) {
  Round round(store, zones, now);
  if (!round.has_work()) return 0;
  store::Transaction transaction(store);
  const int sent = round.run();
  transaction.commit();
  return sent;
}

}  // namespace orch::checkin
