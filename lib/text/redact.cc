// SPDX-License-Identifier: MIT
#include "text/redact.h"

#include <algorithm>

#include "text/case.h"

namespace orch::text {
namespace {

constexpr std::string_view kHidden = "***";
constexpr std::size_t kLongWord = 24;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter_or_digit(char c) {
  return is_upper(c) || is_lower(c) || is_digit(c);
}

// What stands between words. A colon and an equals sign are within them.
bool parts_words(char c) {
  return static_cast<unsigned char>(c) <= ' ' ||
         std::string_view("\"'`<>()[]{}|,;").find(c) != std::string_view::npos;
}

bool is_key_of_service(std::string_view word) {
  for (const std::string_view prefix :
       {"ghp_",   "gho_",  "ghs_",  "ghu_",  "ghr_",    "github_pat_",
        "glpat-", "sk-",   "pk-",   "xoxb-", "xoxp-",   "xoxa-",
        "xoxs-",  "xapp-", "AKIA",  "ASIA",  "AIza",    "ya29.",
        "eyJ",    "npm_",  "pypi-", "hf_",   "dop_v1_", "SG."})
    if (word.starts_with(prefix) && word.size() >= prefix.size() + 8)
      return true;
  return false;
}

// No word of a language, no path and no commit.
bool looks_random(std::string_view word) {
  if (word.size() < kLongWord) return false;
  const bool is_plain = std::all_of(word.begin(), word.end(), [](char c) {
    return is_letter_or_digit(c) || c == '_' || c == '-' || c == '+' ||
           c == '=';
  });
  return is_plain && std::any_of(word.begin(), word.end(), is_upper) &&
         std::any_of(word.begin(), word.end(), is_lower) &&
         std::any_of(word.begin(), word.end(), is_digit);
}

bool is_secret(std::string_view word) {
  return is_key_of_service(word) || looks_random(word);
}

bool is_mail_address(std::string_view word) {
  const std::size_t at = word.find('@');
  if (at == std::string_view::npos || at == 0) return false;
  const std::string_view host = word.substr(at + 1);
  // "git@host:path" is where a repository lies.
  return host.find('.') != std::string_view::npos &&
         host.find(':') == std::string_view::npos;
}

std::string redact_path(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view part =
        path.substr(path[0] == '/' ? 1 : 0, end - (path[0] == '/' ? 1 : 0));
    out += path[0] == '/' ? "/" : "";
    out += is_secret(part) ? kHidden : part;
    path.remove_prefix(end);
  }
  return out;
}

std::string redact_url(std::string_view url) {
  const std::size_t begin = url.find("://") + 3;
  std::string out(url.substr(0, begin));
  std::string_view rest = url.substr(begin);
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  // A password may hold a slash: what is before the last @ is none of ours.
  const std::size_t at = rest.rfind('@');
  if (at != std::string_view::npos) {
    out += kHidden;
    out += '@';
    rest.remove_prefix(at + 1);
  }
  const std::size_t slash =
      at == std::string_view::npos
          ? end
          : std::min(rest.find_first_of("/?#"), rest.size());
  const std::string_view host = rest.substr(0, slash);
  // No port, so the beginning of a password that is cut off here.
  const std::size_t colon = std::min(host.find(':'), host.size());
  if (!std::all_of(host.begin() + static_cast<std::ptrdiff_t>(
                                      std::min(colon + 1, host.size())),
                   host.end(), is_digit))
    return out + std::string(kHidden);
  out += host;
  rest.remove_prefix(slash);
  if (host.starts_with("hooks.") ||
      rest.find("webhook") != std::string_view::npos)
    return out + (rest.empty() ? "" : "/" + std::string(kHidden));
  const std::size_t query = std::min(rest.find_first_of("?#"), rest.size());
  out += redact_path(rest.substr(0, query));
  if (query < rest.size()) {
    out += rest[query];
    out += kHidden;
  }
  return out;
}

class Redactor {
 public:
  Redactor(std::string_view text, Addresses addresses)
      : rest_(text), addresses_(addresses) {}

  std::string run() {
    while (!rest_.empty()) {
      if (take_private_key()) continue;
      const auto word_end =
          std::find_if(rest_.begin(), rest_.end(), parts_words);
      const auto size = static_cast<std::size_t>(word_end - rest_.begin());
      if (size == 0) {
        between(rest_[0]);
        out_ += rest_[0];
        rest_.remove_prefix(1);
        continue;
      }
      word(rest_.substr(0, size));
      rest_.remove_prefix(size);
    }
    return std::move(out_);
  }

 private:
  bool take_private_key() {
    if (!rest_.starts_with("-----BEGIN ")) return false;
    const std::size_t line = std::min(rest_.find('\n'), rest_.size());
    if (rest_.substr(0, line).find("PRIVATE KEY") == std::string_view::npos)
      return false;
    const std::size_t end = rest_.find("-----END ");
    const std::size_t stop =
        end == std::string_view::npos
            ? rest_.size()
            : std::min(rest_.find('\n', end), rest_.size());
    out_ += kHidden;
    rest_.remove_prefix(stop);
    return true;
  }

  // A new line ends what a name has announced.
  void between(char c) {
    if (c == '\n') next_is_secret_ = is_named_ = false;
  }

  void word(std::string_view w) {
    if (w == ":" || w == "=") {
      next_is_secret_ = next_is_secret_ || is_named_;
      out_ += w;
      return;
    }
    if (next_is_secret_) {
      const std::string lower = text::lower(w);
      out_ += lower == "bearer" || lower == "basic" ? w : kHidden;
      next_is_secret_ = lower == "bearer" || lower == "basic";
      is_named_ = false;
      return;
    }
    is_named_ = false;
    if (w.find("://") != std::string_view::npos) {
      out_ += redact_url(w);
      return;
    }
    const std::size_t sign = w.find_first_of("=:");
    if (sign != std::string_view::npos && names_secret(w.substr(0, sign))) {
      out_ += w.substr(0, sign + 1);
      if (sign + 1 < w.size())
        out_ += kHidden;
      else
        next_is_secret_ = true;
      return;
    }
    if (names_secret(w)) is_named_ = true;
    const std::string lower = text::lower(w);
    if (lower == "bearer") next_is_secret_ = true;
    // "--token abc".
    if (w.starts_with("--") && is_named_) next_is_secret_ = true;
    const std::string_view value =
        sign == std::string_view::npos ? w : w.substr(sign + 1);
    if (is_secret(value))
      out_ += std::string(w.substr(0, w.size() - value.size())) +
              std::string(kHidden);
    else if (is_secret(w))
      out_ += kHidden;
    else if (addresses_ == Addresses::Hide && is_mail_address(w))
      out_ += std::string(kHidden) + "@" + std::string(kHidden);
    else
      out_ += redact_path(w);
  }

  std::string_view rest_;
  Addresses addresses_;
  std::string out_;
  bool is_named_ = false, next_is_secret_ = false;
};

}  // namespace

bool names_secret(std::string_view name) {
  const std::string lower = text::lower(name);
  for (const std::string_view part :
       {"token", "secret", "passw", "apikey", "api_key", "api-key", "authoriz",
        "cookie", "credential", "private", "extraheader", "signingkey", "oauth",
        "access_key", "access-key"})
    if (lower.find(part) != std::string::npos) return true;
  return false;
}

std::string redact(std::string_view text, Addresses addresses) {
  return Redactor(text, addresses).run();
}

}  // namespace orch::text
