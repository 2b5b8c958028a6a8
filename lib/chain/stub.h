// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

// What lies at a hook's place in a repository: a copy of hooks/stub.cc with the
// path of one program filled in.
namespace orch::chain {

// The bytes of the stub for `program`, made of those of an empty one; absent
// when it has no room for the path.
std::optional<std::string> stub_for(std::string empty,
                                    std::string_view program);

// The program that a stub, or a symbolic link as earlier versions made it,
// leads to; absent when `path` is neither. Reads no more than a page. Throws
// ErrorCode::Io when it cannot be known: no descriptor, a bad disk.
std::optional<std::string> program_of(const std::string& path);

// What somebody has written behind the end of the stub at `path`: as a script
// it would be a hook of his, but nobody runs it there. Empty when there is
// nothing.
std::string added_to(const std::string& path);

}  // namespace orch::chain
