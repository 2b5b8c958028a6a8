// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "notice/need.h"
#include "notify/sinks.h"
#include "repository/repository.h"
#include "store/features.h"
#include "store/notices.h"
#include "store/store.h"

// People are told what needs them and what they asked to hear of. A row for
// each thing and an outbox with a row for each sink and reminder are written in
// one transaction; what is sent may arrive twice after a kill, never less than
// once, and carries an id by which it is known again.
namespace orch::notify {

using repository::Repository;

// What needs a person now and nobody has marked as seen, the oldest first. Asks
// no configuration and starts no program.
std::vector<notice::Need> needs_human(store::Store& store, std::int64_t now);

// One pass of a tick.
class Pass {
 public:
  Pass(const Repository& repository, store::Store& store);

  // Writes what is to be told, ends what holds no more, and has a process of
  // its own send what is due, for which it waits a moment at most. Returns how
  // many rows it wrote. Nothing of it fails a tick.
  int run(std::int64_t now);
  // How far events were looked at, where nobody hears of any. Within a
  // Transaction.
  void remember();

 private:
  const Repository& repository_;
  store::Store& store_;
  std::int64_t looked_to_ = 0;
};

// Makes the rows of what needs a person agree with what does. A second call
// writes none.
void refresh(store::Store& store, const std::vector<Configured>& sinks,
             std::int64_t now);

// What became of a letter; `detail` is fit to be shown.
struct Told {
  std::string sink;
  bool ok = false;
  std::string detail;
};
// Sends what is due. Others may do so at the same time: each row is claimed by
// one process, and again when that one has been killed.
std::vector<Told> send_due(const Repository& repository, store::Store& store,
                           std::int64_t now);
// Waits until nobody sends any more.
void await_senders(store::Store& store);
// Sends a test to each of these, past quiet hours and rates, and waits.
std::vector<Told> send_test(const Repository& repository,
                            const std::vector<Configured>& sinks,
                            std::int64_t now);

// Somebody has dealt with it: an ask gets its answer (`verdict` is "approve" or
// "deny"), everything else is marked as seen, and is not told again as long as
// it is the same. Throws Error{UnknownName}, Error{Exists} for what is over,
// Error{Usage} for a verdict where there is none to give,
// Error{RefusedByPolicy} for an agent, and what answering an ask throws.
// `caller` absent: a person.
store::Notice answer(store::Store& store, std::int64_t id,
                     const std::string& verdict, const std::string& text,
                     const std::optional<store::Agent>& caller);

// When something is to be sent, or may have been left by a killed sender.
// Behind a pass of a tick, what is still due is being sent, or cannot be for
// now: a minute from `now`.
std::optional<std::int64_t> next_due(store::Store& store, std::int64_t now);

}  // namespace orch::notify
