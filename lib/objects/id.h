// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace orch::objects {

// The name of an object in a sha-1 repository.
struct Id {
  std::array<std::uint8_t, 20> bytes{};

  static Id from(const char* raw) {
    Id id;
    std::memcpy(id.bytes.data(), raw, id.bytes.size());
    return id;
  }
  auto operator<=>(const Id&) const = default;
};

// Ids are evenly spread already.
struct IdHash {
  std::size_t operator()(const Id& id) const {
    std::size_t h;
    std::memcpy(&h, id.bytes.data(), sizeof h);
    return h;
  }
};

// Two ids as one key.
struct IdPair {
  Id a, b;
  bool operator==(const IdPair&) const = default;
};
struct IdPairHash {
  std::size_t operator()(const IdPair& p) const {
    return IdHash()(p.a) * 31 + IdHash()(p.b);
  }
};

// Absent when `text` is not 40 hexadecimal digits.
std::optional<Id> parse_id(std::string_view text);
std::string hex(const Id& id);

}  // namespace orch::objects
