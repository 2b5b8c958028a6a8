// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "repository/repository.h"
#include "store/store.h"

// From the spool into the store: the first act of every verb and tick.
namespace orch::hook {

using repository::Repository;

struct Folded {
  std::size_t records = 0;
  std::size_t torn_bytes = 0;      // damage that was set aside
  std::set<std::string> branches;  // full names whose tips moved
  bool agents_changed = false;     // a state, a start, an exit, a receipt
};

// Folds what is there. Every record is inserted once, however often a kill
// makes this run again. A record that says what an agent did counts only when
// the recording process descends from that agent's recorded one.
Folded fold(const Repository& repository, store::Store& store);

// The store of a reading verb, folded; absent when there is none. Both see to
// it that what is due by the clock is done: the daemon is told, or a detached
// child does it, so that the verb does not wait.
std::optional<store::Store> find_store(const Repository& repository);
// The store of a writing verb, made when absent, folded.
store::Store open_store(const Repository& repository);

// The one of a verb that does either: a look creates nothing, and may find
// none.
enum class Use { Look, Write };
std::optional<store::Store> store_for(const Repository& repository, Use use);

// Folds until `reached` is true or `timeout_ms` is over (then false). Sleeps
// in the kernel until the spool changes.
bool fold_until(const Repository& repository, store::Store& store,
                const std::function<bool()>& reached, std::int64_t timeout_ms);

}  // namespace orch::hook
