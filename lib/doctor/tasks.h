// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "doctor/doctor.h"
#include "store/store.h"

// How agents take their tasks. Private to this module.
namespace orch::doctor {

// A warning for each agent that is at more than one task of a feature in
// progress: one at a time is what its commits can be counted for.
void check_tasks(store::Store& store, std::vector<Check>& out);

}  // namespace orch::doctor
