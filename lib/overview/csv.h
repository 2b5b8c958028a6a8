// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "json/value.h"

namespace orch::overview {

// One line of CSV (RFC 4180) with its line end. Null is nothing at all, an
// empty text is "", bytes are left as they are.
std::string csv_line(const json::Array& cells);

}  // namespace orch::overview
