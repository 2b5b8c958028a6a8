// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "notice/payload.h"
#include "process/process.h"
#include "repository/repository.h"

// How one letter leaves this machine. Private to this module.
namespace orch::notify {

struct Outgoing {
  notice::Sink sink;
  notice::Letter letter;
};

// Sends them side by side, each within the time limit of its sink. Absent where
// it arrived, else why not, fit to be shown; in the order of `letters`.
std::vector<std::optional<std::string>> send_all(
    const repository::Repository& repository,
    const std::vector<Outgoing>& letters);

}  // namespace orch::notify
