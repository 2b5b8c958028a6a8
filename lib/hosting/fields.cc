// SPDX-License-Identifier: MIT
#include "hosting/fields.h"

#include "text/time.h"

namespace orch::hosting {
namespace {

constexpr std::int64_t kMinuteMs = 60000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "+02:00" gives 120 minutes, "Z" and nothing give 0.
std::optional<std::int64_t> offset_of(std::string_view text) {
  if (text.empty() || text == "Z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') ||
      text[3] != ':' || !is_digit(text[1]) || !is_digit(text[2]) ||
      !is_digit(text[4]) || !is_digit(text[5]))
    return std::nullopt;
  const std::int64_t minutes = ((text[1] - '0') * 10 + (text[2] - '0')) * 60 +
                               (text[4] - '0') * 10 + (text[5] - '0');
  return text[0] == '-' ? -minutes : minutes;
}

}  // namespace

std::optional<std::int64_t> time_in(const json::Value& v,
                                    std::string_view key) {
  const std::string* text = v[key].as_string();
  if (!text || text->size() < 19) return std::nullopt;
  const auto instant = text::parse_iso_time(text->substr(0, 19) + "Z");
  std::string_view rest = std::string_view(*text).substr(19);
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    while (!rest.empty() && is_digit(rest[0])) rest.remove_prefix(1);
  }
  const auto minutes = offset_of(rest);
  if (!instant || !minutes) return std::nullopt;
  return *instant - *minutes * kMinuteMs;
}

const json::Array& list_in(const json::Value& v) {
  static const json::Array kNone;
  const json::Array* list = v.as_array();
  return list ? *list : kNone;
}

const json::Array& nodes_in(const json::Value& v, std::string_view key) {
  return list_in(v[key]["nodes"]);
}

}  // namespace orch::hosting
