// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <algorithm>
#include <set>

#include "agent/agent.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "hook/fold.h"
#include "message/message.h"
#include "text/text.h"

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

std::vector<store::Agent> recipients_of(
    const cli::Invocation& invocation, const repository::Repository& repository,
    store::Store& store, const std::vector<std::string>& names,
    const std::string& sender) {
  std::vector<store::Agent> out;
  if (const auto directory = invocation.find("dir")) {
    auto agent = store::find_agent_in(store, file::resolve(*directory));
    if (!agent)
      throw Error(ErrorCode::UnknownName,
                  "no agent works in '" + *directory + "'",
                  "git orch agent start --dir " + *directory);
    out.push_back(*std::move(agent));
  }
  if (invocation.has("all")) {
    const auto feature = agent::require_feature(repository, store, "");
    for (store::Agent& a : store::list_agents(store, feature.id))
      if (a.address != sender) out.push_back(std::move(a));
  }
  for (const std::string& name : names)
    out.push_back(agent::require_agent(repository, store, name));
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

std::string priority_of(const cli::Invocation& invocation) {
  const std::string p = invocation.find("priority").value_or("normal");
  if (p != "critical" && p != "high" && p != "normal" && p != "low")
    throw UsageError("unknown priority '" + p + "'",
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
  store::Transaction transaction(store);
  store::expire_messages(store, clock::now());
  transaction.commit();
}

// Waits for the level; ends early when a message can no longer reach it.
bool await_level(const repository::Repository& repository, store::Store& store,
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
  hook::fold_until(repository, store, all_settled, timeout_ms);
  const auto messages = look(store, ids);
  return std::all_of(messages.begin(), messages.end(), [&](const auto& m) {
    return store::level_rank(m.level) >= rank;
  });
}

int run(const cli::Invocation& invocation) {
  std::vector<std::string> names = invocation.operands();
  const std::string text = text_of(invocation, names);
  const int rank = store::level_rank(level_of(invocation));
  const std::string priority = priority_of(invocation);
  const std::int64_t timeout =
      invocation.number("timeout").value_or(kDefaultTimeoutS) * 1000;
  if (timeout < 0) throw UsageError("'--timeout' must not be negative");
  const auto repository = repository::require();
  store::Store store = hook::open_store(repository);
  agent::reconcile(store);
  const std::string sender = agent::caller_name(store);
  const auto recipients =
      recipients_of(invocation, repository, store, names, sender);

  const std::int64_t now = clock::now();
  message::Draft draft{.sender = sender, .text = text, .priority = priority};
  if (const auto expires = invocation.duration("expires"))
    draft.expires_at = now + *expires;
  std::vector<std::int64_t> ids;
  {
    store::Transaction transaction(store);
    for (const store::Agent& a : recipients)
      ids.push_back(message::queue(store, a, draft, now));
    transaction.commit();
  }
  for (const store::Agent& a : recipients)
    message::deliver(repository, store, a.id);
  const bool reached = await_level(repository, store, ids, rank, timeout);

  json::Array rows;
  std::string human;
  for (const store::Message& m : look(store, ids)) {
    rows.emplace_back(json::Object{{"id", m.id},
                                   {"to", m.recipient},
                                   {"level", m.level},
                                   {"reason", m.reason}});
    human += "message " + std::to_string(m.id) + " to " + m.recipient + ": " +
             m.level + (m.reason ? " (" + *m.reason + ")" : "") + "\n";
  }
  return cli::print(invocation, {.data = {{"messages", rows}},
                                 .rows = "messages",
                                 .fields = {"id", "to", "level"},
                                 .human = human,
                                 .exit_code = reached ? kDone : kNotReached});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "send",
    .group = cli::Group::Agents,
    .summary = "send a message to agents, with proof of arrival",
    .synopsis = {"<agent>... (-m <text> | -F <file> | -) [--wait <level>] "
                 "[--timeout <s>] [--priority <p>] [--expires <d>]",
                 "--all (-m <text> | -F <file> | -)",
                 "--dir <dir> (-m <text> | -F <file> | -)"},
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
         {"all", 0, Arity::Flag, "", "to every agent of the feature"},
         {"dir", 0, Arity::One, "dir", "to the agent of this directory"}},
    .listing = true,
    .run = run};

}  // namespace orch
