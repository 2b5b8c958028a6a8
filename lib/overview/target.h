// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "repository/repository.h"

namespace orch::overview {

// Throws Error{Io} unless a page may be written to `path`: a new file, or a
// regular one. A new file takes the place of the old one, which would turn a
// link, a device or a directory into something else, and our own files into a
// page.
void require_target(const repository::Repository& repository,
                    const std::string& path);

}  // namespace orch::overview
