// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <set>

#include "agent/agent.h"
#include "agent/which_feature.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "file/file.h"
#include "hook/fold.h"
#include "installation/data.h"
#include "message/message.h"
#include "message/rules.h"
#include "store/rates.h"
#include "text/text.h"
#include "text/words.h"

namespace orch {
namespace {

constexpr std::int64_t kDefaultTimeoutS = 60;

std::string text_of(const cli::Invocation& invocation,
                    std::vector<std::string>& names) {
  const auto given = invocation.find("message");
  const auto path = invocation.find("file");
  const bool from_input = !names.empty() && names.back() == "-";
  if (given.has_value() + path.has_value() + from_input != 1)
    throw UsageError("give the text by one of -m, -F and '-'");
  std::string text;
  if (given) {
    text = *given;
  } else if (path) {
    text = file::load_contents(*path);
  } else {
    names.pop_back();
    text = file::read_all(STDIN_FILENO);
  }
  if (text.find('\0') != std::string::npos)
    throw UsageError("the text holds a NUL byte");
  if (text.empty()) throw UsageError("the text is empty");
  return text;
}

// Who sends: an agent, also one of the repository that we stand in when the
// message goes to another, or a person.
struct Sender {
  std::string name = "person";
  std::optional<store::Agent> agent;
  std::optional<repository::Repository> home;  // of the agent
};

Sender sender_of(const repository::Repository& target, store::Store& store) {
  if (auto own = agent::find_caller(store))
    return {own->address, std::move(own), target};
  const auto here = repository::find(file::current_directory());
  if (!here || here->common_dir == target.common_dir) return {};
  auto elsewhere = hook::find_store(*here);
  if (!elsewhere) return {};
  auto caller = agent::find_caller(*elsewhere);
  if (!caller) return {};
  const std::string top = file::name_of(here->common_dir) == ".git"
                              ? file::parent_of(here->common_dir)
                              : here->common_dir;
  return {file::name_of(top) + ":" + caller->address, std::move(caller), here};
}

// What the policy of the sender's repository says of whom it may write to. An
// agent of another repository is nobody's colleague there.
void require_right(const Sender& sender, const repository::Repository& target,
                   const std::vector<store::Agent>& recipients) {
  if (!sender.agent) return;
  const auto policy = installation::require_policy(sender.home->orch_dir());
  for (store::Agent to : recipients) {
    if (sender.home->common_dir != target.common_dir) to.feature_id.reset();
    message::require_may_write(*sender.home, policy, *sender.agent, to);
  }
}

// What `agent clean` took out of the list reads nothing any more.
void refuse_removed(const store::Agent& to) {
  if (!to.feature_id && to.status == "completed" && !agent::is_running(to))
    throw Error(ErrorCode::UnknownName,
                "agent '" + to.address + "' was removed",
                "git orch agent start --dir " + text::shell_word(to.worktree));
}

std::vector<store::Agent> recipients_of(
    const cli::Invocation& invocation, const repository::Repository& repository,
    store::Store& store, const std::vector<std::string>& names,
    const std::string& sender) {
  std::vector<store::Agent> out;
  if (const auto directory = invocation.find("dir")) {
    auto agent = store::find_agent_in(store, file::resolve(*directory));
    if (!agent)
      throw Error(
          ErrorCode::UnknownName, "no agent works in '" + *directory + "'",
          "git orch agent start --dir " + text::readable_word(*directory));
    refuse_removed(*agent);
    out.push_back(*std::move(agent));
  }
  if (invocation.has("all")) {
    const auto feature =
        agent::require_feature(repository, store, "", agent::ToldBy::Place);
    for (store::Agent& a : store::list_agents(store, feature.id))
      if (a.address != sender) out.push_back(std::move(a));
  }
  for (const std::string& name : names) {
    out.push_back(agent::require_agent(repository, store, name));
    refuse_removed(out.back());
  }
  if (out.empty()) throw UsageError("no recipient is named");
  // Named twice, or by name and --all: told once.
  std::set<std::int64_t> seen;
  std::erase_if(
      out, [&](const store::Agent& a) { return !seen.insert(a.id).second; });
  for (const store::Agent& a : out)
    if (a.address == sender)
      throw UsageError("'" + a.address + "' would send to itself");
  return out;
}

std::string level_of(const cli::Invocation& invocation) {
  const std::string level = invocation.find("wait").value_or("queued");
  if (store::level_rank(level) < 0)
    throw UsageError("unknown level '" + level + "'",
                     "known: queued, typed, submitted, read, acked");
  return level;
}

std::optional<std::string> priority_of(const cli::Invocation& invocation) {
  const auto p = invocation.find("priority");
  if (p && *p != "critical" && *p != "high" && *p != "normal" && *p != "low")
    throw UsageError("unknown priority '" + *p + "'",
                     "known: critical, high, normal, low");
  return p;
}

std::vector<store::Message> look(store::Store& store,
                                 const std::vector<std::int64_t>& ids) {
  std::vector<store::Message> out;
  for (const std::int64_t id : ids)
    if (auto m = store::find_message(store, id)) out.push_back(*std::move(m));
  return out;
}

bool have_reached(const std::vector<store::Message>& messages, int rank) {
  return std::all_of(messages.begin(), messages.end(), [&](const auto& m) {
    return store::level_rank(m.level) >= rank;
  });
}

// Ends what is past its expiry, so that the wait is not longer than the
// message's life.
void expire_due(store::Store& store,
                const std::vector<store::Message>& messages) {
  const bool due = std::any_of(messages.begin(), messages.end(),
                               [](const store::Message& m) {
                                 return m.level == "queued" && m.expires_at &&
                                        *m.expires_at <= clock::now();
                               });
  if (!due) return;
  std::set<std::int64_t> ids;
  for (const store::Message& m : messages) ids.insert(m.id);
  store::Transaction transaction(store);
  message::expire(store, clock::now(), ids);
  transaction.commit();
}

// Waits for the level; ends early when a message can no longer reach it.
void await_level(const repository::Repository& repository, store::Store& store,
                 const std::vector<std::int64_t>& ids, int rank,
                 std::int64_t timeout_ms) {
  const auto all_settled = [&] {
    expire_due(store, look(store, ids));
    const auto messages = look(store, ids);
    return std::all_of(messages.begin(), messages.end(), [&](const auto& m) {
      const int now = store::level_rank(m.level);
      return now < 0 || now >= rank;
    });
  };
  constexpr std::int64_t kAgainMs = 1000;
  const std::int64_t end = clock::steady() + timeout_ms;
  std::int64_t left = timeout_ms;
  while (!hook::fold_until(repository, store, all_settled,
                           std::min(left, kAgainMs))) {
    left = end - clock::steady();
    if (left <= 0) break;
    // Nobody else may come for it: no hook fires while nothing happens, and
    // none tells that an agent is free of which only its screen does.
    agent::look_around(repository, store);
    message::deliver_all(repository, store);
  }
}

std::vector<std::int64_t> queue_all(store::Store& store,
                                    const policy::Policy& policy,
                                    const Sender& sender,
                                    const std::vector<store::Agent>& recipients,
                                    const message::Draft& draft,
                                    std::int64_t now) {
  std::vector<std::int64_t> ids;
  store::Transaction transaction(store);
  if (sender.agent)
    message::require_rate(
        policy.messages.rate, sender.name, "messages", recipients.size(),
        [&](int nth, std::int64_t since) {
          return store::find_nth_sent(store, sender.name, nth, since);
        },
        now);
  for (const store::Agent& a : recipients)
    ids.push_back(message::queue(store, a, draft, now));
  transaction.commit();
  return ids;
}

void interrupt_all(const repository::Repository& repository,
                   store::Store& store, const std::set<std::int64_t>& agents) {
  constexpr std::int64_t kIdleMs = 10'000;
  std::vector<std::int64_t> pressed;
  for (const std::int64_t id : agents)
    if (message::interrupt(repository, store, id).empty())
      pressed.push_back(id);
  for (const std::int64_t id : pressed)
    agent::await_idle(repository, store, id, kIdleMs);
}

// They are sent, whatever comes behind that: what fails here the next tick
// does. Returns what is known of them at the end.
std::vector<store::Message> follow(store::Store& store,
                                   const std::vector<std::int64_t>& ids,
                                   const std::vector<store::Agent>& recipients,
                                   const std::function<void()>& bring) {
  std::vector<store::Message> known;
  for (std::size_t i = 0; i < ids.size(); ++i)
    known.push_back(
        {.id = ids[i], .recipient = recipients[i].address, .level = "queued"});
  try {
    bring();
    known = look(store, ids);
  } catch (const Error& e) {
    std::fprintf(stderr, "warning: sent, but not delivered yet: %s\n",
                 e.what());
  }
  return known;
}

int run(const cli::Invocation& invocation) {
  std::vector<std::string> names = invocation.operands();
  const std::string text = text_of(invocation, names);
  const int rank = store::level_rank(level_of(invocation));
  const auto priority = priority_of(invocation);
  const std::int64_t timeout =
      invocation.number("timeout").value_or(kDefaultTimeoutS) * 1000;
  if (timeout < 0) throw UsageError("'--timeout' must not be negative");
  const auto expires = invocation.duration("expires");
  const bool interrupts = invocation.has("interrupt");
  const auto elsewhere = invocation.find("repo");
  const auto repository =
      elsewhere ? repository::require_at(*elsewhere) : repository::require();
  store::Store store = hook::open_store(repository);
  const auto policy = installation::require_policy(repository.orch_dir());
  agent::reconcile(store);
  const Sender sender = sender_of(repository, store);
  const auto recipients =
      recipients_of(invocation, repository, store, names, sender.name);
  require_right(sender, repository, recipients);
  if (interrupts)
    for (const store::Agent& a : recipients)
      message::require_may_interrupt(repository, sender.agent, a);

  const std::int64_t now = clock::now();
  message::Draft draft{.sender = sender.name,
                       .text = text,
                       .priority = priority.value_or(policy.messages.priority)};
  if (const auto life = expires ? expires : policy.messages.expires_ms)
    draft.expires_at = now + *life;
  const auto ids = queue_all(store, policy, sender, recipients, draft, now);
  const auto messages = follow(store, ids, recipients, [&] {
    std::set<std::int64_t> to;
    for (const store::Agent& a : recipients) to.insert(a.id);
    if (interrupts) interrupt_all(repository, store, to);
    message::deliver(repository, store, to);
    await_level(repository, store, ids, rank, timeout);
    // What is left is done by whoever comes behind: a pane rests, or its Enter
    // was eaten.
    if (message::next_due(repository, store, clock::now()))
      doorbell::ring(repository);
  });

  json::Array rows;
  std::string human;
  for (const store::Message& m : messages) {
    rows.emplace_back(json::Object{{"id", m.id},
                                   {"to", m.recipient},
                                   {"level", m.level},
                                   {"reason", m.reason}});
    human += "message " + std::to_string(m.id) + " to " + m.recipient + ": " +
             m.level + (m.reason ? " (" + *m.reason + ")" : "") + "\n";
  }
  return cli::print(
      invocation,
      {.data = {{"messages", rows}},
       .rows = "messages",
       .fields = {"id", "to", "level"},
       .human = human,
       .exit_code = have_reached(messages, rank) ? kDone : kNotReached});
}

}  // namespace

const cli::Command cli::kCommand =
    {.name = "send",
     .group = cli::Group::Agents,
     .summary = "send a message to agents, with proof of arrival",
     .synopsis = {"<agent>... (-m <text> | -F <file> | -) [--wait <level>] "
                  "[--timeout <s>] [--priority <p>] [--expires <d>] "
                  "[--interrupt]",
                  "--all (-m <text> | -F <file> | -)",
                  "--dir <dir> (-m <text> | -F <file> | -)",
                  "-R <repo> <agent>... (-m <text> | -F <file> | -)"},
     .options =
         {{"message", 'm', Arity::One, "text", "the text"},
          {"file", 'F', Arity::One, "file", "read the text from a file"},
          {"wait", 0, Arity::One, "level",
           "wait for a proof: queued (default), typed, submitted, read, acked"},
          {"timeout", 0, Arity::One, "s",
           "wait at most so many seconds, then exit 3; default: 60"},
          {"priority", 0, Arity::One, "p",
           "critical, high, normal (default) or low"},
          {"expires", 0, Arity::One, "d",
           "give up when it was not typed after this time"},
          {"interrupt", 0, Arity::Flag, "",
           "end the turn of a busy agent first, where its runtime allows it"},
          {"all", 0, Arity::Flag, "", "to every agent of the feature"},
          {"dir", 0, Arity::One, "dir", "to the agent of this directory"},
          {"repo", 'R', Arity::One, "repo",
           "to agents of another repository of yours"}},
     .listing = true,
     .run = run};

}  // namespace orch
