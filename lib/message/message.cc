// SPDX-License-Identifier: MIT
#include "message/message.h"

#include <algorithm>
#include <set>

#include "clock/clock.h"
#include "config/config.h"
#include "error/error.h"
#include "event/prompt.h"
#include "file/file.h"
#include "installation/data.h"
#include "installation/installation.h"
#include "message/rules.h"
#include "process/foreground.h"
#include "process/process.h"
#include "runtime/runtime.h"
#include "text/text.h"

namespace orch::message {
namespace {

// A longer text is read from the inbox: a paste is for attention.
constexpr std::size_t kMaxTyped = 4096;
constexpr std::int64_t kSubmitWaitMs = 2000;
constexpr std::int64_t kMaxPresses = 5;
const std::string kHeader(event::kMessageHeader);

// Why nothing can be typed to this agent now; empty when it can.
std::string obstacle(const store::Agent& agent) {
  if (agent.pane.empty() || agent.state == "stopped")
    return "the agent is not running";
  if (agent.state != "idle") return "the agent is " + agent.state;
  const process::Identity process{static_cast<pid_t>(agent.pid),
                                  static_cast<std::uint64_t>(agent.pid_start)};
  if (!process::is_alive(process)) return "the agent's process is gone";
  if (!process::is_in_front(process))
    return "the agent is suspended, or another program is in front";
  return "";
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

// What must be typed and submitted as a whole goes alone: the brief, and
// whatever fits. Several short ones become one line that counts them.
std::vector<store::Message> next_batch(
    const std::vector<store::Message>& waiting) {
  const bool first_is_brief = waiting.front().kind == "brief";
  if (first_is_brief) return {waiting.front()};
  return waiting;
}

file::Lock pane_lock(const Repository& repository, std::int64_t agent_id) {
  const std::string directory = repository.orch_dir() + "/lock";
  file::make_private_directories(directory);
  return file::Lock::take(directory + "/agent-" + std::to_string(agent_id),
                          file::Lock::Mode::Exclusive, 10000,
                          "the agent's pane");
}

void wait_because(store::Store& store,
                  const std::vector<store::Message>& waiting,
                  const std::string& reason) {
  store::Transaction transaction(store);
  for (const store::Message& m : waiting)
    if (m.reason != reason) store::set_wait_reason(store, m.id, reason);
  transaction.commit();
}

void set_state(store::Store& store, store::Agent& agent, const char* state,
               const char* source, std::int64_t at) {
  agent.state = state;
  agent.state_source = source;
  agent.state_since = at;
  store::update_agent(store, agent);
}

// A paste that was never submitted: the Enter may have been eaten, or we were
// killed before it. Pressing it again is harmless, pasting again is not.
void press_again(const Repository& repository, store::Store& store,
                 store::Agent agent) {
  const std::int64_t now = clock::now();
  if (agent.state != "busy" || agent.state_source != "typed" ||
      now - agent.state_since < kSubmitWaitMs)
    return;
  const auto open = store::list_messages(store, agent.id, store::Which::Open);
  const auto stuck =
      std::find_if(open.begin(), open.end(), [&](const store::Message& m) {
        return (m.level == "typed" && m.typed_run == agent.run) ||
               m.typing_run == agent.run;
      });
  if (stuck == open.end()) return;
  if (stuck->attempts > kMaxPresses) {
    // Enter at an empty prompt does nothing, and no hook has fired: what we
    // were killed over never went in. What certainly went in stays.
    if (stuck->typing_run != agent.run) return;
    store::Transaction transaction(store);
    store::mark_typing(store, stuck->id, "");
    set_state(store, agent, "idle", "typed", now);
    transaction.commit();
    return;
  }
  const auto runtime =
      installation::require_runtime(repository.orch_dir(), agent.runtime);
  const tmux::Paste outcome =
      server_of(repository).press(pane_of(agent), runtime.submit);
  store::Transaction transaction(store);
  store::insert_attempt(store, stuck->id, "submit-again",
                        outcome == tmux::Paste::Typed ? "pressed" : "refused",
                        reason_of(outcome), now);
  set_state(store, agent, "busy", "typed", now);
  transaction.commit();
}

// First the intent, then the keys: killed in between, the message is not typed
// a second time into the same run, and claims no level either.
int type(const Repository& repository, store::Store& store, store::Agent agent,
         const std::vector<store::Message>& batch,
         const std::vector<std::string>& submit) {
  const std::int64_t now = clock::now();
  {
    store::Transaction transaction(store);
    for (const store::Message& m : batch)
      store::mark_typing(store, m.id, agent.run);
    set_state(store, agent, "busy", "typed", now);
    transaction.commit();
  }
  const tmux::Paste outcome =
      server_of(repository).paste(pane_of(agent), typed_text(batch), submit);
  store::Transaction transaction(store);
  for (const store::Message& m : batch) {
    store::insert_attempt(store, m.id, "paste",
                          outcome == tmux::Paste::Typed ? "typed" : "refused",
                          reason_of(outcome), now);
    if (outcome == tmux::Paste::Typed)
      store::mark_typed(store, m.id, agent.run, now);
    else
      store::set_wait_reason(store, m.id, reason_of(outcome));
    // Nothing went into the pane: free for the next delivery. When tmux did
    // not answer, the text may be there, and only the submit key is pressed
    // again.
    if (outcome == tmux::Paste::Gone || outcome == tmux::Paste::InMode)
      store::mark_typing(store, m.id, "");
  }
  if (outcome == tmux::Paste::Gone || outcome == tmux::Paste::InMode) {
    auto current = store::find_agent(store, agent.id);
    if (current && current->state_source == "typed")
      set_state(store, *current, "idle", "typed", now);
  }
  transaction.commit();
  return outcome == tmux::Paste::Typed ? static_cast<int>(batch.size()) : 0;
}

std::string waiting_mark(const Repository& repository,
                         const store::Agent& agent) {
  return event::waiting_mark(repository.orch_dir(), std::to_string(agent.id));
}

// Only where a hook of the agent takes messages: the others would look in vain.
void mark_waiting(const Repository& repository, const store::Agent& agent) {
  const std::string mark = waiting_mark(repository, agent);
  if (file::exists(mark) ||
      installation::require_runtime(repository.orch_dir(), agent.runtime)
          .hand_over.empty())
    return;
  file::make_private_directories(repository.orch_dir() + "/waiting");
  file::create_file(mark, "", 0600);
}

}  // namespace

tmux::Server server_of(const Repository& repository) {
  const auto socket = config::Config::load(repository).find("orch.tmuxsocket");
  return tmux::Server(
      socket ? *socket : tmux::default_socket(repository.common_dir),
      installation::template_directory() + "/tmux.conf",
      repository.orch_dir() + "/log", installation::libexec_directory());
}

tmux::Pane pane_of(const store::Agent& agent) {
  return {agent.pane, static_cast<pid_t>(agent.pane_pid),
          static_cast<std::uint64_t>(agent.pane_start)};
}

std::int64_t queue(store::Store& store, const store::Agent& recipient,
                   const Draft& draft, std::int64_t now) {
  store::Message m;
  m.sender = draft.sender;
  m.agent_id = recipient.id;
  m.kind = draft.kind;
  m.text = draft.text;
  m.priority = draft.priority;
  m.sent_at = now;
  m.expires_at = draft.expires_at;
  return store::insert_message(store, m);
}

std::string typed_text(const std::vector<store::Message>& waiting) {
  if (waiting.size() == 1 && waiting[0].text.size() <= kMaxTyped &&
      text::is_utf8(waiting[0].text)) {
    const store::Message& m = waiting[0];
    const std::string id = std::to_string(m.id);
    return kHeader + id + " from " + text::printable(m.sender) + "]\n" +
           m.text + "\n" + std::string(event::kMessageFooter) + id +
           ", answer with: git orch inbox --ack " + id + "]";
  }
  std::vector<std::string> ids;
  for (const store::Message& m : waiting) ids.push_back(std::to_string(m.id));
  return kHeader + text::join(ids, ",") + "] you have " +
         text::count_of(waiting.size(), "message") +
         ", read with: git orch inbox --ack-all";
}

int deliver(const Repository& repository, store::Store& store,
            std::int64_t agent_id) {
  const file::Lock lock = pane_lock(repository, agent_id);
  auto agent = store::find_agent(store, agent_id);
  if (!agent) return 0;
  prove(store, *agent);
  const auto waiting = store::list_undelivered(store, agent_id, agent->run);
  if (waiting.empty()) return 0;
  std::string blocked = obstacle(*agent);
  if (blocked.empty() &&
      pane_rests(repository, store, agent_id, waiting, clock::now()))
    blocked = kPaneRests;
  if (!blocked.empty()) {
    wait_because(store, waiting, blocked);
    if (agent->state == "busy") mark_waiting(repository, *agent);
    return 0;
  }
  const auto runtime =
      installation::require_runtime(repository.orch_dir(), agent->runtime);
  if (runtime.paste == runtime::Paste::None) {
    wait_because(store, waiting, "nothing is typed into this runtime");
    return 0;
  }
  return type(repository, store, *agent, next_batch(waiting), runtime.submit);
}

std::string hand_over(const Repository& repository, store::Store& store,
                      std::int64_t agent_id) {
  const file::Lock lock = pane_lock(repository, agent_id);
  auto agent = store::find_agent(store, agent_id);
  if (!agent) return "";
  file::remove(waiting_mark(repository, *agent));
  // While keys go into the pane, the end of a turn is not the moment.
  if (agent->state_source == "typed") return "";
  const auto waiting = store::list_undelivered(store, agent_id, agent->run);
  if (waiting.empty()) return "";
  const auto batch = next_batch(waiting);
  const std::int64_t now = clock::now();
  store::Transaction transaction(store);
  for (const store::Message& m : batch) {
    store::insert_attempt(store, m.id, "hook", "handed over", "", now);
    store::mark_typed(store, m.id, agent->run, now);
  }
  transaction.commit();
  return typed_text(batch);
}

int deliver_all(const Repository& repository, store::Store& store) {
  std::set<std::int64_t> recipients, typed_to;
  for (const store::Message& m :
       store::list_messages(store, 0, store::Which::Open)) {
    typed_to.insert(m.agent_id);
    if (m.level == "queued" || m.level == "typed")
      recipients.insert(m.agent_id);
  }
  int typed = 0;
  for (const std::int64_t id : typed_to) {
    const auto agent = store::find_agent(store, id);
    if (!agent) continue;
    if (prove(store, *agent) > 0) recipients.insert(id);
  }
  for (const std::int64_t id : recipients) {
    typed += deliver(repository, store, id);
    if (auto agent = store::find_agent(store, id))
      press_again(repository, store, *agent);
  }
  return typed;
}

void mark_read(store::Store& store, const std::vector<store::Message>& messages,
               std::int64_t now) {
  const bool any = std::any_of(messages.begin(), messages.end(),
                               [](const store::Message& m) {
                                 const int rank = store::level_rank(m.level);
                                 return rank >= 0 && rank < 3;
                               });
  if (!any) return;
  store::Transaction transaction(store);
  for (const store::Message& m : messages)
    store::raise_level(store, m.id, "read", now);
  transaction.commit();
}

}  // namespace orch::message
