// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "objects/id.h"

namespace orch::objects {

// The SHA-1 of `bytes` (RFC 3174). For names only: without the detection of
// attacks that git has.
Id sha1(std::string_view bytes);

}  // namespace orch::objects
