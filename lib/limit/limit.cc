// SPDX-License-Identifier: MIT
#include "limit/limit.h"

#include <algorithm>

#include "agent/agent.h"
#include "error/error.h"
#include "installation/data.h"
#include "limit/evidence.h"
#include "message/message.h"
#include "process/process.h"
#include "store/agent_state.h"
#include "text/time.h"
#include "zone/zone.h"

namespace orch::limit {
namespace {

// A wait that is shorter than this is waited for.
constexpr std::int64_t kWorthLeavingMs = 10 * 60 * 1000;
// The source of the state of one that is about to go on with another runtime,
// and how long that may take when nobody was killed over it.
constexpr char kLeaving[] = "limit";
constexpr std::int64_t kLeavingMs = 2 * 60 * 1000;

// Behind those of the same runtime that are woken about then.
std::int64_t turn_behind(store::Store& store, const std::string& runtime,
                         std::int64_t agent_id, std::int64_t resets_at) {
  std::int64_t at = resets_at + kGraceMs;
  for (const store::Limit& other : store::list_open_limits(store))
    if (other.runtime == runtime && other.agent_id != agent_id &&
        other.wakes_at > at - kApartMs && other.wakes_at < at + kApartMs)
      at = other.wakes_at + kApartMs;
  return at;
}

std::string until_text(const store::Limit& limit) {
  return "until " + text::iso_time(limit.resets_at) +
         (limit.source == "assumed" ? " (assumed: nobody says)" : "") +
         (limit.text.empty() ? "" : ": " + limit.text);
}

// Within a Transaction. Changes the row of one that is open.
store::Limit open_row(store::Store& store, const store::Agent& agent,
                      const Evidence& evidence, std::int64_t now) {
  auto row = store::find_open_limit(store, agent.id);
  const bool is_new = !row;
  if (!row)
    row = store::Limit{
        .agent_id = agent.id, .runtime = agent.runtime, .created_at = now};
  row->source = evidence.source;
  row->text = evidence.text;
  row->resets_at = evidence.resets_at;
  row->wakes_at =
      turn_behind(store, row->runtime, agent.id, evidence.resets_at);
  if (is_new) {
    row->id = store::insert_limit(store, *row);
    store::insert_agent_event(store, agent, "agent_limited", until_text(*row),
                              now);
  } else {
    store::update_limit(store, *row);
  }
  store::set_meta(store, store::limit_text_key(agent.id), "");
  return *row;
}

bool is_limited(store::Store& store, const std::string& runtime) {
  const auto open = store::list_open_limits(store);
  return std::any_of(open.begin(), open.end(), [&](const store::Limit& l) {
    return l.runtime == runtime;
  });
}

// The runtime that its role wants it to go on with; empty: none.
std::string find_fallback(const Repository& repository, store::Store& store,
                          const store::Agent& agent) {
  const auto role = installation::find_role(repository.orch_dir(), agent.role);
  if (!role) return "";
  for (const std::string& name : role->fallback) {
    if (name == agent.runtime || is_limited(store, name)) continue;
    try {
      const auto runtime =
          installation::require_runtime(repository.orch_dir(), name);
      if (runtime.start[0].starts_with('{') ||
          process::find_on_path(runtime.start[0]))
        return name;
    } catch (const Error&) {
      continue;  // a name that is not known, or a broken file
    }
  }
  return "";
}

// The agent starts anew with another runtime. Its work is in its worktree.
void go_on_with(const Repository& repository, store::Store& store,
                const store::Agent& agent, const store::Limit& limit,
                const std::string& runtime, std::int64_t now) {
  {
    store::Transaction transaction(store);
    if (!store::end_limit(store, limit.id, "went on with " + runtime, now))
      return;
    // Limited no more, for whoever looks meanwhile.
    if (auto current = store::find_agent(store, agent.id))
      store::set_agent_state(store, *current, "starting", kLeaving, now);
    store::insert_agent_event(store, agent, "agent_fell_back",
                              limit.runtime + " is limited " +
                                  until_text(limit) + "; goes on with " +
                                  runtime,
                              now);
    transaction.commit();
  }
  const store::Agent stopped = agent::stop(repository, store, agent).agent;
  agent::start(repository, store, stopped,
               {.runtime = runtime,
                .brief = "You take over from another CLI (" + limit.runtime +
                         "), which has reached its usage limit. What it did "
                         "is in this worktree: look at git log, git status "
                         "and git diff first.",
                .wait_ready = false,
                .by_hand = false});
}

// Who was to start it anew was killed: it is limited as before.
bool is_left_behind(const store::Agent& agent, std::int64_t now) {
  return agent.state == "starting" && agent.state_source == kLeaving &&
         (now - agent.state_since > kLeavingMs || now < agent.state_since);
}

bool observe_one(const Repository& repository, store::Store& store,
                 const store::Agent& agent, std::int64_t now) {
  if (is_left_behind(agent, now)) {
    store::Transaction transaction(store);
    auto current = store::find_agent(store, agent.id);
    if (!current || !is_left_behind(*current, now)) return false;
    store::set_agent_state(store, *current, "limited", "limit", now);
    transaction.commit();
    return true;
  }
  const auto open = store::find_open_limit(store, agent.id);
  if (agent.state != "limited") {
    // By a hook, and later than the limit: it works.
    if (!open || open->source == "person" || agent.state_source != "hook" ||
        agent.state_since <= open->created_at || agent.state != "busy")
      return false;
    store::Transaction transaction(store);
    store::end_limit(store, open->id, "it works again", now);
    transaction.commit();
    return true;
  }
  if (open) return false;
  const std::string said =
      store::find_meta(store, store::limit_text_key(agent.id)).value_or("");
  const auto evidence =
      find_evidence(repository, agent, said, zone::system(), now)
          .value_or(Evidence{"assumed", "", now + kAssumedMs});
  store::Limit row;
  {
    store::Transaction transaction(store);
    const auto current = store::find_agent(store, agent.id);
    if (!current || current->state != "limited" ||
        store::find_open_limit(store, agent.id))
      return false;
    row = open_row(store, *current, evidence, now);
    transaction.commit();
  }
  if (row.wakes_at - now >= kWorthLeavingMs && agent.desired == "running")
    if (const std::string other = find_fallback(repository, store, agent);
        !other.empty())
      go_on_with(repository, store, agent, row, other, now);
  return true;
}

}  // namespace

int observe(const Repository& repository, store::Store& store,
            std::int64_t now) {
  int changed = 0;
  for (const store::Agent& agent : store::list_agents(store))
    if (observe_one(repository, store, agent, now)) ++changed;
  return changed;
}

std::optional<std::int64_t> next_due(store::Store& store) {
  for (const store::Limit& limit : store::list_open_limits(store))
    if (const auto agent = store::find_agent(store, limit.agent_id);
        agent && agent->desired != "paused")
      return limit.wakes_at;
  return std::nullopt;
}

store::Limit set(store::Store& store, const store::Agent& agent,
                 std::int64_t until, const std::string& text,
                 std::int64_t now) {
  store::Transaction transaction(store);
  store::Agent current = store::find_agent(store, agent.id).value_or(agent);
  const store::Limit row =
      open_row(store, current, {"person", text, until}, now);
  if (agent::is_running(current))
    store::set_agent_state(store, current, "limited", "command", now);
  transaction.commit();
  return row;
}

std::optional<store::Limit> probe(const Repository& repository,
                                  store::Store& store,
                                  const store::Agent& agent, std::int64_t now) {
  const std::string said =
      store::find_meta(store, store::limit_text_key(agent.id)).value_or("");
  const auto evidence =
      find_evidence(repository, agent, said, zone::system(), now);
  const auto open = store::find_open_limit(store, agent.id);
  // A person, or a text that is not there any more, has said it better.
  if (!evidence ||
      (open && (evidence->source == "assumed" || open->source == "person")))
    return open;
  store::Transaction transaction(store);
  store::Agent current = store::find_agent(store, agent.id).value_or(agent);
  const store::Limit row = open_row(store, current, *evidence, now);
  if (agent::is_running(current) && current.state != "limited")
    store::set_agent_state(store, current, "limited", "screen", now);
  transaction.commit();
  return row;
}

}  // namespace orch::limit
