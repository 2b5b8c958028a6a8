// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/queue.h"

// The switch of the queue, kept in the store.
namespace orch::queue {

struct State {
  enum class Mode { Off, On, Paused };
  Mode mode = Mode::Off;
  std::int64_t jobs = 1;  // how many items may run at once
  bool fresh = false;     // what is tried again begins anew
};
State state_of(store::Store& store);
// Within a Transaction.
void set_state(store::Store& store, const State& state);
// "off", "on", "paused"
std::string mode_name(State::Mode mode);

// What runs, and what waits that would be started.
struct Work {
  std::size_t running = 0, waiting = 0;
  bool is_over() const { return running + waiting == 0; }
};
Work work_of(store::Store& store);

// How many items have failed, and what shows them; empty when none has.
std::string failures_text(store::Store& store);

// Why an item waits, or what became of it; empty when there is nothing to say.
std::string reason_of(const State& state, const store::QueueItem& item,
                      const std::vector<store::QueueItem>& all,
                      std::int64_t now);

}  // namespace orch::queue
