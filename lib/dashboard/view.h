// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "dashboard/endpoint.h"
#include "json/value.h"
#include "repository/repository.h"
#include "store/store.h"

namespace orch::dashboard {

// The data that the question's verb would print, from the functions that it
// has it from. Absent for the few verbs that ask git, the machine or others:
// those are run. Throws what the verb would throw.
std::optional<json::Object> view(const repository::Repository& repository,
                                 store::Store& store, const Question& question);

// Whether view() has an answer.
bool is_view(const Question& question);

}  // namespace orch::dashboard
