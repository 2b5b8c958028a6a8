// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/config.h"
#include "file/file.h"
#include "forge/forge.h"
#include "pullrequest/pullrequest.h"

// What opening and refreshing share; private to `pullrequest`.
namespace orch::pullrequest {

// One process at a time speaks to forges for this repository: two would open
// the same pull request, and tell of the same comment.
file::Lock lock_forges(const Repository& repository);

// The forge of a remote, which is `before` where that is known and the
// configuration names none. Throws as forge::choose, and Error{Usage} for
// programs that may not be configured so.
forge::Choice choose_forge(const Repository& repository,
                           const config::Config& config, const std::string& url,
                           const std::string& before);

// What a forge said no with.
struct Refusal {
  std::string error;  // for the row
  std::string hint;   // what to type next; may be empty
  bool offline = false;
};
Refusal refusal_of(const forge::Client& client,
                   const hosting::Failure& failure);

// It has asked us to wait until then; absent: it may be asked.
std::optional<std::int64_t> find_wait(store::Store& store,
                                      const forge::Client& client,
                                      std::int64_t now);
Refusal refusal_to_wait(const forge::Client& client, std::int64_t until);
void note_wait(store::Store& store, const forge::Client& client,
               const hosting::Failure& failure);
// Where the answers of one repository of a forge are remembered (find_meta).
std::string memory_key(const forge::Client& client);

// Has the forge open one that it lacks, whose branch the remote has or, with
// `push`, gets. Writes what came of it into the row.
Opened complete(const Repository& repository, store::Store& store,
                store::PullRequest row, const std::string& tip, bool push);

// Within a Transaction.
void log_event(store::Store& store, const store::PullRequest& row,
               const char* type, const std::string& text);

}  // namespace orch::pullrequest
