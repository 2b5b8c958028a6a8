// SPDX-License-Identifier: MIT
#include "legacy/values.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <map>

#include "json/value.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::legacy {
namespace {

// 9999-12-31T23:59:59Z and 0000-01-01T00:00:00Z.
constexpr std::int64_t kLatest = 253402300799000;
constexpr std::int64_t kEarliest = -62167219200000;
// Seconds of this size are in the year 5138, milliseconds in 1973.
constexpr double kMilliseconds = 1e11;
constexpr double kMicroseconds = 1e14;

std::optional<std::int64_t> in_range(std::int64_t at) {
  if (at < kEarliest || at > kLatest) return std::nullopt;
  return at;
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  if (text.empty() ||
      text.find_first_not_of("0123456789.-+e") != std::string_view::npos)
    return std::nullopt;
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  if (std::abs(value) >= kMicroseconds)
    value /= 1000;
  else if (std::abs(value) < kMilliseconds)
    value *= 1000;
  if (std::abs(value) > 1e15) return std::nullopt;
  return in_range(static_cast<std::int64_t>(std::floor(value)));
}

// "+02:00", "-0530", "Z" at the end; taken off, in milliseconds.
std::int64_t take_offset(std::string_view& text) {
  if (text.ends_with('Z') || text.ends_with('z')) {
    text = text::trim_end(text.substr(0, text.size() - 1));
    return 0;
  }
  const std::size_t sign = text.find_last_of("+-");
  if (sign == std::string_view::npos || sign < 16) return 0;
  std::string digits;
  for (const char c : text.substr(sign + 1))
    if (c != ':') digits += c;
  if (digits.size() == 2) digits += "00";
  if (digits.size() != 4 ||
      digits.find_first_not_of("0123456789") != std::string::npos)
    return 0;
  const int hours = (digits[0] - '0') * 10 + digits[1] - '0';
  const int minutes = (digits[2] - '0') * 10 + digits[3] - '0';
  const bool west = text[sign] == '-';
  text = text::trim_end(text.substr(0, sign));
  return (west ? -1 : 1) * (hours * 60 + minutes) * std::int64_t{60000};
}

// ".123456" at the end; taken off, in milliseconds.
std::int64_t take_fraction(std::string_view& text) {
  const std::size_t dot = text.find_last_of(".,");
  if (dot == std::string_view::npos || dot < 16) return 0;
  std::string digits(text.substr(dot + 1));
  if (digits.empty() ||
      digits.find_first_not_of("0123456789") != std::string::npos)
    return 0;
  digits.resize(3, '0');
  text = text.substr(0, dot);
  return (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + digits[2] - '0';
}

using Words = std::map<std::string, std::string, std::less<>>;

std::optional<std::string> mapped(std::string_view text, const Words& words) {
  const auto it = words.find(word_of(text));
  if (it == words.end()) return std::nullopt;
  return it->second;
}

}  // namespace

std::optional<std::string> value_of(const store::LegacyRow& row,
                                    const Names& names) {
  for (const std::string_view name : names)
    if (const auto it = row.find(std::string(name));
        it != row.end() && !it->second.empty())
      return it->second;
  return std::nullopt;
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  text = text::trim(text);
  if (auto number = parse_number(text)) return number;
  const std::int64_t offset = take_offset(text);
  const std::int64_t fraction = take_fraction(text);
  std::string iso(text);
  if (iso.size() == 10) iso += " 00:00:00";
  if (iso.size() == 16) iso += ":00";
  const auto at = text::parse_iso_time(iso);
  if (!at) return std::nullopt;
  return in_range(*at + fraction - offset);
}

std::optional<std::int64_t> parse_count(std::string_view text) {
  text = text::trim(text);
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || value < 0) return std::nullopt;
  // A REAL column writes 12 as 12.0.
  const std::string_view rest(stop, static_cast<std::size_t>(end - stop));
  if (!rest.empty() && rest != ".0") return std::nullopt;
  return value;
}

std::string word_of(std::string_view text) {
  std::string out;
  for (const char c : text::trim(text))
    out += c == '_' || c == ' '
               ? '-'
               : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool is_yes(std::string_view text) {
  const std::string word = word_of(text);
  return word == "1" || word == "true" || word == "yes" || word == "resolved";
}

std::vector<std::string> parse_paths(const std::string& text) {
  std::vector<std::string> out;
  if (const auto json = json::parse(text); json && json->as_array()) {
    for (const json::Value& v : *json->as_array())
      if (v.as_string() && !v.as_string()->empty())
        out.push_back(*v.as_string());
    return out;
  }
  std::string commas = text;
  std::replace(commas.begin(), commas.end(), '\n', ',');
  return text::split_list(commas, ',');
}

std::string json_of(const std::optional<std::string>& text) {
  if (!text) return "{}";
  if (json::parse(*text)) return *text;
  return json::to_text(json::Object{{"text", *text}});
}

std::optional<std::string> feature_status(std::string_view text) {
  static const Words kWords = {
      {"in-progress", "in-progress"}, {"active", "in-progress"},
      {"open", "in-progress"},        {"started", "in-progress"},
      {"completed", "completed"},     {"complete", "completed"},
      {"done", "completed"},          {"merged", "completed"},
      {"archived", "archived"}};
  return mapped(text, kWords);
}

std::optional<std::string> agent_status(std::string_view text) {
  static const Words kWords = {
      {"active", "active"},       {"in-progress", "active"},
      {"working", "active"},      {"running", "active"},
      {"idle", "active"},         {"blocked", "blocked"},
      {"completed", "completed"}, {"complete", "completed"},
      {"done", "completed"}};
  return mapped(text, kWords);
}

std::optional<std::string> pull_request_status(std::string_view text) {
  return one_of(text, {"draft", "open", "approved", "merged", "closed"});
}

std::optional<std::string> test_status(std::string_view text) {
  static const Words kWords = {
      {"passed", "passed"}, {"pass", "passed"},     {"success", "passed"},
      {"failed", "failed"}, {"fail", "failed"},     {"failure", "failed"},
      {"error", "failed"},  {"skipped", "skipped"}, {"skip", "skipped"}};
  return mapped(text, kWords);
}

std::optional<std::string> one_of(std::string_view text, const Names& known) {
  const std::string word = word_of(text);
  if (std::find(known.begin(), known.end(), word) == known.end())
    return std::nullopt;
  return word;
}

}  // namespace orch::legacy
