// SPDX-License-Identifier: MIT
#include "linediff/lines.h"

#include <algorithm>
#include <functional>

namespace orch::linediff {
namespace {

constexpr std::size_t kFirstSlots = 1 << 12;
constexpr std::size_t kBlock = 1 << 18;

}  // namespace

Interner::Interner() : slots_(kFirstSlots) {}

Lines Interner::split(std::string_view text) {
  Lines out;
  out.reserve(text.size() / 24 + 1);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t size =
        end == std::string_view::npos ? text.size() : end + 1;
    out.push_back(number_of(text.substr(0, size)));
    text.remove_prefix(size);
  }
  return out;
}

Line Interner::number_of(std::string_view line) {
  const auto hash =
      static_cast<std::uint32_t>(std::hash<std::string_view>()(line));
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (; slots_[at].line; at = (at + 1) & mask)
    if (slots_[at].hash == hash && lines_[slots_[at].line - 1] == line)
      return slots_[at].line - 1;
  lines_.push_back(keep(line));
  slots_[at] = {hash, static_cast<Line>(lines_.size())};
  if (lines_.size() * 2 > slots_.size()) grow();
  return static_cast<Line>(lines_.size() - 1);
}

void Interner::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (!slot.line) continue;
    std::size_t at = slot.hash & mask;
    while (slots_[at].line) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

std::string_view Interner::keep(std::string_view line) {
  // A block never grows beyond what it reserved, so that views stay valid.
  if (blocks_.empty() ||
      blocks_.back().capacity() - blocks_.back().size() < line.size()) {
    blocks_.emplace_back();
    blocks_.back().reserve(std::max(kBlock, line.size()));
  }
  std::string& block = blocks_.back();
  const std::size_t start = block.size();
  block.append(line);
  return std::string_view(block).substr(start);
}

}  // namespace orch::linediff
