// SPDX-License-Identifier: MIT
#include "text/words.h"

#include "error/error.h"

namespace orch::text {
namespace {

class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}

  std::vector<std::string> split() {
    while (!rest_.empty()) {
      const char c = take();
      if (c == ' ' || c == '\t' || c == '\n')
        end_word();
      else if (c == '\'')
        take_single();
      else if (c == '"')
        take_double();
      else if (c == '\\')
        take_escaped();
      else
        take_plain(c);
    }
    end_word();
    return std::move(words_);
  }

 private:
  char take() {
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }
  void add(char c) {
    word_ += c;
    in_word_ = true;
  }
  void end_word() {
    if (in_word_) words_.push_back(word_);
    word_.clear();
    in_word_ = false;
  }
  void take_plain(char c) {
    constexpr std::string_view kActs = "|&;<>()$`*?[";
    if (kActs.find(c) != std::string_view::npos ||
        (!in_word_ && (c == '~' || c == '#')))
      refuse(c);
    add(c);
  }
  void take_escaped() {
    if (rest_.empty()) throw Error(ErrorCode::Usage, "a '\\' at the end");
    add(take());
  }
  void take_single() {
    const std::size_t end = rest_.find('\'');
    if (end == std::string_view::npos) fail_open('\'');
    word_ += rest_.substr(0, end);
    in_word_ = true;
    rest_.remove_prefix(end + 1);
  }
  void take_double() {
    in_word_ = true;
    while (!rest_.empty()) {
      char c = take();
      if (c == '"') return;
      if (c == '$' || c == '`') refuse(c);
      constexpr std::string_view kEscaped = "\"\\$`";
      if (c == '\\' && !rest_.empty() &&
          kEscaped.find(rest_[0]) != std::string_view::npos)
        c = take();
      word_ += c;
    }
    fail_open('"');
  }
  [[noreturn]] static void fail_open(char quote) {
    throw Error(ErrorCode::Usage,
                std::string("an open quote ") + quote + " without its end");
  }
  [[noreturn]] static void refuse(char c) {
    throw Error(ErrorCode::Usage,
                std::string("'") + c + "' means something to a shell, and " +
                    "no shell reads this",
                "quote it, or name a script that has it");
  }

  std::string_view rest_;
  std::vector<std::string> words_;
  std::string word_;
  bool in_word_ = false;
};

}  // namespace

std::vector<std::string> split_words(std::string_view line) {
  return Words(line).split();
}

std::string shell_word(std::string_view word) {
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

std::string readable_word(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-";
  const bool is_plain =
      !word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos;
  return is_plain ? std::string(word) : shell_word(word);
}

}  // namespace orch::text
