// SPDX-License-Identifier: MIT
#include "overview/csv.h"

namespace orch::overview {
namespace {

std::string cell(const json::Value& value) {
  const std::string bytes = json::to_field(value, json::FieldBytes::Raw);
  const bool empty_text = bytes.empty() && !value.is_null();
  if (!empty_text && bytes.find_first_of(",\"\r\n") == std::string::npos)
    return bytes;
  std::string out = "\"";
  for (const char c : bytes) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

}  // namespace

std::string csv_line(const json::Array& cells) {
  std::string out;
  for (const json::Value& value : cells) {
    if (&value != cells.data()) out += ',';
    out += cell(value);
  }
  return out + "\r\n";
}

}  // namespace orch::overview
