// SPDX-License-Identifier: MIT
#include "text/text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>

namespace orch::text {
namespace {

struct Decoded {
  char32_t point;
  std::size_t length;  // 0 when the bytes are not UTF-8
};

// One code point at `at`, by table 3-7 of the Unicode standard.
Decoded decode(std::string_view s, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned char>(s[at + i]);
  };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  std::size_t length = 0;
  char32_t point = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
    point = lead & 0x1FU;
  } else if ((lead & 0xF0) == 0xE0) {
    length = 3;
    point = lead & 0x0FU;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    point = lead & 0x07U;
  } else {
    return {0, 0};
  }
  if (at + length > s.size()) return {0, 0};
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {0, 0};
    point = (point << 6) | (byte(i) & 0x3FU);
  }
  const bool overlong =
      (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (overlong || surrogate || point > 0x10FFFF) return {0, 0};
  return {point, length};
}

bool is_bidi_control(char32_t p) {
  return (p >= 0x202A && p <= 0x202E) || (p >= 0x2066 && p <= 0x2069) ||
         p == 0x200E || p == 0x200F || p == 0x061C;
}

// Where some end a line and others do not.
bool is_separator(char32_t p) { return p == 0x2028 || p == 0x2029; }

bool is_zero_width(char32_t p) {
  return (p >= 0x0300 && p <= 0x036F) || (p >= 0x200B && p <= 0x200F) ||
         (p >= 0x1AB0 && p <= 0x1AFF) || (p >= 0x20D0 && p <= 0x20FF) ||
         (p >= 0xFE00 && p <= 0xFE0F) || p == 0xFEFF;
}

bool is_wide(char32_t p) {
  return (p >= 0x1100 && p <= 0x115F) || (p >= 0x2E80 && p <= 0xA4CF) ||
         (p >= 0xAC00 && p <= 0xD7A3) || (p >= 0xF900 && p <= 0xFAFF) ||
         (p >= 0xFE30 && p <= 0xFE6F) || (p >= 0xFF00 && p <= 0xFF60) ||
         (p >= 0xFFE0 && p <= 0xFFE6) || (p >= 0x1F300 && p <= 0x1F64F) ||
         (p >= 0x1F680 && p <= 0x1F6FF) || (p >= 0x1F900 && p <= 0x1F9FF) ||
         (p >= 0x20000 && p <= 0x3FFFD);
}

void append_escaped(std::string& out, char32_t p) {
  if (p == '\n') {
    out += "\\n";
  } else if (p == '\t') {
    out += "\\t";
  } else if (p == '\r') {
    out += "\\r";
  } else {
    std::array<char, 16> buffer{};
    const char* format = p < 0x100 ? "\\x%02x" : "\\u{%x}";
    std::snprintf(buffer.data(), buffer.size(), format,
                  static_cast<unsigned>(p));
    out += buffer.data();
  }
}

std::string escape(std::string_view bytes, bool keep_lines) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size();) {
    const Decoded d = decode(bytes, i);
    if (d.length == 0) {
      append_escaped(out, static_cast<unsigned char>(bytes[i]));
      ++i;
      continue;
    }
    const bool line = d.point == '\n' || d.point == '\t';
    const bool control = d.point < 0x20 ||
                         (d.point >= 0x7F && d.point < 0xA0) ||
                         is_bidi_control(d.point) || is_separator(d.point);
    if (control && !(keep_lines && line))
      append_escaped(out, d.point);
    else
      out.append(bytes, i, d.length);
    i += d.length;
  }
  return out;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = decode(bytes, i).length;
    if (length == 0) return false;
    i += length;
  }
  return true;
}

std::string to_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = decode(bytes, i).length;
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      ++i;
    } else {
      out.append(bytes, i, length);
      i += length;
    }
  }
  return out;
}

std::string printable(std::string_view bytes) { return escape(bytes, false); }

std::string printable_lines(std::string_view bytes) {
  return escape(bytes, true);
}

std::string indented(std::string_view bytes) {
  std::string shown = printable_lines(bytes), out;
  if (shown.ends_with('\n')) shown.pop_back();
  for (const std::string& line : split(shown, '\n'))
    out += "    " + line + "\n";
  return out;
}

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < utf8.size();) {
    const Decoded d = decode(utf8, i);
    if (d.length == 0) {
      ++width;
      ++i;
      continue;
    }
    if (!is_zero_width(d.point)) width += is_wide(d.point) ? 2 : 1;
    i += d.length;
  }
  return width;
}

std::string clip(std::string_view utf8, std::size_t columns) {
  if (display_width(utf8) <= columns) return std::string(utf8);
  if (columns == 0) return "";
  std::string out;
  std::size_t width = 0;
  for (std::size_t i = 0; i < utf8.size();) {
    const std::size_t length = std::max<std::size_t>(decode(utf8, i).length, 1);
    const std::string_view glyph = utf8.substr(i, length);
    const std::size_t next = width + display_width(glyph);
    if (next + 1 > columns) break;
    out += glyph;
    width = next;
    i += length;
  }
  return out + "…";
}

std::string cut(std::string_view utf8, std::size_t bytes) {
  constexpr std::string_view kCut = "…";
  if (utf8.size() <= bytes) return std::string(utf8);
  std::size_t end = 0;
  while (true) {
    const std::size_t next =
        end + std::max<std::size_t>(decode(utf8, end).length, 1);
    if (next + kCut.size() > bytes) break;
    end = next;
  }
  return std::string(utf8.substr(0, end)) + std::string(kCut);
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group <<= 8;
      if (k < left) group |= static_cast<unsigned char>(bytes[i + k]);
    }
    for (std::size_t k = 0; k < 4; ++k)
      out += k <= left ? kAlphabet[(group >> (18 - 6 * k)) & 0x3F] : '=';
  }
  return out;
}

std::string hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 0xF];
  }
  return out;
}

std::uint64_t hash(std::string_view bytes) {
  std::uint64_t hash = 1469598103934665603ULL;
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return hash;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  while (true) {
    const std::size_t end = text.find(separator, start);
    parts.emplace_back(text.substr(start, end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

std::vector<std::string> split_list(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (const std::string& part : split(text, separator)) {
    const std::string_view bare = trim(part);
    if (!bare.empty()) parts.emplace_back(bare);
  }
  return parts;
}

std::string join(const std::vector<std::string>& parts,
                 std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != parts.data()) out += separator;
    out += part;
  }
  return out;
}

std::string_view trim(std::string_view text) {
  static constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string_view trim_end(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

std::string count_of(std::size_t count, std::string_view singular) {
  std::string out = std::to_string(count) + " " + std::string(singular);
  if (count == 1) return out;
  return out + (out.ends_with("ch") || out.ends_with("x") ? "es" : "s");
}

std::string nearest(std::string_view name,
                    const std::vector<std::string>& known) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const std::string& candidate : known) {
    // Levenshtein's distance, one row at a time.
    std::vector<std::size_t> row(candidate.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < name.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i + 1;
      for (std::size_t j = 0; j < candidate.size(); ++j) {
        const std::size_t replace =
            diagonal + (name[i] == candidate[j] ? 0 : 1);
        diagonal = row[j + 1];
        row[j + 1] = std::min({row[j + 1] + 1, row[j] + 1, replace});
      }
    }
    // Names of which every letter differs are not near.
    const std::size_t longer = std::max(name.size(), candidate.size());
    if (row.back() < best_distance && row.back() < longer) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

bool is_spec_id(std::string_view id) {
  if (id.empty() || id.size() > 100) return false;
  const auto alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  if (!alphanumeric(id[0])) return false;
  for (const char c : id)
    if (!alphanumeric(c) && c != '.' && c != '_' && c != '-') return false;
  return id.find("..") == std::string_view::npos && !id.ends_with(".") &&
         !id.ends_with(".lock");
}

}  // namespace orch::text
