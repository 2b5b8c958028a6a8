// SPDX-License-Identifier: MIT
#include "fuzz/targets.h"
#include "json/value.h"
#include "text/text.h"

namespace orch::fuzz {
namespace {

// Not a number is not equal to itself, and what JSON has not is written as
// null.
void check_text(const json::Value& value) {
  const std::string text = json::to_text(value);
  require(text::is_utf8(text), "JSON is UTF-8");
  require(text.find('\n') == std::string::npos, "on one line");
  const auto again = json::parse(text);
  require(again.has_value(), "what is written is JSON");
  require(json::to_text(*again) == text, "what is written is read back");
}

}  // namespace

void json(std::string_view input) {
  const auto value = orch::json::parse(input);
  if (value) {
    check_text(*value);
    const std::string field =
        orch::json::to_field(*value, orch::json::FieldBytes::Escaped);
    require(field.find_first_of("\t\n") == std::string::npos,
            "a field is one field of one line");
  }
  // Any bytes as a string: what is no UTF-8 is kept beside it.
  const orch::json::Value text(orch::json::Object{
      {"s", std::string(input)},
      {"l", std::vector<std::string>{std::string(input), "x"}}});
  check_text(text);
  const auto read = orch::json::parse(orch::json::to_text(text));
  if (text::is_utf8(input))
    require(read && *(*read)["s"].as_string() == input, "text is read back");
  else
    require(read && *(*read)["s_b64"].as_string() == text::base64(input),
            "bytes are read back");
}

}  // namespace orch::fuzz
