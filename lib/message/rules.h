// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "policy/policy.h"
#include "repository/repository.h"
#include "store/features.h"
#include "store/messages.h"

// What the policy says of messages, applied. A person is never bound by it.
namespace orch::message {

// Whether the role of `from` may write to `to`, and by which rule.
policy::Answer may_write(const repository::Repository& repository,
                         const policy::Policy& policy, const store::Agent& from,
                         const store::Agent& to);
// Throws Error{RefusedByPolicy} with the rule and the way out.
void require_may_write(const repository::Repository& repository,
                       const policy::Policy& policy, const store::Agent& from,
                       const store::Agent& to);

// Throws Error{Contended}, which says when again, unless `more` of what `nth`
// counts (store/rates.h: the instant of the nth newest after `since`) fit into
// `rate`. `what` names them: "messages". Within the Transaction that adds them.
using FindNth =
    std::function<std::optional<std::int64_t>(int nth, std::int64_t since)>;
void require_rate(const policy::Rate& rate, const std::string& agent,
                  const std::string& what, std::size_t more, const FindNth& nth,
                  std::int64_t now);

// Ends what is past its expiry and tells each sender that is an agent, once,
// but for the messages in `watched`: their sender looks at them already.
// Within a Transaction. Returns what has expired.
std::vector<store::Message> expire(store::Store& store, std::int64_t now,
                                   const std::set<std::int64_t>& watched = {});

// Why a message waits that the policy keeps from the pane for a moment.
inline constexpr char kPaneRests[] = "the pane was typed into a moment ago";

// Whether nothing of what waits may be typed into the agent's pane yet. What is
// critical, a brief, or from a person goes at once, and all else with it.
bool pane_rests(const repository::Repository& repository, store::Store& store,
                std::int64_t agent_id,
                const std::vector<store::Message>& waiting, std::int64_t now);

}  // namespace orch::message
