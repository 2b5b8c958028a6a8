// SPDX-License-Identifier: MIT
#pragma once

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

// C++ sources as tokens: enough to tell code from text and from comments.
namespace orch::lint {

enum class Kind { Word, Number, String, Char, Symbol, Include, Comment };

struct Token {
  Kind kind;
  // Strings without their quotes; \" and \\ are resolved. Includes as they
  // stand: "x.h" or <x.h>, with the marks.
  std::string text;
  std::size_t line;

  bool is(Kind k, std::string_view t) const { return kind == k && text == t; }
  bool is(char symbol) const {
    return kind == Kind::Symbol && text[0] == symbol;
  }
};

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::vector<Token> run() {
    while (next_ < source_.size()) step();
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return next_ + ahead < source_.size() ? source_[next_ + ahead] : '\0';
  }

  char take() {
    const char c = source_[next_++];
    if (c == '\n') ++line_;
    return c;
  }

  static bool in_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  }

  void step() {
    const char c = peek();
    if (std::isspace(static_cast<unsigned char>(c)))
      take();
    else if (c == '/' && peek(1) == '/')
      until(Kind::Comment, "\n");
    else if (c == '/' && peek(1) == '*')
      until(Kind::Comment, "*/");
    else if (c == '"' || c == '\'')
      quoted(c);
    else if (std::isdigit(static_cast<unsigned char>(c)))
      number();
    else if (in_word(c))
      word();
    else
      tokens_.push_back({Kind::Symbol, std::string(1, take()), line_});
  }

  // Up to `end`, which is taken with it unless it is the end of the line.
  void until(Kind kind, std::string_view end) {
    const std::size_t line = line_;
    std::string text;
    while (next_ < source_.size() && source_.substr(next_, end.size()) != end)
      text += take();
    if (end != "\n")
      for (std::size_t i = 0; i < end.size() && next_ < source_.size(); ++i)
        text += take();
    tokens_.push_back({kind, text, line});
  }

  void quoted(char mark) {
    const std::size_t line = line_;
    std::string text;
    take();
    while (next_ < source_.size() && peek() != mark && peek() != '\n') {
      if (peek() == '\\') {
        if (peek(1) != '"' && peek(1) != '\\') text += peek();
        take();
      }
      if (next_ < source_.size()) text += take();
    }
    if (next_ < source_.size()) take();
    tokens_.push_back({mark == '"' ? Kind::String : Kind::Char, text, line});
  }

  void raw_string() {
    const std::size_t line = line_;
    take();
    std::string end = ")";
    while (next_ < source_.size() && peek() != '(') end += take();
    end += '"';
    take();
    std::string text;
    while (next_ < source_.size() && source_.substr(next_, end.size()) != end)
      text += take();
    for (std::size_t i = 0; i < end.size() && next_ < source_.size(); ++i)
      take();
    tokens_.push_back({Kind::String, text, line});
  }

  void number() {
    std::string text;
    while (in_word(peek()) || peek() == '.' ||
           (peek() == '\'' && in_word(peek(1))))
      text += take();
    tokens_.push_back({Kind::Number, text, line_});
  }

  void word() {
    std::string text;
    while (in_word(peek())) text += take();
    if (peek() == '"' && text.ends_with('R')) return raw_string();
    if (peek() == '"' && (text == "L" || text == "u" || text == "u8"))
      return quoted('"');
    if (text == "include" && !tokens_.empty() && tokens_.back().is('#')) {
      tokens_.pop_back();
      while (peek() == ' ') take();
      std::string name;
      while (next_ < source_.size() && peek() != '\n' && peek() != ' ')
        name += take();
      tokens_.push_back({Kind::Include, name, line_});
      return;
    }
    tokens_.push_back({Kind::Word, text, line_});
  }

  std::string_view source_;
  std::size_t next_ = 0;
  std::size_t line_ = 1;
  std::vector<Token> tokens_;
};

inline std::vector<Token> tokens_of(std::string_view source) {
  return Lexer(source).run();
}

// The same without comments, and with neighbouring strings as one.
inline std::vector<Token> code_of(std::string_view source) {
  std::vector<Token> out;
  for (Token& token : tokens_of(source)) {
    if (token.kind == Kind::Comment) continue;
    if (token.kind == Kind::String && !out.empty() &&
        out.back().kind == Kind::String)
      out.back().text += token.text;
    else
      out.push_back(std::move(token));
  }
  return out;
}

}  // namespace orch::lint
