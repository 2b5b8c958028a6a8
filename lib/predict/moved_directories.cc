// SPDX-License-Identifier: MIT
#include "predict/moved_directories.h"

#include <algorithm>

namespace orch::predict {
namespace {

std::string_view name_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? "" : path.substr(0, slash);
}

bool MovedDirectories::contains(std::string_view directory) const {
  for (; !directory.empty(); directory = directory_of(directory))
    if (receiving_.contains(directory)) return true;
  return false;
}

void MovedDirectories::count(std::string_view from, std::string_view to) {
  bool is_first = true;
  while (contains(directory_of(from))) {
    // Only the file itself may have another name.
    if (!is_first && name_of(from) != name_of(to)) return;
    from = directory_of(from);
    to = directory_of(to);
    if (is_first || receives(from))
      ++counts_[std::string(from)][std::string(to)];
    is_first = false;
    if (to.empty()) return;
  }
}

void MovedDirectories::settle(const std::vector<std::string_view>& waiting) {
  Map<std::size_t> unknown;
  for (const std::string_view path : waiting)
    for (std::string_view d = directory_of(path); contains(d);
         d = directory_of(d))
      ++unknown[std::string(d)];
  for (const auto& [directory, counts] : counts_) {
    std::size_t first = 0, second = 0;
    for (const auto& [to, count] : counts) {
      second = std::max(second, std::min(first, count));
      first = std::max(first, count);
    }
    if (receives(directory) && first > second + unknown[directory])
      settled_.insert(directory);
  }
}

bool MovedDirectories::waits_for(std::string_view path) const {
  for (path = directory_of(path); contains(path); path = directory_of(path))
    if (receives(path)) return true;
  return false;
}

std::optional<MovedDirectories::Destination> MovedDirectories::find(
    std::string_view directory) const {
  const auto it = counts_.find(directory);
  if (it == counts_.end()) return std::nullopt;
  Destination best;
  std::size_t most = 0;
  for (const auto& [to, count] : it->second) {
    if (count == most) best.is_tie = true;
    if (count <= most) continue;
    best = {to, false};
    most = count;
  }
  return best;
}

std::optional<std::map<std::string, std::string, std::less<>>>
MovedDirectories::destinations() const {
  std::map<std::string, std::string, std::less<>> out;
  for (const auto& [directory, unused] : counts_) {
    const auto destination = find(directory);
    if (destination->is_tie) return std::nullopt;
    out.emplace(directory, destination->directory);
  }
  return out;
}

}  // namespace orch::predict
