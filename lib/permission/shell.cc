// SPDX-License-Identifier: MIT
#include "permission/shell.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "text/text.h"

namespace orch::permission {
namespace {

constexpr int kDepth = 16;

constexpr std::array<std::string_view, 14> kReserved = {
    "{",  "}",  "!",     "if",    "then", "else", "elif",
    "do", "fi", "while", "until", "done", "time", "esac"};

template <typename List>
bool holds(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// One that runs another program, and what of its own stands before that.
struct Wrapper {
  std::string_view name;
  std::string_view with_value;  // options that take the next word
  int operands = 0;             // words of its own that are no options
};
constexpr std::array<Wrapper, 14> kWrappers = {
    {{"env", "-u -C -S"},
     {"nice", "-n"},
     {"ionice", "-c -n"},
     {"timeout", "-k -s", 1},
     {"nohup", ""},
     {"setsid", ""},
     {"sudo", "-u -g -C"},
     {"doas", "-u"},
     {"command", ""},
     {"builtin", ""},
     {"exec", "-a"},
     {"stdbuf", "-i -o -e"},
     {"chronic", ""},
     {"xargs", "-n -I -P -L -a -d"}}};
constexpr std::array<std::string_view, 6> kShells = {"sh",  "bash", "dash",
                                                     "zsh", "ksh",  "busybox"};

bool is_assignment(const std::string& word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos || equals == 0) return false;
  for (std::size_t i = 0; i < equals; ++i) {
    const auto c = static_cast<unsigned char>(word[i]);
    if (std::isalnum(c) == 0 && c != '_') return false;
  }
  return std::isdigit(static_cast<unsigned char>(word[0])) == 0;
}

void read(std::string_view script, int depth, std::vector<Command>& out);

// What a simple command runs in the end.
void unwrap(Command command, int depth, std::vector<Command>& out) {
  auto& words = command.words;
  const auto drop = [&] { words.erase(words.begin()); };
  const auto take_assignments = [&] {
    while (!words.empty() && is_assignment(words[0])) {
      const std::size_t equals = words[0].find('=');
      command.sets.emplace_back(words[0].substr(0, equals),
                                words[0].substr(equals + 1));
      drop();
    }
  };
  while (!words.empty() && holds(kReserved, words[0])) drop();
  take_assignments();
  for (;;) {
    const auto* wrapper =
        words.empty() ? kWrappers.end()
                      : std::find_if(kWrappers.begin(), kWrappers.end(),
                                     [&](const Wrapper& w) {
                                       return w.name == program_name(words[0]);
                                     });
    if (wrapper == kWrappers.end()) break;
    drop();
    const auto valued = text::split(wrapper->with_value, ' ');
    while (!words.empty() && words[0].starts_with('-')) {
      const bool takes = holds(valued, words[0]);
      drop();
      if (takes && !words.empty()) drop();
    }
    for (int i = 0; i < wrapper->operands && !words.empty(); ++i) drop();
    take_assignments();
  }
  if (words.empty()) {
    if (!command.sets.empty()) out.push_back(std::move(command));
    return;
  }
  const std::string program = program_name(words[0]);
  if (program == "eval")
    return read(text::join({words.begin() + 1, words.end()}, " "), depth + 1,
                out);
  if (holds(kShells, program))
    for (std::size_t i = 1; i + 1 < words.size(); ++i)
      if (words[i].starts_with('-') && !words[i].starts_with("--") &&
          words[i].find('c') != std::string::npos)
        return read(words[i + 1], depth + 1, out);
  out.push_back(std::move(command));
}

class Reader {
 public:
  Reader(std::string_view text, int depth, std::vector<Command>& out)
      : text_(text), depth_(depth), out_(out) {}

  // Up to the end, or behind the ")" that closes what was opened before.
  std::size_t run(bool nested) {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (nested && c == ')') {
        ++at_;
        break;
      }
      step(c);
    }
    end_command();
    return at_;
  }

 private:
  char peek(std::size_t ahead = 1) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void add(char c) {
    word_ += c;
    in_word_ = true;
  }
  void end_word() {
    if (!in_word_) return;
    if (next_ == Next::HereDocument)
      here_documents_.push_back(word_);
    else if (next_ == Next::Word)
      command_.words.push_back(word_);
    next_ = Next::Word;
    word_.clear();
    in_word_ = false;
  }
  void end_command() {
    end_word();
    next_ = Next::Word;
    if (!command_.words.empty()) unwrap(std::move(command_), depth_, out_);
    command_ = {};
  }

  void step(char c) {
    if (c == '\\') return escaped();
    if (c == '\'') return quoted();
    if (c == '"') return double_quoted();
    if (c == '$' && peek() == '(') return substituted();
    if (c == '`') return back_quoted();
    if (c == '#' && !in_word_) return skip_line();
    if (c == '\n') return end_line();
    if (c == ' ' || c == '\t' || c == '\r') {
      end_word();
      ++at_;
      return;
    }
    if (c == '<' || c == '>' || (c == '&' && peek() == '>')) return redirect();
    if (c == ';' || c == '&' || c == '|' || c == '(' || c == ')') {
      end_command();
      ++at_;
      return;
    }
    add(c);
    ++at_;
  }

  void escaped() {
    if (peek() != '\n' && at_ + 1 < text_.size()) add(text_[at_ + 1]);
    at_ += 2;
  }
  void quoted() {
    in_word_ = true;
    for (++at_; at_ < text_.size() && text_[at_] != '\''; ++at_)
      word_ += text_[at_];
    ++at_;
  }
  void double_quoted() {
    in_word_ = true;
    for (++at_; at_ < text_.size() && text_[at_] != '"';) {
      const char c = text_[at_];
      if (c == '$' && peek() == '(') {
        substituted();
      } else if (c == '`') {
        back_quoted();
      } else if (c == '\\' && at_ + 1 < text_.size()) {
        const char next = text_[at_ + 1];
        if (next == '"' || next == '\\' || next == '$' || next == '`')
          word_ += next;
        else if (next != '\n')
          word_.append({c, next});
        at_ += 2;
      } else {
        word_ += c;
        ++at_;
      }
    }
    ++at_;
  }

  // "$(" … ")", and "$((" … "))", which runs nothing.
  void substituted() {
    in_word_ = true;
    if (peek(2) == '(') {
      const std::size_t end = text_.find("))", at_);
      at_ = end == std::string_view::npos ? text_.size() : end + 2;
      return;
    }
    at_ += 2;
    inner();
  }
  void inner() {
    if (depth_ >= kDepth) {
      at_ = text_.size();
      return;
    }
    Reader nested(text_.substr(at_), depth_ + 1, out_);
    at_ += nested.run(true);
  }
  void back_quoted() {
    in_word_ = true;
    std::string script;
    for (++at_; at_ < text_.size() && text_[at_] != '`'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      script += text_[at_];
    }
    ++at_;
    read(script, depth_ + 1, out_);
  }

  void skip_line() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
  }
  void end_line() {
    end_command();
    ++at_;
    for (const std::string& delimiter : here_documents_)
      while (at_ < text_.size()) {
        const std::size_t end = std::min(text_.find('\n', at_), text_.size());
        const std::string_view line = text_.substr(at_, end - at_);
        at_ = std::min(end + 1, text_.size());
        if (text::trim(line) == delimiter) break;
      }
    here_documents_.clear();
  }
  // ">", ">>", "2>&1", "&>", "<<X", "<<<x", "<(…)".
  void redirect() {
    const bool number =
        std::all_of(word_.begin(), word_.end(),
                    [](unsigned char c) { return std::isdigit(c) != 0; });
    if (number) {
      word_.clear();
      in_word_ = false;
    }
    end_word();
    std::string sign;
    while (at_ < text_.size() &&
           std::string_view("<>&|").find(text_[at_]) != std::string_view::npos)
      sign += text_[at_++];
    if (at_ < text_.size() && text_[at_] == '(') {
      ++at_;
      return inner();
    }
    next_ = Next::Target;
    if (sign != "<<") return;
    next_ = Next::HereDocument;
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
  }

  enum class Next { Word, Target, HereDocument };

  std::string_view text_;
  int depth_;
  std::vector<Command>& out_;
  std::size_t at_ = 0;
  Command command_;
  std::string word_;
  bool in_word_ = false;
  Next next_ = Next::Word;  // what the next word is
  std::vector<std::string> here_documents_;
};

void read(std::string_view script, int depth, std::vector<Command>& out) {
  if (depth > kDepth) return;
  Reader(script, depth, out).run(false);
}

}  // namespace

std::string program_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::vector<Command> commands_of(std::string_view script) {
  std::vector<Command> out;
  read(script, 0, out);
  return out;
}

}  // namespace orch::permission
