// SPDX-License-Identifier: MIT
#include "objects/tree.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "error/error.h"

namespace orch::objects {
namespace {

[[noreturn]] void broken() {
  throw Error(ErrorCode::Corrupt, "cannot read a tree");
}

// git reads old modes such as 100664 as one of the five it knows.
std::uint32_t canonical(std::uint32_t mode) {
  switch (mode & 0170000) {
    case 0100000:
      return mode & 0100 ? Leaf::kExecutable : Leaf::kPlain;
    case 0120000:
      return Leaf::kLink;
    case 0040000:
      return Leaf::kTree;
    default:
      return Leaf::kSubmodule;
  }
}

}  // namespace

int compare_entries(const Entry& a, const Entry& b) {
  const std::size_t shared = std::min(a.name.size(), b.name.size());
  const int order = std::memcmp(a.name.data(), b.name.data(), shared);
  if (order != 0) return order;
  const auto after = [&](const Entry& e) -> int {
    if (e.name.size() > shared)
      return static_cast<unsigned char>(e.name[shared]);
    return e.leaf.is_tree() ? '/' : 0;
  };
  return after(a) - after(b);
}

std::string tree_bytes(std::vector<Entry> entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return compare_entries(a, b) < 0;
  });
  std::string bytes;
  for (const Entry& entry : entries) {
    std::array<char, 8> mode{};
    const auto end =
        std::to_chars(mode.begin(), mode.end(), entry.leaf.mode, 8);
    bytes.append(mode.begin(), end.ptr) += ' ';
    bytes.append(entry.name) += '\0';
    bytes.append(entry.leaf.id.bytes.begin(), entry.leaf.id.bytes.end());
  }
  return bytes;
}

void TreeReader::next() {
  if (rest_.empty()) {
    done_ = true;
    return;
  }
  std::uint32_t mode = 0;
  std::size_t at = 0;
  for (; at < rest_.size() && rest_[at] != ' '; ++at) {
    if (rest_[at] < '0' || rest_[at] > '7' || at > 6) broken();
    mode = mode * 8 + static_cast<std::uint32_t>(rest_[at] - '0');
  }
  if (at == 0 || at == rest_.size()) broken();
  rest_.remove_prefix(at + 1);
  const std::size_t end = rest_.find('\0');
  if (end == 0 || end == std::string_view::npos || rest_.size() < end + 21)
    broken();
  const Entry entry{rest_.substr(0, end),
                    {canonical(mode), Id::from(rest_.data() + end + 1)}};
  if (entry.name.find('/') != std::string_view::npos ||
      (entry_.name.data() && compare_entries(entry_, entry) >= 0))
    broken();
  entry_ = entry;
  rest_.remove_prefix(end + 21);
}

}  // namespace orch::objects
