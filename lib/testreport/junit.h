// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "testreport/report.h"

// JUnit's XML, as pytest, GoogleTest, Surefire, Jest, CTest and the converters
// of others write it. The XML library stays behind one source file.
namespace orch::testreport {

// No entity may be declared, and nothing outside is read. What tests print and
// no XML may hold is mended: bytes that are not UTF-8 become U+FFFD, and
// control characters a question mark. Where a suite says that more of its tests
// failed than it shows, that counts. Throws Error{Usage} with file:line.
Report parse_junit(std::string_view bytes, const std::string& file);

}  // namespace orch::testreport
