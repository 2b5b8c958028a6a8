// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

// What the page may have done: a few verbs, each with a few options.
namespace orch::dashboard {

const std::vector<std::string>& written_verbs();

struct Write {
  std::vector<std::string> arguments;  // behind the program's name
  int timeout_ms = 0;
};

// The command line of `verb` for a body {"operands": [...], "options": {...}}.
// Operands stand behind "--", so that none is read as an option. Throws
// Error{UnknownName} for another verb, Error{Usage} for another option or
// shape.
Write write_of(std::string_view verb, const std::string& body);

}  // namespace orch::dashboard
