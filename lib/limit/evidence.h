// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "calendar/zone.h"
#include "limit/windows.h"
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

// The best there is. Absent when nothing tells of a limit. `hook_text`: what
// its hook said, may be empty.
std::optional<Evidence> find_evidence(const Repository& repository,
                                      const store::Agent& agent,
                                      const std::string& hook_text,
                                      const calendar::Zones& zones,
                                      std::int64_t now);

}  // namespace orch::limit
