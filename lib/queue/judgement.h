// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Whether an item is done, has failed, or goes on. Slow is never failed; a team
// has failed by what somebody said or what two things show. No clock, no store.
namespace orch::queue {

struct Member {
  std::string address;
  bool completed = false;  // it reported that it is done
  bool running = false;
  bool limited = false;  // it runs, and waits for its usage limit to end
  bool ended = false;    // its process has ended, and nothing starts it again
  bool returns = false;  // it comes back, or nobody can tell
};

struct Seen {
  bool feature_is_gone = false;
  bool feature_is_done = false;         // completed, or archived behind that
  std::optional<std::string> given_up;  // the overseer's report of failure
  std::vector<Member> team;
  std::int64_t ran_ms = 0;  // without what it waited for limits
  std::optional<std::int64_t> limit_ms;
};

enum class Verdict { GoesOn, Done, Failed, Held };

struct Judgement {
  Verdict verdict = Verdict::GoesOn;
  std::string reason;  // of Done and Failed
};

Judgement judge(const Seen& seen);

// "not done in 2h", when it has run so long.
std::optional<std::string> over_time(std::int64_t ran_ms,
                                     std::optional<std::int64_t> limit_ms);

}  // namespace orch::queue
