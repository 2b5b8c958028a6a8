// SPDX-License-Identifier: MIT
#include "message/message.h"

#include <algorithm>
#include <set>
#include <utility>

#include "clock/clock.h"
#include "config/config.h"
#include "error/error.h"
#include "event/prompt.h"
#include "file/file.h"
#include "installation/installation.h"
#include "message/rules.h"
#include "message/typing.h"
#include "runtime/runtime.h"
#include "text/text.h"

namespace orch::message {
namespace {

// A longer text is read from the inbox: a paste is for attention.
constexpr std::size_t kMaxTyped = 4096;
constexpr int kHandOverMs = 1000;
const std::string kHeader(event::kMessageHeader);

// What must be typed and submitted as a whole goes alone: the brief, and
// whatever fits. Several short ones become one line that counts them.
std::vector<store::Message> next_batch(
    const std::vector<store::Message>& waiting) {
  const bool first_is_brief = waiting.front().kind == "brief";
  if (first_is_brief) return {waiting.front()};
  return waiting;
}

std::string waiting_mark(const Repository& repository,
                         const store::Agent& agent) {
  return event::waiting_mark(repository.orch_dir(), std::to_string(agent.id));
}

// Only where a hook of the agent takes messages: the others would look in vain.
void mark_waiting(Pass& pass, const store::Agent& agent) {
  const std::string mark = waiting_mark(pass.repository(), agent);
  if (file::exists(mark) || pass.runtime_of(agent).hand_over.empty()) return;
  file::make_private_directories(file::parent_of(mark));
  file::create_file(mark, "", 0600);
}

constexpr char kPaused[] = "the agent is paused";

// A paused agent hears what a person says, and what stops it; all else would
// set it to work again. Returns what waits for that.
std::vector<store::Message> hold_back(const store::Agent& agent,
                                      std::vector<store::Message>& waiting) {
  std::vector<store::Message> held;
  if (agent.desired != "paused") return held;
  std::erase_if(waiting, [&](const store::Message& m) {
    const bool passes = m.sender == "person" || m.priority == "critical";
    if (!passes) held.push_back(m);
    return !passes;
  });
  return held;
}

// One delivery: who gets a turn, and why the others' messages wait.
class Delivery {
 public:
  Delivery(Pass& pass, store::Store& store) : pass_(pass), store_(store) {}

  // How many messages were typed.
  int run(const std::set<std::int64_t>& agents) {
    int typed = take_turns(agents, 0);
    // Whom another process was typing to may be free again by now.
    const auto held = std::exchange(held_, {});
    if (!held.empty()) typed += take_turns(held, kHeldMs);
    for (const std::int64_t id : held_)
      if (const auto agent = store::find_agent(store_, id))
        wait(store::list_undelivered(store_, id, agent->run),
             "another process types into the pane");
    write_reasons();
    return typed;
  }

 private:
  static constexpr int kHeldMs = 2000;

  int take_turns(const std::set<std::int64_t>& agents, int wait_ms) {
    std::vector<Turn> turns;
    // In one order everywhere, since the locks are held side by side.
    for (const std::int64_t id : agents)
      if (auto turn = find_turn(id, wait_ms)) turns.push_back(*std::move(turn));
    type_all(pass_, store_, turns);
    int typed = 0;
    for (Turn& turn : turns) {
      if (turn.reason.empty())
        typed += static_cast<int>(turn.batch.size());
      else
        wait(turn.batch, turn.reason);
    }
    return typed;
  }

  // Absent when nothing can be typed to the agent now.
  std::optional<Turn> find_turn(std::int64_t id, int wait_ms) {
    auto agent = store::find_agent(store_, id);
    if (!agent) return std::nullopt;
    prove(store_, *agent);
    auto waiting = store::list_undelivered(store_, id, agent->run);
    wait(hold_back(*agent, waiting), kPaused);
    if (waiting.empty()) return std::nullopt;
    std::string blocked = obstacle_now(*agent, waiting);
    if (!blocked.empty()) {
      wait(waiting, blocked);
      return std::nullopt;
    }
    auto lock = try_pane_lock(pass_.repository(), id, wait_ms);
    if (!lock) {
      held_.insert(id);
      return std::nullopt;
    }
    // Who held it may have typed meanwhile.
    agent = store::find_agent(store_, id);
    if (!agent) return std::nullopt;
    waiting = store::list_undelivered(store_, id, agent->run);
    hold_back(*agent, waiting);
    if (waiting.empty()) return std::nullopt;
    blocked = obstacle_now(*agent, waiting);
    if (!blocked.empty()) {
      wait(waiting, blocked);
      return std::nullopt;
    }
    Turn turn{*std::move(lock), *std::move(agent), next_batch(waiting), "", ""};
    turn.text = typed_text(turn.batch);
    return turn;
  }

  std::string obstacle_now(const store::Agent& agent,
                           const std::vector<store::Message>& waiting) {
    try {
      if (agent.state == "busy") mark_waiting(pass_, agent);
      const std::string blocked = obstacle(agent);
      if (!blocked.empty()) return blocked;
      if (pass_.runtime_of(agent).paste == runtime::Paste::None)
        return "nothing is typed into this runtime";
    } catch (const Error& e) {
      return e.what();  // the runtime's file: the others' are not held up
    }
    if (pane_rests(pass_.repository(), store_, agent.id, waiting, clock::now()))
      return kPaneRests;
    return "";
  }

  void wait(const std::vector<store::Message>& waiting,
            const std::string& reason) {
    for (const store::Message& m : waiting)
      if (m.reason != reason) reasons_.emplace_back(m.id, reason);
  }

  void write_reasons() {
    if (reasons_.empty()) return;
    store::Transaction transaction(store_);
    for (const auto& [id, reason] : reasons_)
      store::set_wait_reason(store_, id, reason);
    transaction.commit();
  }

  Pass& pass_;
  store::Store& store_;
  std::set<std::int64_t> held_;  // by other processes
  std::vector<std::pair<std::int64_t, std::string>> reasons_;
};

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
            const std::set<std::int64_t>& agents) {
  Pass pass(repository);
  return Delivery(pass, store).run(agents);
}

void require_free(const store::Agent& agent) {
  const std::string blocked = obstacle(agent);
  if (!blocked.empty())
    throw Error(ErrorCode::Contended,
                "cannot type to '" + agent.address + "': " + blocked,
                "git orch agent list -v");
}

void type_command(const Repository& repository, store::Store& store,
                  const store::Agent& agent, const std::string& command) {
  Pass pass(repository);
  file::Lock lock = pane_lock(repository, agent.id);
  auto current = store::find_agent(store, agent.id).value_or(agent);
  require_free(current);
  std::vector<Turn> turns;
  turns.push_back({std::move(lock), std::move(current), {}, command, ""});
  type_all(pass, store, turns);
  if (!turns[0].reason.empty())
    throw Error(ErrorCode::Contended,
                "cannot type to '" + agent.address + "': " + turns[0].reason);
}

std::string hand_over(const Repository& repository, store::Store& store,
                      std::int64_t agent_id) {
  // The end of a turn is not held up: what waits is typed when it is over.
  const auto lock = try_pane_lock(repository, agent_id, kHandOverMs);
  if (!lock) return "";
  auto agent = store::find_agent(store, agent_id);
  if (!agent) return "";
  file::remove(waiting_mark(repository, *agent));
  // While keys go into the pane, the end of a turn is not the moment.
  if (agent->state_source == "typed") return "";
  auto waiting = store::list_undelivered(store, agent_id, agent->run);
  hold_back(*agent, waiting);
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
  std::set<std::int64_t> recipients, waited_for;
  for (const store::Message& m :
       store::list_messages(store, 0, store::Which::Open)) {
    waited_for.insert(m.agent_id);
    if (m.level == "queued" || m.level == "typed")
      recipients.insert(m.agent_id);
  }
  for (const std::int64_t id : waited_for) {
    const auto agent = store::find_agent(store, id);
    if (!agent) continue;
    // Also what was lost with an earlier run: its level does not fall.
    if (prove(store, *agent) > 0 ||
        !store::list_undelivered(store, id, agent->run).empty())
      recipients.insert(id);
  }
  if (recipients.empty()) return 0;
  Pass pass(repository);
  const int typed = Delivery(pass, store).run(recipients);
  press_again(pass, store, {recipients.begin(), recipients.end()});
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
