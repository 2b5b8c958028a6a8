// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/runtime.h"
#include "yaml/node.h"

// The lists in a runtime file; private to `runtime`. Each throws Error{Usage}
// with file:line:column.
namespace orch::runtime {

[[noreturn]] void refuse(const yaml::Node& at, const std::string& file,
                         const std::string& what);

// `name` as one of `known`, which `key` may be.
void require_known(const yaml::Node& at, const std::string& file,
                   std::string_view key, const std::string& name,
                   const std::vector<std::string>& known);

std::vector<Submit> parse_submits(const yaml::Node& list,
                                  const std::string& file);
std::vector<SetUpFile> parse_files(const yaml::Node& list,
                                   const std::string& file);
// `paths`, which `at` is read as: what `sandbox.write` may hold.
void require_paths(const yaml::Node& at, const std::string& file,
                   const std::vector<std::string>& paths);
std::vector<Sign> parse_signs(const yaml::Node& list, const std::string& file);
std::vector<Limit> parse_limits(const yaml::Node& list,
                                const std::string& file);

}  // namespace orch::runtime
