// SPDX-License-Identifier: MIT
#pragma once

#include "calendar/zone.h"

// The machine's time zones: the files that tzdata installs, as the C library
// reads them. One thread at a time, since that has one zone for a process.
namespace orch::zone {

// Read when one is first asked for; lives for ever. The local zone is that of
// TZ when it names one (a colon before it is skipped), else that of
// /etc/localtime, else of /etc/timezone, else UTC. Never throws: where there
// are no zone files, only UTC is known.
const calendar::Zones& system();

}  // namespace orch::zone
