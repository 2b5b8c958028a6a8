// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "repository/repository.h"
#include "text/redact.h"

// What somebody who is to find a mistake needs to know of this machine and this
// repository. Nothing is sent.
namespace orch::bugreport {

using repository::Repository;

enum class Texts { Show, Leave };
struct Wanted {
  // Of events and logs. What is shown may hold what agents work on.
  Texts texts = Texts::Show;
  text::Addresses addresses = text::Addresses::Hide;
};

// The report, in UTF-8 with lines that people read; secrets are redacted. Of a
// part that cannot be collected it says why. `repository` absent: of the
// machine alone.
std::string collect(const std::optional<Repository>& repository,
                    const Wanted& wanted);

// The name of the file of a report that is made at `now`, by a format of
// strftime(3) in the local zone. Throws Error{Usage} for one that is no name.
std::string file_name(const std::string& format, std::int64_t now);

}  // namespace orch::bugreport
