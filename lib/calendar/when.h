// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "calendar/zone.h"

namespace orch::calendar {

// The instant that a person names at `now`: "2026-11-25T09:00:00Z", with an
// offset ("+01:00") or the name of a zone behind it, "17:30", "5pm" (the next
// such time), "tomorrow 9:00", "monday 9:00", "Nov 25 9am", "in 2 hours". What
// has no zone is in `zone`, or in the local one. It may be over. Throws
// Error{Usage} that says what is not understood.
std::int64_t parse_when(std::string_view text, std::int64_t now,
                        const Zones& zones, const Zone* zone = nullptr);

}  // namespace orch::calendar
