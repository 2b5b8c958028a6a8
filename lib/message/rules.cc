// SPDX-License-Identifier: MIT
#include "message/rules.h"

#include <algorithm>

#include "error/error.h"
#include "installation/data.h"
#include "message/message.h"
#include "store/rates.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::message {
namespace {

// An agent of a directory may play a role that has no file.
policy::Writer writer_of(const Repository& repository,
                         const store::Agent& agent) {
  policy::Writer out{.role = agent.role,
                     .kind = agent.kind,
                     .reports_to = "",
                     .may_message = {},
                     .in_feature = agent.feature_id.has_value()};
  try {
    const role::Role role =
        installation::require_role(repository.orch_dir(), agent.role);
    out.reports_to = role.reports_to;
    out.may_message = role.may_message;
  } catch (const Error& e) {
    if (e.code() != ErrorCode::UnknownName) throw;
  }
  return out;
}

bool goes_at_once(const store::Message& m) {
  return m.priority == "critical" || m.kind == "brief" || m.sender == "person";
}

}  // namespace

policy::Answer may_write(const Repository& repository,
                         const policy::Policy& policy, const store::Agent& from,
                         const store::Agent& to) {
  return policy::may_write(
      policy, writer_of(repository, from),
      {.role = to.role,
       .kind = to.kind,
       .same_feature = from.feature_id && from.feature_id == to.feature_id});
}

void require_may_write(const Repository& repository,
                       const policy::Policy& policy, const store::Agent& from,
                       const store::Agent& to) {
  const policy::Answer answer = may_write(repository, policy, from, to);
  if (answer.allowed) return;
  throw Error(ErrorCode::RefusedByPolicy,
              "'" + from.address + "' may not write to '" + to.address +
                  "': " + answer.rule,
              "git orch report progress -m <text>, or send it to the overseer");
}

void require_rate(const policy::Rate& rate, const std::string& agent,
                  const std::string& what, std::size_t more, const FindNth& nth,
                  std::int64_t now) {
  if (!rate.limits() || more == 0) return;
  const auto limit = static_cast<std::size_t>(rate.count);
  if (more > limit)
    throw Error(ErrorCode::Contended,
                "'" + agent + "' may send " + policy::rate_text(rate) + " " +
                    what + ", not " + std::to_string(more) + " at once");
  // What would be the newest one too many: it must have gone out of the
  // stretch first.
  const auto oldest =
      nth(static_cast<int>(limit - more + 1), now - rate.per_ms);
  if (!oldest) return;
  const std::int64_t again = *oldest + rate.per_ms;
  throw Error(ErrorCode::Contended,
              "'" + agent + "' is over its rate of " + policy::rate_text(rate) +
                  " for " + what,
              "again in " +
                  text::duration_text((again - now + 999) / 1000 * 1000) +
                  ", at " + text::iso_time(again));
}

std::vector<store::Message> expire(store::Store& store, std::int64_t now,
                                   const std::set<std::int64_t>& watched) {
  auto expired = store::expire_messages(store, now);
  for (const store::Message& m : expired) {
    if (watched.contains(m.id)) continue;
    if (const auto sender = store::find_agent(store, m.sender))
      queue(store, *sender,
            {.text = "your message " + std::to_string(m.id) + " to " +
                     m.recipient + " expired before it was typed",
             .kind = "report"},
            now);
  }
  return expired;
}

bool pane_rests(const Repository& repository, store::Store& store,
                std::int64_t agent_id,
                const std::vector<store::Message>& waiting, std::int64_t now) {
  if (std::any_of(waiting.begin(), waiting.end(), goes_at_once)) return false;
  const auto last = store::find_last_typed(store, agent_id);
  // A clock that was put back makes nobody wait for it.
  if (!last || *last > now) return false;
  const auto policy = installation::policy_or_built_in(repository.orch_dir());
  return *last + policy.messages.pane_every_ms > now;
}

}  // namespace orch::message
