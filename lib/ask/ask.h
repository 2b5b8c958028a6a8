// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "repository/repository.h"
#include "store/asks.h"
#include "store/features.h"

// Asks: an agent wants leave for an action; who gives it and until when is in
// the policy. The row, its event and the one message that tells of it are one
// transaction.
namespace orch::ask {

using repository::Repository;

struct Wanted {
  std::string action;
  std::string text;
  std::optional<std::int64_t> expires_ms;  // absent: as the policy says
};
struct Opened {
  store::Ask ask;
  bool made = true;  // false: the same ask was open already
};
// Tells the approver; a person is told by what lists asks. Throws
// Error{Contended} above the policy's rate.
Opened open(const Repository& repository, store::Store& store,
            const store::Agent& agent, const Wanted& wanted);

enum class Verdict { Approved, Denied };
// Writes the one answer and tells the asker. `caller` absent: a person. Throws
// Error{UnknownName}, and Error{RefusedByPolicy} for who is not its approver,
// and for what was answered or has expired.
store::Ask answer(store::Store& store, std::int64_t id, Verdict verdict,
                  const std::string& text,
                  const std::optional<store::Agent>& caller);

// Tells a person of what waits for too long, and ends what is past its expiry;
// its asker is told. Returns how many rows changed; a second run changes none.
int run_due(const Repository& repository, store::Store& store,
            std::int64_t now);
// When the first of those is due; absent: nothing waits.
std::optional<std::int64_t> next_due(const Repository& repository,
                                     store::Store& store);

}  // namespace orch::ask
