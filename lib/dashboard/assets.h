// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

// The files of the page, compiled in. Its sources and the program that writes
// the definition are in page/.
namespace orch::dashboard {

struct Asset {
  std::string_view path;   // "/" for the page itself, else "/assets/NAME"
  std::string_view type;   // the Content-Type
  std::string_view gzip;   // the file, compressed by gzip
  std::string_view plain;  // the file
};

// All of them, the page itself first; they live as long as the program.
std::span<const Asset> assets();

}  // namespace orch::dashboard
