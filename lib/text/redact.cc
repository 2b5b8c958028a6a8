// SPDX-License-Identifier: MIT
#include "text/redact.h"

#include <algorithm>

#include "text/case.h"
#include "text/secret.h"

namespace orch::text {
namespace {

constexpr std::string_view kHidden = "***";
// Of a line, where the program of an option is looked for.
constexpr std::size_t kMostBefore = 4096;
constexpr std::size_t kNone = std::string_view::npos;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }
bool is_one_of(char c, std::string_view set) { return set.find(c) != kNone; }

// What stands between words. A colon and an equals sign are within them.
bool parts_words(char c) {
  return is_blank(c) || is_one_of(c, "\"'`<>()[]{}|,;");
}

bool is_mail_address(std::string_view word) {
  const std::size_t at = word.find('@');
  if (at == kNone || at == 0) return false;
  const std::string_view host = word.substr(at + 1);
  // "git@host:path" is where a repository lies.
  return host.find('.') != kNone && host.find(':') == kNone;
}

class Redactor {
 public:
  Redactor(std::string_view text, Addresses addresses)
      : text_(text), addresses_(addresses) {}

  std::string run() {
    while (at_ < text_.size()) {
      const std::size_t end = end_of_word(at_);
      if (end == at_)
        keep(at_ + 1);
      else
        word(end);
    }
    return std::move(out_);
  }

 private:
  void keep(std::size_t end) {
    out_ += text_.substr(at_, end - at_);
    at_ = end;
  }
  void hide(std::size_t end) {
    out_ += kHidden;
    at_ = end;
  }
  char peek(std::size_t at) const {
    return at < text_.size() ? text_[at] : '\0';
  }
  std::size_t end_of_word(std::size_t at) const {
    while (at < text_.size() && !parts_words(text_[at])) ++at;
    return at;
  }
  std::size_t end_of_line(std::size_t at) const {
    return std::min(text_.find('\n', at), text_.size());
  }
  std::size_t find_any(std::string_view set, std::size_t at) const {
    return std::min(text_.find_first_of(set, at), text_.size());
  }
  // Behind blanks of the line.
  std::size_t behind_blanks(std::size_t at) const {
    while (at < text_.size() && text_[at] != '\n' && is_blank(text_[at])) ++at;
    return at;
  }
  std::string_view line_before() const {
    const std::size_t newline = at_ == 0 ? kNone : text_.rfind('\n', at_ - 1);
    const std::size_t begin =
        std::max(newline == kNone ? 0 : newline + 1,
                 at_ - std::min<std::size_t>(at_, kMostBefore));
    return text_.substr(begin, at_ - begin);
  }

  // The rest of the line, blanks in front of it apart.
  void hide_line() {
    keep(behind_blanks(at_));
    const std::size_t end = end_of_line(at_);
    if (end > at_) hide(end);
  }

  // Behind the bracket that closes the one at `at`.
  std::size_t find_closing(std::size_t at) const {
    std::size_t depth = 0;
    for (; at < text_.size(); ++at) {
      if (text_[at] == '"') {
        at = find_quote(at, text_.size());
        if (at == kNone) return kNone;
      } else if (is_one_of(text_[at], "[{")) {
        ++depth;
      } else if (is_one_of(text_[at], "]}") && --depth == 0) {
        return at + 1;
      }
    }
    return kNone;
  }

  // The quote that closes the one at `at`.
  std::size_t find_quote(std::size_t at, std::size_t end) const {
    for (std::size_t i = at + 1; i < end; ++i) {
      if (text_[i] == '\\')
        ++i;
      else if (text_[i] == text_[at])
        return i;
    }
    return kNone;
  }

  bool ends_member(std::size_t at) const {
    at = behind_blanks(at);
    return at >= text_.size() || is_one_of(text_[at], ",]}\n");
  }

  // The value behind "name": and so to its end.
  void hide_member() {
    while (at_ < text_.size() && is_blank(text_[at_])) keep(at_ + 1);
    const char first = peek(at_);
    if (first == '[' || first == '{') {
      hide(std::min(find_closing(at_), text_.size()));
      return;
    }
    if (first == '"' || first == '\'') {
      const std::size_t end = find_quote(at_, end_of_line(at_));
      if (end != kNone && ends_member(end + 1)) {
        keep(at_ + 1);
        hide(end);
        keep(at_ + 1);
        return;
      }
    } else {
      // A number, true, false, null, or what was hidden before.
      const std::size_t end =
          std::min(text_.find_first_not_of("0123456789.+-eEtrufalsn*", at_),
                   text_.size());
      if (end > at_ && ends_member(end)) {
        hide(end);
        return;
      }
    }
    hide_line();
  }

  // The value behind name=: to the end of the line, and of what goes on behind
  // it.
  void hide_value() {
    const std::string_view before = line_before();
    const std::size_t indent =
        std::min(before.find_first_not_of(" \t"), before.size());
    const std::size_t begin = behind_blanks(at_), line = end_of_line(begin);
    std::string_view value = text_.substr(begin, line - begin);
    while (!value.empty() && is_blank(value.back())) value.remove_suffix(1);
    std::size_t end = line;
    if (!value.empty() && is_one_of(value[0], "[{")) {
      const std::size_t closing = find_closing(begin);
      if (closing != kNone)
        end = end_of_line(std::max(closing, line));
      else if (value.size() == 1)
        end = text_.size();
    } else if (!value.empty() && is_one_of(value[0], "\"'")) {
      if (find_quote(begin, line) == kNone)
        if (const std::size_t quote = find_quote(begin, text_.size());
            quote != kNone)
          end = end_of_line(quote);
    } else if (value.find_first_not_of("|>+-0123456789") == kNone) {
      // A block of YAML is deeper than its name.
      while (end < text_.size()) {
        const std::size_t next = behind_blanks(end + 1);
        if (next - end - 1 <= indent && peek(next) != '\n') break;
        if (next >= text_.size()) break;
        end = end_of_line(next);
      }
    }
    while (end < text_.size() && end > begin && text_[end - 1] == '\\')
      end = end_of_line(end + 1);
    keep(begin);
    if (end > at_) hide(end);
  }

  // After a name without a sign in it; false when nothing was taken.
  bool name(std::size_t end) {
    const std::string_view w = text_.substr(at_, end - at_);
    const char quote = at_ > 0 ? text_[at_ - 1] : ' ';
    const bool is_member = (quote == '"' || quote == '\'') &&
                           peek(end) == quote &&
                           (at_ < 2 || text_[at_ - 2] != '\\');
    std::size_t next = end;
    while (is_one_of(peek(next), "\"'`\\])")) ++next;
    next = behind_blanks(next);
    if (is_one_of(peek(next), "=:")) {
      keep(next + 1);
      if (peek(at_) == '>' || peek(at_) == '=') keep(at_ + 1);
      if (is_member)
        hide_member();
      else
        hide_value();
      return true;
    }
    if (w.find('/') != kNone) return false;
    if (names_secret_in_prose(w)) {
      keep(end);
      hide_line();
      return true;
    }
    // "key A1": a value, where "key of" is none.
    const std::size_t stop = end_of_word(next);
    if (next == end || stop == next) return false;
    const std::string_view value = text_.substr(next, stop - next);
    if (!std::any_of(value.begin(), value.end(), is_digit) &&
        !std::any_of(value.begin() + 1, value.end(), is_upper))
      return false;
    if (value.find_first_of("/:") != kNone) return false;
    keep(next);
    hide(stop);
    return true;
  }

  bool option(std::size_t end) {
    const std::size_t next = behind_blanks(end);
    const bool is_quoted = is_one_of(peek(next), "\"'");
    const std::size_t stop = end_of_word(next + (is_quoted ? 1U : 0U));
    const std::size_t name =
        name_before_secret(line_before(), text_.substr(at_, end - at_),
                           text_.substr(next, stop - next));
    if (name == 0) return false;
    keep(at_ + name);
    hide_line();
    return true;
  }

  // What has :// at `sign`.
  void url(std::size_t sign) {
    keep(sign + 3);
    const std::size_t line = end_of_line(at_);
    const std::size_t blank = std::min(find_any(" \t\r\v\f", at_), line);
    const std::size_t quote = std::min(find_any("\"'`<>", at_), blank);
    const std::size_t slash = std::min(find_any("/", at_), blank);
    const auto last_at = [&](std::size_t end) {
      const std::size_t found = text_.substr(at_, end - at_).rfind('@');
      return found == kNone ? 0 : at_ + found;
    };
    // A password may hold a slash: what is before the last @ is none of ours.
    if (const std::size_t at = std::max(last_at(slash), last_at(quote))) {
      // More than one address, so that nobody knows what belongs to which.
      const bool is_odd =
          text_.substr(at_, at - at_).find_first_of("\"'`<>=?#") != kNone;
      hide(at);
      if (is_odd) {
        at_ = line;
        return;
      }
      keep(at_ + 1);
    }
    const std::size_t host_end =
        std::min(find_any("/?#", at_), std::max(end_of_word(at_), at_));
    const std::string_view host = text_.substr(at_, host_end - at_);
    const std::size_t colon = std::min(host.find(':'), host.size());
    // No port, so the beginning of a password that is cut off here.
    if (!std::all_of(host.begin() + static_cast<std::ptrdiff_t>(
                                        std::min(colon + 1, host.size())),
                     host.end(), is_digit)) {
      hide(text_.substr(at_, line - at_).find('@') == kNone ? blank : line);
      return;
    }
    keep(host_end);
    const std::string_view rest = text_.substr(at_, std::max(quote, at_) - at_);
    if (host.starts_with("hooks.") || rest.find("webhook") != kNone) {
      if (!rest.empty()) {
        out_ += '/';
        hide(quote);
      }
      return;
    }
    const std::size_t word_end = end_of_word(at_);
    const std::size_t stop = std::min(find_any("\"<>", at_), blank);
    const std::size_t query = std::min(find_any("?#", at_), stop);
    const std::size_t path_end = std::min(query, word_end);
    out_ += redact_path(text_.substr(at_, path_end - at_));
    at_ = path_end;
    if (query < stop) {
      keep(at_ + 1);
      hide(std::max(stop, at_));
    }
  }

  // Keeps a name that something else than = and : follows: what addresses
  // write for them, or an arrow.
  bool announces(std::string_view w) {
    const auto other = std::find_if(w.begin(), w.end(), [](char c) {
      return c == '%' || static_cast<unsigned char>(c) >= 0x80;
    });
    const auto size = static_cast<std::size_t>(other - w.begin());
    if (size == w.size() || !names_secret(w.substr(0, size))) return false;
    keep(at_ + size);
    return true;
  }

  void word(std::size_t end) {
    const std::string_view w = text_.substr(at_, end - at_);
    if (announces(w)) {
      hide_line();
      return;
    }
    std::size_t begin = 0;
    for (std::size_t i = 0; i < w.size(); ++i) {
      if (w[i] != '=' && w[i] != ':') continue;
      if (w.substr(i).starts_with("://")) {
        url(at_ + i);
        return;
      }
      const std::string_view name = w.substr(begin, i - begin);
      if (names_secret(name)) {
        const std::size_t sign = at_ + i;
        // A key that ends like a name.
        if (looks_secret(name)) {
          keep(at_ + begin);
          hide(sign);
        }
        keep(sign + 1);
        hide_value();
        return;
      }
      begin = i + 1;
    }
    if (option(end)) return;
    if (names_secret(w) && name(end)) return;
    const std::size_t host = w.rfind('@');
    if (host != kNone && w.substr(0, host).find(':') != kNone) {
      hide(at_ + host);
      keep(end);
    } else if (addresses_ == Addresses::Hide && is_mail_address(w)) {
      out_ += std::string(kHidden) + "@" + std::string(kHidden);
      at_ = end;
    } else {
      values(end);
    }
    // "Basic dXNlcjpw" without a header's name.
    if (text::lower(w) == "basic") {
      const std::size_t next = behind_blanks(at_), stop = end_of_word(next);
      if (stop >= next + 6 &&
          std::any_of(
              text_.begin() + static_cast<std::ptrdiff_t>(next) + 1,
              text_.begin() + static_cast<std::ptrdiff_t>(stop),
              [](char c) { return is_upper(c) || is_digit(c) || c == '='; })) {
        keep(next);
        hide(stop);
      }
    }
  }

  // What the signs of a word part, each for itself.
  void values(std::size_t end) {
    const std::string_view w = text_.substr(at_, end - at_);
    if (looks_secret(w) && w.find_first_of("/:=") == kNone) {
      hide(end);
      return;
    }
    for (std::size_t begin = 0; begin < w.size();) {
      const std::size_t sign = std::min(w.find_first_of("=:", begin), w.size());
      out_ += redact_path(w.substr(begin, sign - begin));
      out_ += w.substr(sign, 1);
      begin = sign + 1;
    }
    at_ = end;
  }

  std::string_view text_;
  Addresses addresses_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string redact(std::string_view text, Addresses addresses) {
  // What is hidden can make its neighbour look like a secret, so that a text
  // is looked at until nothing changes; hostile ones end somewhere.
  constexpr int kMostLooks = 32;
  std::string out(text);
  for (int look = 0; look < kMostLooks; ++look) {
    const std::string without_keys = hide_private_keys(out);
    std::string again = Redactor(without_keys, addresses).run();
    if (again == out) break;
    out = std::move(again);
  }
  return out;
}

}  // namespace orch::text
