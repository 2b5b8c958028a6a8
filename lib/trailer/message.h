// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// The parts of a commit message, found as git's trailer.c and wt-status.c do.
namespace orch::trailer {

struct Message {
  std::string_view text;     // all that git keeps: up to the scissors line
  std::string_view comment;  // what a comment starts with

  bool is_comment(std::string_view line) const {
    return line.starts_with(comment);
  }
};
Message parse(std::string_view bytes);

bool is_blank(std::string_view line);
bool is_sign_off(std::string_view line);

// The line that starts at `at`, with its newline if it has one.
std::string_view line_at(std::string_view text, std::size_t at);
// Where the line starts that ends at `end`.
std::size_t line_before(std::string_view text, std::size_t end);

// The end of the last line that is neither blank nor a comment, 0 for none.
std::size_t content_end(const Message& message);
// The same where only blank lines do not count.
std::size_t text_end(const Message& message);
// The end of the first paragraph, which is never trailers.
std::size_t title_end(const Message& message);

// The start of the trailers that end at `end`; `end` itself when the last
// paragraph is text.
std::size_t trailers_start(const Message& message, std::size_t end);

// The key of a trailer, in lower case; empty for another line.
std::string key_of(std::string_view line);

}  // namespace orch::trailer
