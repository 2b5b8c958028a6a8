// SPDX-License-Identifier: MIT
#pragma once

#include "calendar/zone.h"

// The machine's time zones: the files that tzdata installs, read by Debian's
// date library, which is built for those and asks no network.
namespace orch::zone {

// Read once, at the first call; lives for ever. The local zone is that of TZ
// when it names one (a colon before it is skipped), else that of
// /etc/localtime, else of /etc/timezone, else UTC. Never throws: where there
// are no zone files, only UTC is known.
const calendar::Zones& system();

}  // namespace orch::zone
