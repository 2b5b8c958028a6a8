// SPDX-License-Identifier: MIT
#include "runtime/version.h"

#include <algorithm>

#include "error/error.h"
#include "text/text.h"

namespace orch::runtime {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The number at `at`, which moves behind it; too large ones stay at the limit.
int take_number(std::string_view text, std::size_t& at) {
  constexpr int kLimit = 100'000'000;
  int n = 0;
  for (; at < text.size() && is_digit(text[at]); ++at)
    n = std::min(kLimit, n * 10 + (text[at] - '0'));
  return n;
}

Version take_version(std::string_view text, std::size_t& at) {
  Version out = {take_number(text, at)};
  while (at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1]))
    out.push_back(take_number(text, ++at));
  return out;
}

int compare(const Version& a, const Version& b) {
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const int x = i < a.size() ? a[i] : 0, y = i < b.size() ? b[i] : 0;
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

}  // namespace

Version find_version(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(text[i])) continue;
    const Version found = take_version(text, i);
    if (found.size() > 1) return found;
  }
  return {};
}

std::string version_text(const Version& version) {
  std::vector<std::string> parts;
  for (const int n : version) parts.push_back(std::to_string(n));
  return text::join(parts, ".");
}

VersionRange::VersionRange(std::string_view text) : text_(text) {
  for (const std::string& part : text::split_list(text, ' ')) {
    static const std::pair<std::string_view, Order> kSigns[] = {
        {"<=", Order::LessOrEqual},
        {">=", Order::GreaterOrEqual},
        {"<", Order::Less},
        {">", Order::Greater},
        {"=", Order::Equal}};
    std::size_t at = 0;
    Bound bound{Order::Equal, {}};
    for (const auto& [sign, order] : kSigns) {
      if (!part.starts_with(sign)) continue;
      bound.order = order;
      at = sign.size();
      break;
    }
    if (at < part.size() && is_digit(part[at]))
      bound.version = take_version(part, at);
    if (bound.version.empty() || at != part.size())
      throw Error(ErrorCode::Usage,
                  "'" + part + "' is no bound of versions (>=2.1, <3)");
    bounds_.push_back(bound);
  }
}

bool VersionRange::holds(const Version& version) const {
  for (const Bound& b : bounds_) {
    const int order = compare(version, b.version);
    const bool ok = b.order == Order::Less             ? order < 0
                    : b.order == Order::LessOrEqual    ? order <= 0
                    : b.order == Order::Equal          ? order == 0
                    : b.order == Order::GreaterOrEqual ? order >= 0
                                                       : order > 0;
    if (!ok) return false;
  }
  return true;
}

}  // namespace orch::runtime
