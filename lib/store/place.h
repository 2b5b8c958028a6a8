// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Where the file lies. SQLite's write-ahead log needs memory that all its
// users share, which processes on two hosts do not have.
namespace orch::store {

// The name of the network file system with this magic number (statfs(2),
// f_type), for example "NFS"; empty for every other. FUSE counts as local: a
// remote one (sshfs) cannot be told from the many local ones.
std::string_view network_name(std::uint32_t magic);

// That of the file system that holds `path`; empty when it cannot be told.
std::string_view network_name_of(const std::string& path);

}  // namespace orch::store
