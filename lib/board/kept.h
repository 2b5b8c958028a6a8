// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "repository/repository.h"

// The quick way to `git orch status`: the answer that was kept (memo.h), while
// it is still true. Links no store, so that the front can answer itself.
namespace orch::board {

enum class Form { Human, Json, Prompt };

// The form that these arguments of `status` ask for; absent when they ask for
// anything that is not kept.
std::optional<Form> form_of(const std::vector<std::string>& args);

// Prints the kept answer; false when there is none that holds.
bool print_kept(const repository::Repository& repository, Form form);

}  // namespace orch::board
