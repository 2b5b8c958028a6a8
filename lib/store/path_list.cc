// SPDX-License-Identifier: MIT
#include "store/path_list.h"

#include "json/value.h"
#include "text/text.h"

namespace orch::store {
namespace {

constexpr std::string_view kHexPrefix = "/hex/";
constexpr std::string_view kDigits = "0123456789abcdef";

// The bytes behind the prefix, as far as they are hex.
std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    const auto high = kDigits.find(hex[i]), low = kDigits.find(hex[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) break;
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

}  // namespace

std::string paths_to_json(const std::vector<std::string>& paths) {
  json::Array array;
  for (const std::string& path : paths) {
    // One with U+FFFD in it, too: it could not be told from a replaced byte.
    const bool plain =
        text::is_utf8(path) && path.find("\xEF\xBF\xBD") == std::string::npos;
    array.emplace_back(plain ? path
                             : std::string(kHexPrefix) + text::hex(path));
  }
  return json::to_text(array);
}

std::vector<std::string> paths_from_json(const std::string& text) {
  std::vector<std::string> out;
  const auto value = json::parse(text);
  if (!value || !value->as_array()) return out;
  for (const json::Value& v : *value->as_array()) {
    std::string_view s = v.as_string() ? *v.as_string() : std::string_view();
    if (!s.starts_with(kHexPrefix)) {
      out.emplace_back(s);
      continue;
    }
    s.remove_prefix(kHexPrefix.size());
    out.push_back(bytes_of(s));
  }
  return out;
}

}  // namespace orch::store
