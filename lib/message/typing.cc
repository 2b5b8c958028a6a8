// SPDX-License-Identifier: MIT
#include "message/typing.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "clock/clock.h"
#include "error/error.h"
#include "installation/data.h"
#include "process/foreground.h"
#include "process/process.h"
#include "screen/screen.h"
#include "store/agent_state.h"

namespace orch::message {
namespace {

constexpr char kDialog[] = "the pane shows a dialog";

process::Identity process_of(const store::Agent& agent) {
  return {static_cast<pid_t>(agent.pid),
          static_cast<std::uint64_t>(agent.pid_start)};
}

const char* reason_of(tmux::Paste outcome) {
  switch (outcome) {
    case tmux::Paste::Typed:
      return "";
    case tmux::Paste::Gone:
      return "the pane is gone or holds another process";
    case tmux::Paste::InMode:
      return "somebody is in copy mode in the pane";
    case tmux::Paste::Failed:
      break;
  }
  return "tmux did not answer";
}

// Nothing went into the pane for certain.
bool is_refused(tmux::Paste outcome) {
  return outcome == tmux::Paste::Gone || outcome == tmux::Paste::InMode;
}

// Whether the runtime tells from a pane that nothing may be typed into it.
bool warns_on_screen(const runtime::Runtime& runtime) {
  return std::any_of(runtime.signs.begin(), runtime.signs.end(),
                     [](const runtime::Sign& s) {
                       return (s.source == runtime::Source::Screen ||
                               s.source == runtime::Source::Title) &&
                              (s.state == "needs-human" || s.state == "draft");
                     });
}

// A turn whose pane waits for a person is over before it began.
void refuse_what_waits(Pass& pass, store::Store& store,
                       std::vector<Turn*>& turns, bool is_draft_ours) {
  std::vector<store::Agent> agents;
  std::vector<Turn*> asked;
  for (Turn* turn : turns) {
    if (!warns_on_screen(pass.runtime_of(turn->agent))) continue;
    agents.push_back(turn->agent);
    asked.push_back(turn);
  }
  if (asked.empty()) return;
  const auto states = states_shown(pass, agents);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (!states[i]) asked[i]->reason = "tmux did not show the pane";
    if (states[i] == "draft" && !is_draft_ours)
      asked[i]->reason = "somebody is writing in the pane";
    if (states[i] != "needs-human") continue;
    asked[i]->reason = kDialog;
    mark_needs_human(store, asked[i]->agent.id, "screen");
  }
  std::erase_if(turns, [](const Turn* t) { return !t->reason.empty(); });
}

// First the intent, then the keys: killed in between, a message is not typed a
// second time into the same run, and claims no level either.
void write_intent(store::Store& store, const std::vector<Turn*>& turns,
                  std::int64_t now) {
  store::Transaction transaction(store);
  for (Turn* turn : turns) {
    for (const store::Message& m : turn->batch)
      store::mark_typing(store, m.id, turn->agent.run);
    turn->before = turn->agent;
    store::set_agent_state(store, turn->agent, "busy", "typed", now);
  }
  transaction.commit();
}

void write_outcome(store::Store& store, Turn& turn, tmux::Paste outcome,
                   std::int64_t now) {
  turn.reason = reason_of(outcome);
  for (const store::Message& m : turn.batch) {
    store::insert_attempt(store, m.id, "paste",
                          outcome == tmux::Paste::Typed ? "typed" : "refused",
                          turn.reason, now);
    if (outcome == tmux::Paste::Typed)
      store::mark_typed(store, m.id, turn.agent.run, now);
    else
      store::set_wait_reason(store, m.id, turn.reason);
    // Free for the next delivery. When tmux did not answer, the text may be
    // there, and only the submit key is pressed again.
    if (is_refused(outcome)) store::mark_typing(store, m.id, "");
  }
  if (!is_refused(outcome)) return;
  auto current = store::find_agent(store, turn.agent.id);
  if (current && current->state_source == "typed")
    store::set_agent_state(store, *current, turn.before.state,
                           turn.before.state_source, turn.before.state_since);
}

// Still as we left it: what was pasted waits for its Enter.
bool awaits_keys(store::Store& store, const store::Agent& agent) {
  const auto now = store::find_agent(store, agent.id);
  return now && now->run == agent.run && now->state == "busy" &&
         now->state_source == "typed" && process::is_alive(process_of(*now)) &&
         process::is_in_front(process_of(*now));
}

// The keys that submit, and an attempt for each message by this channel.
void press(Pass& pass, store::Store& store, const std::vector<Turn*>& turns,
           const char* channel) {
  if (turns.empty()) return;
  std::vector<tmux::Typing> keys;
  for (const Turn* turn : turns)
    keys.push_back(
        {pane_of(turn->agent), "", pass.submit_of(turn->agent).keys});
  const auto outcomes = pass.server().type(keys);
  const std::int64_t now = clock::now();
  store::Transaction transaction(store);
  for (std::size_t i = 0; i < turns.size(); ++i)
    for (const store::Message& m : turns[i]->batch)
      store::insert_attempt(
          store, m.id, channel,
          outcomes[i] == tmux::Paste::Typed ? "pressed" : "refused",
          reason_of(outcomes[i]), now);
  transaction.commit();
}

// The keys of those whose paste needs some time first.
void press_after_delay(Pass& pass, store::Store& store,
                       std::vector<Turn*> turns, std::int64_t pasted_at) {
  std::int64_t delay = 0;
  for (const Turn* turn : turns)
    delay = std::max(delay, pass.submit_of(turn->agent).delay_ms);
  const std::int64_t left = pasted_at + delay - clock::steady();
  if (left > 0) std::this_thread::sleep_for(std::chrono::milliseconds(left));
  std::erase_if(turns,
                [&](const Turn* t) { return !awaits_keys(store, t->agent); });
  refuse_what_waits(pass, store, turns, true);
  press(pass, store, turns, "submit");
}

// Its receipt may be on its way. A clock that was put back makes it wait no
// longer.
bool is_fresh(const store::Agent& agent, std::int64_t now) {
  return std::abs(now - agent.state_since) < kSubmitWaitMs;
}

// What was typed into this run and not submitted; absent: nothing.
std::optional<store::Message> find_stuck(store::Store& store,
                                         const store::Agent& agent) {
  for (store::Message& m :
       store::list_messages(store, agent.id, store::Which::Open))
    if ((m.level == "typed" && m.typed_run == agent.run) ||
        m.typing_run == agent.run)
      return std::move(m);
  return std::nullopt;
}

// Enter at an empty prompt does nothing, and no hook has fired: what we were
// killed over never went in. What certainly went in stays.
void give_up(store::Store& store, store::Agent agent,
             const store::Message& stuck, std::int64_t now) {
  if (stuck.typing_run != agent.run) return;
  store::Transaction transaction(store);
  // With all that was to go with it.
  for (const store::Message& m :
       store::list_messages(store, agent.id, store::Which::Open))
    if (m.typing_run == agent.run) store::mark_typing(store, m.id, "");
  store::set_agent_state(store, agent, "idle", "typed", now);
  transaction.commit();
}

}  // namespace

Pass::Pass(const Repository& repository)
    : repository_(repository), server_(server_of(repository)) {}

const runtime::Runtime& Pass::runtime_of(const store::Agent& agent) {
  const auto it = runtimes_.find(agent.runtime);
  if (it != runtimes_.end()) return it->second;
  return runtimes_
      .emplace(agent.runtime, installation::require_runtime(
                                  repository_.orch_dir(), agent.runtime))
      .first->second;
}

const runtime::Submit& Pass::submit_of(const store::Agent& agent) {
  const runtime::Runtime& runtime = runtime_of(agent);
  const bool any_tmux =
      std::all_of(runtime.submits.begin(), runtime.submits.end(),
                  [](const runtime::Submit& s) { return s.tmux.is_any(); });
  if (!any_tmux && !tmux_version_)
    tmux_version_ = runtime::find_version(server_.version().value_or(""));
  return runtime::submit_for(runtime, runtime::find_version(agent.cli_version),
                             tmux_version_.value_or(runtime::Version{}));
}

std::optional<file::Lock> try_pane_lock(const Repository& repository,
                                        std::int64_t agent_id, int wait_ms) {
  const std::string directory = repository.orch_dir() + "/lock";
  file::make_private_directories(directory);
  const std::string path = directory + "/agent-" + std::to_string(agent_id);
  if (wait_ms == 0)
    return file::Lock::try_take(path, file::Lock::Mode::Exclusive);
  try {
    return file::Lock::take(path, file::Lock::Mode::Exclusive, wait_ms,
                            "the agent's pane");
  } catch (const Error& e) {
    if (e.code() == ErrorCode::Contended) return std::nullopt;
    throw;
  }
}

file::Lock pane_lock(const Repository& repository, std::int64_t agent_id) {
  if (auto lock = try_pane_lock(repository, agent_id, 10'000))
    return *std::move(lock);
  throw Error(ErrorCode::Contended,
              "another process types into the agent's pane",
              "try again when it has finished");
}

std::string obstacle(const store::Agent& agent) {
  if (agent.pane.empty() || agent.state == "stopped")
    return "the agent is not running";
  if (agent.state != "idle") return "the agent is " + agent.state;
  if (!process::is_alive(process_of(agent)))
    return "the agent's process is gone";
  if (!process::is_in_front(process_of(agent)))
    return "the agent is suspended, or another program is in front";
  return "";
}

std::vector<std::optional<std::string>> states_shown(
    Pass& pass, const std::vector<store::Agent>& agents) {
  std::vector<tmux::Pane> panes;
  for (const store::Agent& agent : agents) panes.push_back(pane_of(agent));
  const auto shown = pass.server().look_at(panes);
  std::vector<std::optional<std::string>> out;
  for (std::size_t i = 0; i < agents.size(); ++i) try {
      if (!shown[i].is_there) {
        out.emplace_back();
        continue;
      }
      const auto found =
          screen::evaluate(pass.runtime_of(agents[i]),
                           {.text = shown[i].text, .title = shown[i].title});
      out.emplace_back(found ? found->state() : "");
    } catch (const Error&) {
      out.emplace_back("");  // a runtime file that cannot be read tells nothing
    }
  return out;
}

std::vector<std::string> shown_states(const Repository& repository,
                                      const std::vector<store::Agent>& agents) {
  Pass pass(repository);
  std::vector<std::string> out;
  for (const auto& state : states_shown(pass, agents))
    out.push_back(state.value_or(""));
  return out;
}

void type_all(Pass& pass, store::Store& store, std::vector<Turn>& all) {
  std::vector<Turn*> turns;
  for (Turn& turn : all) turns.push_back(&turn);
  refuse_what_waits(pass, store, turns, false);
  if (turns.empty()) return;
  write_intent(store, turns, clock::now());
  std::vector<tmux::Typing> typings;
  std::vector<Turn*> delayed;
  for (const Turn* turn : turns) {
    const runtime::Submit& submit = pass.submit_of(turn->agent);
    typings.push_back({pane_of(turn->agent), turn->text, {}});
    if (submit.delay_ms == 0) typings.back().keys = submit.keys;
  }
  const auto outcomes = pass.server().type(typings);
  const std::int64_t pasted_at = clock::steady(), now = clock::now();
  {
    store::Transaction transaction(store);
    for (std::size_t i = 0; i < turns.size(); ++i) {
      write_outcome(store, *turns[i], outcomes[i], now);
      if (outcomes[i] == tmux::Paste::Typed && typings[i].keys.empty())
        delayed.push_back(turns[i]);
    }
    transaction.commit();
  }
  if (!delayed.empty()) press_after_delay(pass, store, delayed, pasted_at);
}

void press_again(Pass& pass, store::Store& store,
                 const std::vector<std::int64_t>& agents) {
  const std::int64_t now = clock::now();
  std::vector<Turn> stuck;
  for (const std::int64_t id : agents) {
    const auto seen = store::find_agent(store, id);
    if (!seen || seen->state != "busy" || seen->state_source != "typed" ||
        is_fresh(*seen, now))
      continue;
    auto lock = try_pane_lock(pass.repository(), id, 0);
    const auto agent = store::find_agent(store, id);
    // Who has the lock, or had it, may press them himself.
    if (!lock || !agent || is_fresh(*agent, now) || !awaits_keys(store, *agent))
      continue;
    auto message = find_stuck(store, *agent);
    if (!message) continue;
    if (message->attempts > pass.submit_of(*agent).retry)
      give_up(store, *agent, *message, now);
    else
      stuck.push_back(
          {*std::move(lock), *agent, {*std::move(message)}, "", ""});
  }
  std::vector<Turn*> turns;
  for (Turn& turn : stuck) turns.push_back(&turn);
  refuse_what_waits(pass, store, turns, true);
  press(pass, store, turns, "submit-again");
  store::Transaction transaction(store);
  for (const Turn* turn : turns) {
    auto current = store::find_agent(store, turn->agent.id);
    if (current && current->state_source == "typed")
      store::set_agent_state(store, *current, "busy", "typed", now);
  }
  transaction.commit();
}

}  // namespace orch::message
