// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace orch::text {

// SHA-256 (FIPS 180-4): 32 bytes.
std::string sha256(std::string_view bytes);

}  // namespace orch::text
