// SPDX-License-Identifier: MIT
#include "json/or_null.h"

#include "text/time.h"

namespace orch::json {

Value time_or_null(std::int64_t at) {
  return at == 0 ? Value() : Value(text::iso_time(at));
}

Value time_or_null(const std::optional<std::int64_t>& at) {
  return at ? Value(text::iso_time(*at)) : Value();
}

}  // namespace orch::json
