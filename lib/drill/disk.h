// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

// A small file system of our own, which can be full without harm to others;
// private to `drill`.
namespace orch::drill {

// Mounts one on the empty directory, for this program and its children alone:
// in a mount namespace, and where that needs it a user namespace, that ends
// with them. Returns why it cannot be, else the empty string. Needs a program
// with a single thread.
std::string mount_disk(const std::string& directory, std::int64_t bytes);
// Nothing, when nothing is mounted there.
void unmount_disk(const std::string& directory);

}  // namespace orch::drill
