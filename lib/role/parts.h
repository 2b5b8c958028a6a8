// SPDX-License-Identifier: MIT
#pragma once

#include "role/role.h"
#include "yaml/node.h"

// The parts of a role's and a team's file, each read on its own. Private to
// this module. All throw Error{Usage} with file:line:column.
namespace orch::role {

Role read_role(yaml::Reader& reader, const yaml::Node& root);
Team read_team(yaml::Reader& reader, const yaml::Node& root);
std::string require_name(yaml::Reader& reader, const yaml::Node& root);

// The keys paths, refs, can, writes, requires, skills, brief and budget of the
// map `root`. `role.name` is read already.
void read_rights(yaml::Reader& reader, const yaml::Node& root, Role& role);

// The keys test and test_report.
void read_tests(yaml::Reader& reader, const yaml::Node& root, Role& role);

// A duration above 0; absent when the key is.
std::optional<std::int64_t> positive_duration(yaml::Reader& reader,
                                              const yaml::Node& root,
                                              std::string_view key);

// The nodes of the list `key`, of which one scalar counts as a list of one.
std::vector<const yaml::Node*> items_of(yaml::Reader& reader,
                                        const yaml::Node& root,
                                        std::string_view key);

// Names of roles, none of them twice.
std::vector<std::string> role_names(yaml::Reader& reader,
                                    const yaml::Node& root,
                                    std::string_view key);

// A number with at most two places behind the point, in hundredths; absent
// when `text` is none, or above a million.
std::optional<std::int64_t> hundredths(std::string_view text);

// Refuses texts that hold a NUL or are longer than 64 KiB, anywhere below.
void refuse_odd_texts(const yaml::Reader& reader, const yaml::Node& node);

}  // namespace orch::role
