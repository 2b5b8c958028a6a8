// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "drill/arena.h"
#include "drill/conversations.h"
#include "drill/deeds.h"
#include "drill/interrupt.h"
#include "drill/plan.h"
#include "drill/report.h"
#include "history/loss.h"
#include "history/records.h"

// The team of a drill at work, so that what goes wrong hits something, and what
// its programs acknowledged meanwhile.
namespace orch::drill {

class Team {
 public:
  // One more agent than are hit: its worktree is a person's, who commits there.
  static Arena::Size size_for(int agents, std::uint64_t seed);

  Team(Arena& arena, const Interrupts& interrupts, std::uint64_t seed);

  // Starts everybody; throws Error{Io} when somebody does not come up.
  void start();
  // The agents that run, overseer first, and the one that does not.
  const std::vector<std::string>& running() const { return running_; }
  const std::string& by_hand() const { return by_hand_; }

  // A little work of all kinds. What a program refuses while nothing is wrong
  // is a finding; in trouble it is expected, and what it acknowledges counts.
  enum class Air { Calm, Trouble };
  void work(Air air);
  // Works, with pauses, for so long.
  void work_for(std::int64_t ms, Air air);

  // A commit of the person's; its id, or absent when git refused.
  std::optional<std::string> commit(const std::string& what);
  // Whether the agent acknowledges a message in time; the message counts.
  bool answers(const std::string& agent, int timeout_s);

  // Waits until nobody has anything to do or to read; what still is, else
  // nothing.
  std::vector<std::string> settle(std::int64_t most_ms);

  // Runs `git-orch …` that must succeed (with one of `fine`); its failure is a
  // finding.
  process::Outcome expect(const std::vector<std::string>& args,
                          const std::set<int>& fine = {0});

  // The rows as they are now, with who lives; absent when the store cannot be
  // read.
  std::optional<history::Records> records() const;
  // What agents have written down of their conversations.
  std::vector<history::Arrival> arrivals() { return conversations_.read(); }
  // The store has been rebuilt, or put back from a copy, since it said `known`.
  // What is in it no more is counted, and taken out of `known` and of what was
  // acknowledged; the store can be read.
  enum class Mended { Rebuilt, PutBack };
  history::Lost count_lost(history::Records& known, Mended mended);

  history::Witness& witness() { return deeds_.witness(); }
  std::vector<Finding> take_findings();
  std::int64_t landings() const { return landings_; }
  Arena& arena() { return arena_; }
  const Interrupts& interrupts() const { return interrupts_; }
  // Which our programs take the time to be, now; 0: that it is.
  void move_clock(std::int64_t by_ms);

 private:
  void send();
  void claim();
  void integrate();
  void note_failure(Air air, const std::vector<std::string>& args,
                    const process::Outcome& out);
  std::string any_agent();
  bool has_to_move(const history::Message& message) const;

  Arena& arena_;
  const Interrupts& interrupts_;
  Draw draw_;
  std::string feature_, by_hand_;
  std::vector<std::string> running_;
  Air air_ = Air::Calm;
  Deeds deeds_;
  Conversations conversations_;
  std::vector<Finding> findings_;
  std::int64_t round_ = 0, landings_ = 0;
};

}  // namespace orch::drill
