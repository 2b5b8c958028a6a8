// SPDX-License-Identifier: MIT
#include "tasklist/page.h"

#include <optional>
#include <vector>

#include "error/error.h"
#include "tasklist/blocks.h"
#include "text/text.h"

namespace orch::tasklist {
namespace {

constexpr std::size_t kLevels = 64;
constexpr std::size_t kMembers = 256;

// Counts levels and members; what is wrong otherwise the library finds.
class Shape {
 public:
  Shape(std::string_view bytes, const std::string& file)
      : bytes_(bytes), file_(file) {}

  void check() {
    for (at_ = 0; at_ < bytes_.size(); ++at_) {
      const char c = bytes_[at_];
      if (c == '"')
        skip_string();
      else if (c == '{' || c == '[')
        open();
      else if ((c == '}' || c == ']') && !levels_.empty())
        levels_.pop_back();
      else if (c == ':' && !levels_.empty() && ++levels_.back() > kMembers)
        fail("object with more than 256 members");
    }
  }

 private:
  void skip_string() {
    for (++at_; at_ < bytes_.size() && bytes_[at_] != '"'; ++at_)
      if (bytes_[at_] == '\\') ++at_;
  }

  void open() {
    levels_.push_back(0);
    if (levels_.size() > kLevels) fail("nested more than 64 levels deep");
  }

  [[noreturn]] void fail(const std::string& what) const {
    std::size_t line = 1, start = 0;
    for (std::size_t i = 0; i < at_; ++i)
      if (bytes_[i] == '\n') {
        ++line;
        start = i + 1;
      }
    refuse(file_, line, at_ - start + 1, what);
  }

  std::string_view bytes_;
  const std::string& file_;
  std::size_t at_ = 0;
  std::vector<std::size_t> levels_;  // members so far
};

int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

// RFC 4648; absent when `text` is something else.
std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string_view digits = text;
  for (int i = 0; i < 2 && digits.ends_with('='); ++i) digits.remove_suffix(1);
  std::string out;
  unsigned bits = 0;
  int have = 0;
  for (const char c : digits) {
    const int value = value_of(c);
    if (value < 0) return std::nullopt;
    bits = (bits << 6 | static_cast<unsigned>(value)) & 0xFFFFU;
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out += static_cast<char>(bits >> have & 0xFFU);
  }
  return out;
}

}  // namespace

json::Value parse_page(std::string_view bytes, const std::string& file) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  Shape(bytes, file).check();
  if (auto value = json::parse(bytes)) return std::move(*value);
  throw Error(ErrorCode::Usage, file + ": not a JSON document in UTF-8");
}

std::string entry_place(const std::string& file, std::size_t number) {
  return file + ": entry " + std::to_string(number) + ": ";
}

std::string text_in(const json::Value& entry, const std::string& key,
                    const std::string& where) {
  const json::Value& value = entry[key];
  if (value.is_null()) return {};
  const std::string* text = value.as_string();
  if (!text)
    throw Error(ErrorCode::Usage, where + "'" + key + "' is not a text");
  if (const std::string* encoded = entry[key + "_b64"].as_string())
    if (const auto bytes = from_base64(*encoded);
        bytes && text::to_utf8(*bytes) == *text)
      return *bytes;
  return *text;
}

}  // namespace orch::tasklist
