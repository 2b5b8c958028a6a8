// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>

#include "agent/agent.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "hook/fold.h"
#include "listing/listing.h"
#include "message/message.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

constexpr std::int64_t kWaitMs = 60 * 1000;
constexpr std::int64_t kUsualCount = 50, kMostCount = 100000;

struct Reader {
  store::Agent agent;
  bool is_itself = false;  // the agent reads; anybody else only looks
};

Reader reader_of(const cli::Invocation& invocation,
                 const repository::Repository& repository,
                 store::Store& store) {
  const auto caller = agent::find_caller(store);
  if (const auto name = invocation.find("agent")) {
    Reader r{agent::require_agent(repository, store, *name)};
    r.is_itself = caller && caller->id == r.agent.id;
    return r;
  }
  if (caller) return {*caller, true};
  if (const auto address = repository::agent_of(repository))
    if (auto agent = store::find_agent(store, *address)) return {*agent, false};
  throw Error(ErrorCode::UnknownName, "no agent calls, so whose inbox?",
              "git orch inbox --agent <agent>");
}

// The ids behind --ack. Throws Error{UnknownName} for what is no message of
// `agent`.
std::vector<std::int64_t> named_ids(const cli::Invocation& invocation,
                                    store::Store& store,
                                    const store::Agent& agent) {
  std::vector<std::int64_t> ids;
  for (const std::string& text : invocation.all("ack")) {
    std::int64_t id = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, id);
    const auto m = error == std::errc() && stop == end
                       ? store::find_message(store, id)
                       : std::nullopt;
    if (!m || m->agent_id != agent.id)
      throw Error(ErrorCode::UnknownName,
                  "'" + text + "' is no message of '" + agent.address + "'",
                  "git orch inbox --all");
    ids.push_back(id);
  }
  return ids;
}

void require_kind(const std::optional<std::string>& kind) {
  static const std::vector<std::string> kKnown = {"message", "brief", "checkin",
                                                  "conflict", "report"};
  if (kind && std::find(kKnown.begin(), kKnown.end(), *kind) == kKnown.end())
    throw UsageError("unknown kind '" + *kind + "'",
                     "known: " + text::join(kKnown, ", "));
}

void acknowledge(store::Store& store,
                 const std::vector<store::Message>& messages) {
  if (messages.empty()) return;
  store::Transaction transaction(store);
  for (const store::Message& m : messages)
    store::raise_level(store, m.id, "acked", clock::now());
  transaction.commit();
}

std::string text_of(const store::Message& m, const std::string& to) {
  std::string out =
      cli::toned("message " + std::to_string(m.id), cli::Tone::Strong) +
      " from " + text::printable(m.sender) + to + ", " +
      text::short_age(clock::now() - m.sent_at) + ", " +
      cli::toned(m.level, cli::tone_of(m.level)) + "\n";
  for (const std::string& line : text::split(m.text, '\n'))
    out += "    " + text::printable_lines(line) + "\n";
  return out;
}

int show(const cli::Invocation& invocation,
         const std::vector<store::Message>& messages) {
  std::string human;
  for (const store::Message& m : messages) human += text_of(m, "");
  return cli::print(invocation,
                    {.data = listing::messages(messages),
                     .rows = "messages",
                     .fields = {"id", "from", "text", "level", "sent_at"},
                     .human = messages.empty() ? "no messages\n" : human});
}

// What a person looks at: the latest messages, whoever has them.
int show_everyone(const cli::Invocation& invocation,
                  const repository::Repository& repository) {
  for (const char* other : {"all", "ack", "ack-all", "wait", "agent", "kind"})
    if (invocation.has(other))
      throw UsageError("'--everyone' takes only '--count'");
  const std::int64_t count = invocation.number("count").value_or(kUsualCount);
  if (count < 1 || count > kMostCount)
    throw UsageError("'--count' must be between 1 and 100000");
  std::vector<store::Message> messages;
  if (auto store = hook::find_store(repository)) {
    if (const auto caller = agent::find_caller(*store))
      throw Error(
          ErrorCode::RefusedByPolicy,
          "only a person looks into every inbox, not '" + caller->address + "'",
          "git orch inbox");
    messages = store::list_latest_messages(*store, count);
  }
  std::string human;
  for (const store::Message& m : messages)
    human += text_of(m, " to " + m.recipient);
  return cli::print(invocation,
                    {.data = listing::messages_of_everyone(messages),
                     .rows = "messages",
                     .fields = {"id", "from", "text", "level", "sent_at", "to"},
                     .human = messages.empty() ? "no messages\n" : human});
}

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(0, 0);
  const auto repository = repository::require();
  if (invocation.has("everyone")) return show_everyone(invocation, repository);
  if (invocation.has("count"))
    throw UsageError("'--count' goes with '--everyone'");
  auto store = hook::find_store(repository);
  if (!store) return show(invocation, {});
  const Reader reader = reader_of(invocation, repository, *store);
  require_kind(invocation.find("kind"));
  const bool acks = invocation.has("ack") || invocation.has("ack-all");
  if (acks && !reader.is_itself)
    throw Error(ErrorCode::RefusedByPolicy,
                "only '" + reader.agent.address +
                    "' itself can acknowledge its messages");
  const auto which =
      invocation.has("all") ? store::Which::All : store::Which::Open;
  const auto kind = invocation.find("kind");
  const auto read = [&] {
    auto messages = store::list_messages(*store, reader.agent.id, which);
    if (kind)
      std::erase_if(messages, [&](const auto& m) { return m.kind != *kind; });
    return messages;
  };
  if (invocation.has("wait") &&
      !hook::fold_until(
          repository, *store, [&] { return !read().empty(); }, kWaitMs))
    throw Error(ErrorCode::Timeout, "no message came in time");
  // Only what is shown counts as read; with --ack, what is named is shown.
  std::vector<store::Message> shown;
  const auto ids = named_ids(invocation, *store, reader.agent);
  if (invocation.has("ack") && !invocation.has("ack-all"))
    for (const std::int64_t id : ids)
      shown.push_back(*store::find_message(*store, id));
  else
    shown = read();
  if (reader.is_itself) message::mark_read(*store, shown, clock::now());
  if (acks) acknowledge(*store, shown);
  std::vector<store::Message> now;
  for (const store::Message& m : shown)
    now.push_back(store::find_message(*store, m.id).value_or(m));
  return show(invocation, now);
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "inbox",
    .group = cli::Group::Agents,
    .summary = "read and acknowledge an agent's messages",
    .synopsis = {"[--all] [--ack <id>]... [--ack-all] [--wait] "
                 "[--agent <agent>] [--kind <kind>]",
                 "--everyone [-n <number>]"},
    .options = {{"all", 'a', Arity::Flag, "", "acknowledged messages, too"},
                {"ack", 0, Arity::Many, "id", "acknowledge this message"},
                {"ack-all", 0, Arity::Flag, "", "acknowledge all of them"},
                {"wait", 0, Arity::Flag, "",
                 "wait for a message, a minute at most"},
                {"agent", 0, Arity::One, "agent",
                 "look into this agent's inbox; raises no level"},
                {"kind", 0, Arity::One, "kind",
                 "only message, brief, checkin, conflict or report"},
                {"everyone", 0, Arity::Flag, "",
                 "the latest messages of all agents, newest first"},
                {"count", 'n', Arity::One, "number",
                 "so many of them; default: 50"}},
    .listing = true,
    .run = run};

}  // namespace orch
