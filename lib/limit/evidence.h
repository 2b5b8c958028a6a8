// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "calendar/zone.h"
#include "json/value.h"
#include "repository/repository.h"
#include "store/features.h"

// What tells of a limit; private to `limit`.
namespace orch::limit {

using repository::Repository;

struct Evidence {
  std::string source;  // transcript, usage, hook, screen, assumed
  std::string text;
  std::int64_t resets_at = 0;
};

// The end of what is used up in an object of usage windows, wherever it lies in
// `value`: members with a used percentage of 100 and more, and when they reset
// (seconds since 1970, ISO 8601, or seconds from `now`). The last end of
// several. Absent when nothing is used up.
std::optional<std::int64_t> exhausted_until(const json::Value& value,
                                            std::int64_t now);
// The same of the newest line that holds such windows, of lines of JSON.
std::optional<std::int64_t> exhausted_in_lines(std::string_view lines,
                                               std::int64_t now);

// The best there is. Absent when nothing tells of a limit. `hook_text`: what
// its hook said, may be empty.
std::optional<Evidence> find_evidence(const Repository& repository,
                                      const store::Agent& agent,
                                      const std::string& hook_text,
                                      const calendar::Zones& zones,
                                      std::int64_t now);

}  // namespace orch::limit
