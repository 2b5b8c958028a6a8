// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What goes wrong when: a pure function of what was asked for.
namespace orch::drill {

enum class Severity { Low, Medium, High };
std::string_view severity_name(Severity severity);
std::optional<Severity> parse_severity(std::string_view name);

// One way for something to go wrong.
struct Kind {
  std::string_view name;
  Severity severity;
  // Forms of it; one without a form has one with an empty name.
  std::vector<std::string_view> forms;
  bool hits_agent = false;  // its target is an agent
};
const std::vector<Kind>& kinds();
// Absent when there is none of that name.
const Kind* find_kind(std::string_view name);

struct Asked {
  std::uint64_t seed = 1;
  std::int64_t duration_ms = 3 * 60 * 1000;
  std::int64_t min_interval_ms = 5 * 1000, max_interval_ms = 15 * 1000;
  std::optional<Severity> severity = {};  // absent: all
  std::vector<std::string> only = {};     // names of kinds; empty: all
  std::vector<std::string> agents = {};   // that may be hit; at least one
};

// Whether some kind of event is among those that were asked for.
bool has_kinds(const Asked& asked);

struct Planned {
  std::int64_t at_ms = 0;  // after the beginning
  const Kind* kind = nullptr;
  std::string form;    // one of the kind's
  std::string target;  // an agent's address, or what the form says

  bool operator==(const Planned&) const = default;
};

// In the order of their times, each an interval after the one before; the last
// one begins before the duration is over. None when no kind is left.
std::vector<Planned> plan(const Asked& asked);

// Chance that comes from the seed alone, the same on every machine.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  // From 0 on, below `limit`, which is at least 1.
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }

 private:
  std::uint64_t state_;
};

}  // namespace orch::drill
