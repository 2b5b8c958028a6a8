// SPDX-License-Identifier: MIT
#include "trailer/message.h"

#include <algorithm>
#include <utility>

namespace orch::trailer {
namespace {

constexpr std::string_view kScissors =
    " ------------------------ >8 ------------------------";
constexpr std::size_t kLongestPrefix = 16;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

std::string_view without_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
    line.remove_suffix(1);
  return line;
}

bool can_be_prefix(std::string_view text) {
  return !text.empty() && text.size() <= kLongestPrefix &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return is_space(c) || is_alnum(c); });
}

// Where the scissors line starts; npos when there is none.
std::size_t scissors_in(std::string_view bytes) {
  std::size_t at = bytes.find(kScissors);
  while (at != std::string_view::npos) {
    const std::size_t start = line_before(bytes, at + 1);
    const std::string_view line = line_at(bytes, start);
    if (at + kScissors.size() == start + without_end(line).size() &&
        can_be_prefix(bytes.substr(start, at - start)))
      return start;
    at = bytes.find(kScissors, start + line.size());
  }
  return at;
}

// What the lines of the last paragraph start with, when it can only be git's:
// one of them is the prefix alone, and it stands before two others. Else '#'.
std::string_view comment_of_last_paragraph(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0 && is_blank(line_at(text, line_before(text, end))))
    end = line_before(text, end);
  std::string_view bare;
  for (std::size_t at = end; at > 0 && bare.empty();) {
    at = line_before(text, at);
    const std::string_view line = line_at(text, at);
    if (is_blank(line) || line[0] == '#') return "#";
    if (can_be_prefix(without_end(line))) bare = without_end(line);
  }
  if (bare.empty()) return "#";
  std::size_t others = 0;
  for (std::size_t at = end; at > 0;) {
    at = line_before(text, at);
    const std::string_view line = line_at(text, at);
    if (is_blank(line)) break;
    if (!line.starts_with(bare)) return "#";
    const std::string_view rest = line.substr(bare.size());
    if (!rest.empty() && !is_space(rest[0])) return "#";
    if (!is_blank(rest)) ++others;
  }
  return others < 2 ? "#" : bare;
}

}  // namespace

Message parse(std::string_view bytes) {
  const std::size_t cut = scissors_in(bytes);
  if (cut == std::string_view::npos)
    return {bytes, comment_of_last_paragraph(bytes)};
  const std::string_view line = line_at(bytes, cut);
  return {bytes.substr(0, cut), line.substr(0, line.find(kScissors))};
}

bool is_blank(std::string_view line) {
  return std::all_of(line.begin(), line.end(), is_space);
}

bool is_sign_off(std::string_view line) {
  return line.starts_with("Signed-off-by: ");
}

std::string_view line_at(std::string_view text, std::size_t at) {
  const std::size_t newline = text.find('\n', at);
  return newline == std::string_view::npos ? text.substr(at)
                                           : text.substr(at, newline + 1 - at);
}

std::size_t line_before(std::string_view text, std::size_t end) {
  if (end < 2) return 0;
  return text.rfind('\n', end - 2) + 1;  // npos + 1 is 0
}

std::size_t content_end(const Message& message) {
  std::size_t end = message.text.size();
  while (end > 0) {
    const std::size_t at = line_before(message.text, end);
    const std::string_view line = message.text.substr(at, end - at);
    if (!is_blank(line) && !message.is_comment(line)) break;
    end = at;
  }
  return end;
}

std::size_t text_end(const Message& message) {
  std::size_t end = message.text.size();
  while (end > 0) {
    const std::size_t at = line_before(message.text, end);
    if (!is_blank(message.text.substr(at, end - at))) break;
    end = at;
  }
  return end;
}

std::size_t title_end(const Message& message) {
  bool inside = false;
  std::size_t at = 0;
  while (at < message.text.size()) {
    const std::string_view line = line_at(message.text, at);
    const bool blank = is_blank(line);
    if (blank && inside) break;
    inside |= !blank && !message.is_comment(line);
    at += line.size();
  }
  return at;
}

std::size_t trailers_start(const Message& message, std::size_t end) {
  const std::size_t title = title_end(message);
  std::size_t trailers = 0, others = 0, folded = 0;
  bool gits_own = false;
  for (std::size_t next = end; next > title;) {
    const std::size_t at = line_before(message.text, next);
    const std::string_view line = message.text.substr(at, next - at);
    if (message.is_comment(line)) {
      others += std::exchange(folded, 0);
    } else if (is_blank(line)) {
      others += folded;
      const bool all = trailers > 0 && others == 0;
      return all || (gits_own && trailers * 3 >= others) ? next : end;
    } else if (is_sign_off(line) ||
               line.starts_with("(cherry picked from commit ")) {
      ++trailers;
      folded = 0;
      gits_own = true;
    } else if (!key_of(line).empty()) {
      ++trailers;
      folded = 0;
    } else if (is_space(line[0])) {
      ++folded;
    } else {
      others += 1 + std::exchange(folded, 0);
    }
    next = at;
  }
  return end;
}

std::string key_of(std::string_view line) {
  std::size_t size = 0;
  while (size < line.size() && (is_alnum(line[size]) || line[size] == '-'))
    ++size;
  std::size_t colon = size;
  while (colon < line.size() && (line[colon] == ' ' || line[colon] == '\t'))
    ++colon;
  if (size == 0 || colon == line.size() || line[colon] != ':') return "";
  std::string key(line.substr(0, size));
  for (char& c : key)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return key;
}

}  // namespace orch::trailer
