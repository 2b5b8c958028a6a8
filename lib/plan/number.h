// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace orch::plan {

// With at most one digit behind the point: "10", "2.5".
std::string short_number(double number);

}  // namespace orch::plan
