// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "json/value.h"

namespace orch::drill {

// Something that should not be.
struct Finding {
  std::string check;  // fsck, store, refs, processes, history/<rule> …
  std::string what;   // printable

  bool operator==(const Finding&) const = default;
};

// Each with `check` and `what`.
json::Array findings_json(const std::vector<Finding>& findings);

}  // namespace orch::drill
