// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/program.h"
#include "conflict/exchange.h"
#include "file/file.h"
#include "store/proposals.h"

// An agent CLI is asked how to resolve a conflict. What it answers is stored as
// a merge commit that no branch has, and applied by an explicit command alone.
namespace orch::conflict {

// Who is asked: orch.suggestCommand, from the system's and the user's
// configuration and the command line alone, and orch.suggestTimeout. Throws
// Error{Usage} that names the key and gives examples.
config::Program program_of(const Repository& repository);

// As often a program is asked about one conflict of the same two commits.
inline constexpr std::size_t kMostAttempts = 2;

enum class Again { No, Yes };

struct Suggested {
  store::Proposal proposal;  // proposed or refused
  int interrupted = 0;       // the signal that ended it; to be raised again
};

// Asks about today's tips of both sides. `tell` is called once, before the
// program starts. Throws Error{RefusedByPolicy} after `kMostAttempts` without
// `again` and where the files cannot be handed over, Error{UnknownName} when
// the two merge cleanly, Error{Contended} while somebody else asks.
Suggested suggest(const Repository& repository, store::Store& store,
                  const store::Conflict& conflict, Again again,
                  const std::function<void(const std::string&)>& tell);

// The newest that is proposed or being applied, else the newest; absent when
// nobody was asked. What a kill has left is completed first, unless the store
// is read-only or somebody is just asking.
std::optional<store::Proposal> find_newest(const Repository& repository,
                                           store::Store& store,
                                           std::int64_t conflict_id);

// The files in conflict, of ours and of theirs against the proposal.
struct Differences {
  std::string to_ours, to_theirs;
};
Differences differences_of(const Repository& repository,
                           const store::Proposal& proposal);

// Throws Error{RefusedByPolicy} when it is neither proposed nor refused.
store::Proposal discard(const Repository& repository, store::Store& store,
                        store::Proposal proposal);

// Held while a conflict's proposals change. Waits at most `timeout_ms`; throws
// Error{Contended}.
file::Lock lock_proposals(const Repository& repository,
                          std::int64_t conflict_id, int timeout_ms);
// "proposal 2 for conflict 3 of a and b: …", within a Transaction.
void log_proposal(store::Store& store, const store::Conflict& conflict,
                  const store::Proposal& proposal, const char* type,
                  const std::string& more);

}  // namespace orch::conflict
