// SPDX-License-Identifier: MIT
#include "ask/ask.h"

#include <algorithm>

#include "clock/clock.h"
#include "error/error.h"
#include "installation/data.h"
#include "message/message.h"
#include "message/rules.h"
#include "store/events.h"
#include "store/rates.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::ask {
namespace {

constexpr char kPerson[] = "person";

void log_event(store::Store& store, const store::Ask& ask,
               const std::string& type, const std::string& message,
               std::int64_t at) {
  store::Event e;
  const auto agent = store::find_agent(store, ask.agent_id);
  if (agent && agent->feature_id)
    if (const auto f = store::find_feature(store, *agent->feature_id))
      e.spec_id = f->spec_id;
  if (agent) e.role = agent->role;
  e.type = type;
  e.message = message;
  e.metadata = "{\"ask\":" + std::to_string(ask.id) + "}";
  e.at = at;
  store::insert_event(store, e);
}

// The agent whom the rule means, else the overseer; absent: a person. Nobody
// approves their own ask.
std::optional<store::Agent> approver_of(store::Store& store,
                                        const store::Agent& asker,
                                        const std::string& approver) {
  if (approver == kPerson || !asker.feature_id) return std::nullopt;
  std::optional<store::Agent> overseer;
  for (store::Agent& a : store::list_agents(store, *asker.feature_id)) {
    if (a.id == asker.id) continue;
    if (a.role == approver) return std::move(a);
    if (a.kind == "overseer") overseer = std::move(a);
  }
  return overseer;
}

std::string question(const store::Ask& ask) {
  const std::string id = std::to_string(ask.id);
  return ask.agent + " asks for approval, ask " + id + ": " + ask.action +
         "\n" + ask.text + "\nit expires at " + text::iso_time(ask.expires_at) +
         "; answer with one of\n  git orch ask approve " + id +
         "\n  git orch ask deny " + id + " -m '<why>'";
}

void tell_asker(store::Store& store, const store::Ask& ask,
                const std::string& from, const std::string& text,
                std::int64_t now) {
  if (const auto asker = store::find_agent(store, ask.agent_id))
    message::queue(
        store, *asker,
        {.sender = from, .text = text, .kind = "report", .priority = "high"},
        now);
}

// Within a Transaction. False when it was not open any more.
bool expire(store::Store& store, const store::Ask& ask, std::int64_t now) {
  if (!store::end_ask(store, ask.id, "expired", "", "", now)) return false;
  const std::string id = std::to_string(ask.id);
  tell_asker(store, ask, "orch",
             "ask " + id + " (" + ask.action +
                 ") expired without an answer: it is not approved",
             now);
  log_event(store, ask, "ask_expired", ask.action, now);
  return true;
}

std::string outcome_of(const store::Ask& ask) {
  const std::string at = text::iso_time(ask.answered_at.value_or(0));
  if (ask.status == "expired") return "expired at " + at;
  return "was " + ask.status + " by '" + ask.answered_by.value_or("") +
         "' at " + at;
}

}  // namespace

Opened open(const Repository& repository, store::Store& store,
            const store::Agent& agent, const Wanted& wanted) {
  const auto policy = installation::require_policy(repository.orch_dir());
  const policy::AskRule& rule = policy::rule_of(policy, wanted.action);
  store::Transaction transaction(store);
  const std::int64_t now = clock::now();
  for (store::Ask& a : store::list_asks(store, store::Asks::Open))
    if (a.agent_id == agent.id && a.action == wanted.action &&
        a.text == wanted.text && a.expires_at > now)
      return {std::move(a), false};
  message::require_rate(
      policy.ask_rate, agent.address, "asks", 1,
      [&](int nth, std::int64_t since) {
        return store::find_nth_ask(store, agent.id, nth, since);
      },
      now);
  const auto approver = approver_of(store, agent, rule.approver);
  store::Ask row;
  row.agent_id = agent.id;
  row.action = wanted.action;
  row.text = wanted.text;
  row.approver = approver ? approver->address : kPerson;
  row.created_at = now;
  row.expires_at = now + wanted.expires_ms.value_or(rule.expires_ms);
  row = store::find_ask(store, store::insert_ask(store, row)).value();
  if (approver)
    message::queue(store, *approver,
                   {.text = question(row),
                    .kind = "report",
                    .priority = "high",
                    .expires_at = row.expires_at},
                   now);
  log_event(store, row, "ask_opened", row.action + ": " + row.text, now);
  transaction.commit();
  return {row, true};
}

store::Ask answer(store::Store& store, std::int64_t id, Verdict verdict,
                  const std::string& text,
                  const std::optional<store::Agent>& caller) {
  const std::string by = caller ? caller->address : kPerson;
  const std::string name = "ask " + std::to_string(id);
  store::Transaction transaction(store);
  const std::int64_t now = clock::now();
  auto ask = store::find_ask(store, id);
  if (!ask)
    throw Error(ErrorCode::UnknownName, "there is no " + name,
                "git orch ask list --all");
  if (caller && by != ask->approver)
    throw Error(ErrorCode::RefusedByPolicy, "'" + by + "' may not answer " +
                                                name + ": '" + ask->approver +
                                                "' or a person does");
  if (ask->status == "open" && ask->expires_at <= now) {
    expire(store, *ask, now);
    transaction.commit();
    ask = store::find_ask(store, id);
  }
  if (ask->status != "open")
    throw Error(ErrorCode::RefusedByPolicy,
                "cannot answer " + name + ": it " + outcome_of(*ask));
  const std::string status =
      verdict == Verdict::Approved ? "approved" : "denied";
  store::end_ask(store, id, status, by, text, now);
  const std::string said = text.empty() ? "" : ": " + text;
  tell_asker(store, *ask, by,
             name + " (" + ask->action + ") was " + status + " by " + by + said,
             now);
  log_event(store, *ask, "ask_" + status, ask->action + " by " + by + said,
            now);
  transaction.commit();
  return store::find_ask(store, id).value();
}

int run_due(const Repository& repository, store::Store& store,
            std::int64_t now) {
  if (store::list_asks(store, store::Asks::Open).empty()) return 0;
  const auto policy = installation::policy_or_built_in(repository.orch_dir());
  int changed = 0;
  store::Transaction transaction(store);
  for (const store::Ask& ask : store::list_asks(store, store::Asks::Open)) {
    if (ask.expires_at <= now) {
      changed += expire(store, ask, now);
      continue;
    }
    const auto& after = policy::rule_of(policy, ask.action).escalate_after_ms;
    if (ask.awaits_person() || !after || ask.created_at + *after > now)
      continue;
    store::mark_escalated(store, ask.id, now);
    log_event(store, ask, "ask_escalated",
              "ask " + std::to_string(ask.id) + " of " + ask.agent +
                  " waits for a person: " + ask.action,
              now);
    ++changed;
  }
  transaction.commit();
  return changed;
}

std::optional<std::int64_t> next_due(const Repository& repository,
                                     store::Store& store) {
  const auto asks = store::list_asks(store, store::Asks::Open);
  if (asks.empty()) return std::nullopt;
  const auto policy = installation::policy_or_built_in(repository.orch_dir());
  std::int64_t first = asks.front().expires_at;
  for (const store::Ask& ask : asks) {
    first = std::min(first, ask.expires_at);
    const auto& after = policy::rule_of(policy, ask.action).escalate_after_ms;
    if (!ask.awaits_person() && after)
      first = std::min(first, ask.created_at + *after);
  }
  return first;
}

}  // namespace orch::ask
