// SPDX-License-Identifier: MIT
#pragma once

#include <string>

// One rotating log file per program family, `<orch dir>/log/<family>.log`. A
// log never fails anything: what cannot be written is dropped.
namespace orch::log {

enum class Level { Info, Warning, Error };

void write(const std::string& orch_dir, const std::string& family, Level level,
           const std::string& text);

}  // namespace orch::log
