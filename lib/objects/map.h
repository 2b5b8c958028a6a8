// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace orch::objects {

// A file mapped for reading; stays readable when the file is unlinked.
class Map {
 public:
  Map() = default;
  Map(Map&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  Map& operator=(Map&& other) noexcept;
  ~Map();

  // Empty when the file cannot be opened or is empty.
  static Map open(const std::string& path);

  std::string_view bytes() const { return bytes_; }
  bool empty() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

}  // namespace orch::objects
