// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>

#include "clock/clock.h"
#include "event/prompt.h"
#include "file/tail.h"
#include "message/message.h"
#include "text/text.h"

namespace orch::message {
namespace {

// More than a conversation adds between two looks at it.
constexpr std::int64_t kMaxRead = 16 << 20;

struct Recorded {
  std::set<std::int64_t> with_text, counted;
};

// One line of a transcript is one entry of the conversation.
std::optional<Recorded> recorded_in(const std::string& transcript) {
  const auto bytes = file::find_tail(transcript, kMaxRead);
  if (!bytes) return std::nullopt;
  Recorded recorded;
  for (const std::string& line : text::split(*bytes, '\n'))
    for (const event::Arrival& arrival : event::arrivals_in(line))
      (arrival.with_text ? recorded.with_text : recorded.counted)
          .insert(arrival.id);
  return recorded;
}

bool went_in(const store::Message& m) {
  return m.level == "typed" || m.level == "submitted" || m.typing_run;
}

// It went into a run that has ended, or through a hook whose turn is over, and
// the conversation does not know it.
bool is_lost(store::Store& store, const store::Agent& agent,
             const store::Message& m) {
  const std::string run = m.typed_run.value_or(m.typing_run.value_or(""));
  if (run != agent.run) return m.level == "submitted";
  const auto last = store::find_last_attempt(store, m.id);
  return last && last->channel == "hook" && agent.state == "idle" &&
         agent.state_source == "hook" && agent.state_since > last->at;
}

}  // namespace

int prove(store::Store& store, const store::Agent& agent) {
  if (agent.transcript.empty()) return 0;
  const auto went = [&] {
    auto open = store::list_messages(store, agent.id, store::Which::Open);
    std::erase_if(open, [](const store::Message& m) { return !went_in(m); });
    return open;
  };
  const auto open = went();
  if (open.empty()) return 0;
  const auto recorded = recorded_in(agent.transcript);
  if (!recorded) return 0;
  const auto says_more = [&](const store::Message& m) {
    const int rank = store::level_rank(m.level);
    return (rank < 3 && recorded->with_text.contains(m.id)) ||
           (rank < 2 && recorded->counted.contains(m.id)) ||
           (!recorded->with_text.contains(m.id) && is_lost(store, agent, m));
  };
  if (std::none_of(open.begin(), open.end(), says_more)) return 0;
  const std::int64_t now = clock::now();
  int raised = 0;
  store::Transaction transaction(store);
  // Again, inside: it may have been started anew since, and typed to.
  const auto current = store::find_agent(store, agent.id);
  if (!current || current->run != agent.run ||
      current->transcript != agent.transcript)
    return 0;
  for (const store::Message& m : went()) {
    if (recorded->with_text.contains(m.id)) {
      if (store::raise_level(store, m.id, "read", now)) ++raised;
      continue;
    }
    const bool counted = recorded->counted.contains(m.id);
    if (counted && store::raise_level(store, m.id, "submitted", now)) ++raised;
    if (is_lost(store, *current, m)) store::forget_typing(store, m.id);
  }
  transaction.commit();
  return raised;
}

}  // namespace orch::message
