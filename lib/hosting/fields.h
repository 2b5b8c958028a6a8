// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "json/value.h"

// Members of a JSON value that may lack them; private to `hosting`.
namespace orch::hosting {

inline std::string text_in(const json::Value& v, std::string_view key) {
  const std::string* s = v[key].as_string();
  return s ? *s : "";
}
inline std::int64_t number_in(const json::Value& v, std::string_view key) {
  return v[key].as_integer().value_or(0);
}
inline bool flag_in(const json::Value& v, std::string_view key) {
  return v[key].as_bool().value_or(false);
}
// An id is a number with some forges, and a text with others.
inline std::string id_in(const json::Value& v, std::string_view key) {
  if (const auto n = v[key].as_integer()) return std::to_string(*n);
  return text_in(v, key);
}
// ISO 8601 with any offset and fraction of a second, as forges write it.
std::optional<std::int64_t> time_in(const json::Value& v, std::string_view key);

// `v[key]["nodes"]`, or nothing.
const json::Array& nodes_in(const json::Value& v, std::string_view key);
// A list, or nothing.
const json::Array& list_in(const json::Value& v);

}  // namespace orch::hosting
