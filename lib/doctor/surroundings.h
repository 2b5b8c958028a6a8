// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "doctor/doctor.h"
#include "store/store.h"

// What lies around: other programs, the configuration, the clock, files of git
// that nobody holds any more. Private to this module.
namespace orch::doctor {

// Programs that some things need, each with what is not there without it.
Check check_forges();
Check check_walls();

// Keys that mean nothing, and values that cannot be read.
void check_config(const Repository& repository, std::vector<Check>& out);
// Those who are told of what needs a person, and what they were not told.
void check_sinks(const Repository& repository, std::vector<Check>& out);
void check_outbox(store::Store& store, std::vector<Check>& out);
// Events from the future: the clock was put back, or was ahead.
void check_clock(store::Store& store, std::vector<Check>& out);
// Locks of git that are older than any command of it should be.
void check_locks(const Repository& repository, std::vector<Check>& out);
// Whether this repository is on the list of this user's.
Check check_roster(const Repository& repository);

}  // namespace orch::doctor
