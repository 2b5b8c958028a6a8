// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "objects/id.h"
#include "objects/map.h"

namespace orch::objects {

enum class Kind : std::uint8_t { Commit = 1, Tree = 2, Blob = 3, Tag = 4 };

struct Object {
  Kind kind = Kind::Blob;
  std::string bytes;
};

// One pack with its index of version 2 (gitformat-pack(5)).
class Pack {
 public:
  // `path` without ".pack" and ".idx". Null when either is gone; throws
  // Error{Corrupt} when they are not of a form that we know.
  static std::unique_ptr<Pack> open(const std::string& path);

  std::optional<std::uint64_t> find(const Id& id) const;

  // The object at an offset that `find` gave. Throws Error{Corrupt}, also when
  // it has more than `limit` bytes.
  Object read(std::uint64_t offset, std::size_t limit);

  const std::string& path() const { return path_; }

 private:
  struct Header;

  Header header_at(std::uint64_t offset) const;
  std::string inflate(const Header& header) const;
  [[noreturn]] void broken(std::uint64_t offset) const;
  void remember(std::uint64_t offset, const Object& object);

  std::string path_;
  Map index_, pack_;
  std::uint32_t count_ = 0;
  // Bases of deltas, which the next object mostly has as well.
  std::unordered_map<std::uint64_t, Object> bases_;
  std::size_t base_bytes_ = 0;
};

// The bytes that `delta` makes of `base`; absent when it does not fit.
std::optional<std::string> apply_delta(std::string_view base,
                                       std::string_view delta,
                                       std::size_t limit);

}  // namespace orch::objects
