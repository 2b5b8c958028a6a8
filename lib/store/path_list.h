// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

// Lists of paths as one column. Paths are bytes and JSON is text: a path that
// is not UTF-8 is stored as hex behind a prefix that no relative path of git
// can have.
namespace orch::store {

std::string paths_to_json(const std::vector<std::string>& paths);
// Empty when it is no such list.
std::vector<std::string> paths_from_json(const std::string& text);

}  // namespace orch::store
