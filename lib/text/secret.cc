// SPDX-License-Identifier: MIT
#include "text/secret.h"

#include <algorithm>
#include <array>
#include <vector>

#include "text/case.h"
#include "text/redact.h"
#include "text/text.h"

namespace orch::text {
namespace {

constexpr std::string_view kHidden = "***";
constexpr std::size_t kMixedWord = 24;
constexpr std::size_t kLongWord = 32;
constexpr std::size_t kLineOfAKey = 40;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return is_upper(c) || is_lower(c); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_base64(char c) {
  return is_letter(c) || is_digit(c) ||
         std::string_view("+/=_-").find(c) != std::string_view::npos;
}

bool any(std::string_view word, bool (*is)(char)) {
  return std::any_of(word.begin(), word.end(), is);
}
bool all(std::string_view word, bool (*is)(char)) {
  return std::all_of(word.begin(), word.end(), is);
}
bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// The words of "dbPass", "DB_PASS" and "db-pass2": small, without the number.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> out(1);
  char before = '_';
  for (const char c : name) {
    if (is_upper(c) && is_lower(before)) out.emplace_back();
    if (is_letter(c))
      out.back() += lower(std::string_view(&c, 1));
    else if (!is_digit(c))
      out.emplace_back();
    before = c;
  }
  return out;
}

// How often small letters, capitals and digits take turns; "Path" and "aPath"
// count as a word of a language would.
std::size_t turns(std::string_view word) {
  std::size_t out = 0;
  for (std::size_t i = 1; i < word.size(); ++i) {
    const char a = word[i - 1], b = word[i];
    out += (is_lower(a) && is_upper(b)) || (is_letter(a) && is_digit(b)) ||
                   (is_digit(a) && is_letter(b))
               ? 1U
               : 0U;
  }
  return out;
}

bool is_key_of_service(std::string_view word) {
  // Nothing else begins so.
  for (const std::string_view prefix :
       {"ghp_",     "gho_",     "ghs_",     "ghu_",           "ghr_",
        "glpat-",   "glptt-",   "gldt-",    "glrt-",          "glcbt-",
        "glsoat-",  "glft-",    "whsec_",   "sk_live_",       "sk_test_",
        "rk_live_", "rk_test_", "pk_live_", "xoxb-",          "xoxp-",
        "xoxa-",    "xoxs-",    "xoxr-",    "xoxe.",          "xoxe-",
        "xapp-",    "shpat_",   "shpss_",   "dop_v1_",        "doo_v1_",
        "lin_api_", "sntrys_",  "tskey-",   "ya29.",          "github_pat_",
        "ATATT3",   "AIza",     "SG.",      "AGE-SECRET-KEY-"})
    if (const std::size_t at = word.find(prefix);
        at != std::string_view::npos && word.size() > at + prefix.size() &&
        (at == 0 || !is_letter(word[at - 1])))
      return true;
  for (const std::string_view prefix :
       {"sk-", "pk-", "AKIA", "ASIA", "eyJ", "npm_", "pypi-", "hf_", "hvs."})
    if (word.starts_with(prefix) && word.size() >= prefix.size() + 8)
      return true;
  return false;
}

// No word of a language and no commit.
bool looks_random(std::string_view word) {
  std::string rest;
  bool has_separator = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= word.size(); ++i) {
    if (i < word.size() && word[i] != '-' && word[i] != '_') continue;
    const std::string_view piece = word.substr(begin, i - begin);
    if (!is_object_id(piece)) rest += piece;
    has_separator = has_separator || i < word.size();
    begin = i + 1;
  }
  if (rest.size() < kMixedWord || !all(rest, is_base64) || !any(rest, is_digit))
    return false;
  if (any(rest, is_upper) && any(rest, is_lower)) return true;
  return word.size() >= kLongWord && any(rest, is_letter) &&
         (!has_separator || turns(rest) * 6 >= rest.size());
}

// The token of a bot of Discord, in three parts.
bool is_in_three_parts(const std::vector<std::string>& parts) {
  return parts.size() == 3 && parts[0].size() >= 18 && parts[1].size() >= 5 &&
         parts[1].size() <= 8 && parts[2].size() >= 25 &&
         std::all_of(parts.begin(), parts.end(),
                     [](const std::string& p) { return all(p, is_base64); });
}

// `-u bob:secret` of curl and the like: the program, its option.
struct Option {
  std::string_view program, option;
};
constexpr Option kOptions[] = {
    {"curl", "-u"},    {"curl", "-U"},     {"curl", "--user"},
    {"curl", "-b"},    {"sshpass", "-p"},  {"mysql", "-p"},
    {"mariadb", "-p"}, {"mongo", "-p"},    {"login", "-p"},
    {"zip", "-P"},     {"7z", "-p"},       {"redis-cli", "-a"},
    {"ldap", "-w"},    {"smbclient", "-U"}};

bool is_of_hex(std::string_view word, std::size_t size) {
  return word.size() == size && all(word, is_hex);
}

bool looks_secret_with_slashes(std::string_view word) {
  return word.size() >= kLongWord && holds(word, "/") && all(word, is_base64) &&
         any(word, is_upper) && any(word, is_lower) &&
         turns(word) * (word.starts_with('/') ? 4 : 6) >= word.size();
}

std::string_view trimmed(std::string_view line) {
  while (!line.empty() && static_cast<unsigned char>(line.front()) <= ' ')
    line.remove_prefix(1);
  while (!line.empty() && static_cast<unsigned char>(line.back()) <= ' ')
    line.remove_suffix(1);
  return line;
}

bool is_line_of_base64(std::string_view line) {
  const std::string_view body = trimmed(line);
  return !body.empty() && !is_object_id(body) && all(body, is_base64);
}

bool is_body_of_key(std::string_view line) {
  const std::string_view body = trimmed(line);
  return body.size() >= kLineOfAKey && is_line_of_base64(line) &&
         any(body, is_upper) && any(body, is_lower) &&
         turns(body) * (body.starts_with('/') ? 4 : 6) >= body.size();
}

// Bodies of keys whose first line is not there.
std::string hide_bodies(const std::string& text) {
  std::vector<std::string> lines = split(text, '\n');
  std::vector<bool> hides(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (is_body_of_key(lines[i])) {
      // The last line is shorter.
      for (hides[i] = true;
           i + 1 < lines.size() && is_line_of_base64(lines[i + 1]); ++i)
        hides[i + 1] = true;
    } else if (holds(lines[i], "-END ") && holds(lines[i], "PRIVATE KEY")) {
      hides[i] = true;
      for (std::size_t j = i; j > 0 && is_line_of_base64(lines[j - 1]); --j)
        hides[j - 1] = true;
    }
  }
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i)
    out += (i == 0 ? "" : "\n") +
           (hides[i] ? std::string(kHidden) : std::move(lines[i]));
  return out;
}

}  // namespace

bool is_object_id(std::string_view word) {
  return (word.size() == 40 || word.size() == 64) && all(word, is_hex);
}

bool names_secret(std::string_view name) {
  const std::string lower = text::lower(name);
  for (const std::string_view part :
       {"token", "secret", "passw", "passphrase", "passcode", "apikey",
        "api_key", "api-key", "cookie", "credential", "authoriz", "private",
        "session", "oauth", "accountkey", "extraheader", "signature",
        "access_key", "access-key"})
    if (holds(lower, part)) return true;
  for (const std::string& word : words_of(name)) {
    for (const std::string_view end :
         {"pass", "pwd", "key", "keys", "auth", "creds"})
      if (word.ends_with(end)) return true;
    for (const std::string_view whole : {"sig", "jwt", "bearer", "cred", "psk"})
      if (word == whole) return true;
  }
  return false;
}

bool names_secret_in_prose(std::string_view name) {
  if (!names_secret(name)) return false;
  if (name.starts_with('-') || holds(name, "_")) return true;
  const std::string lower = text::lower(name);
  constexpr std::array<std::string_view, 13> kWords = {
      "key",       "keys",    "session",    "sessions", "sig",
      "signature", "auth",    "signatures", "tokens",   "cookies",
      "private",   "secrets", "credentials"};
  return std::find(kWords.begin(), kWords.end(), lower) == kWords.end();
}

bool looks_secret(std::string_view word) {
  if (is_key_of_service(word)) return true;
  const std::vector<std::string> parts = split(word, '.');
  return is_in_three_parts(parts) ||
         std::any_of(parts.begin(), parts.end(), [](const std::string& part) {
           return looks_random(part);
         });
}

std::string redact_path(std::string_view path) {
  if (looks_secret_with_slashes(path)) return std::string(kHidden);
  std::string out;
  std::string_view before;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::size_t slash = path[0] == '/' ? 1 : 0;
    const std::string_view part = path.substr(slash, end - slash);
    out += path.substr(0, slash);
    // .git/objects/ab/…
    const bool is_object =
        is_of_hex(before, 2) && (is_of_hex(part, 38) || is_of_hex(part, 62));
    out += looks_secret(part) && !is_object ? kHidden : part;
    before = part;
    path.remove_prefix(end);
  }
  return out;
}

std::size_t name_before_secret(std::string_view before, std::string_view word,
                               std::string_view next) {
  if (word.size() < 2 || word[0] != '-') return 0;
  const std::string line = lower(before);
  for (const auto& [program, option] : kOptions)
    if (word.starts_with(option) && holds(line, program)) return option.size();
  const bool is_user =
      word == "-u" || word == "--user" || word == "--proxy-user";
  if (is_user && holds(next, ":")) return word.size();
  const bool is_joined = (word.starts_with("-u") && holds(word, ":")) ||
                         (word.starts_with("-p") && word.size() > 2);
  return is_joined ? 2 : 0;
}

std::string hide_private_keys(std::string_view text) {
  std::string out;
  while (true) {
    std::size_t begin = text.find("-BEGIN ");
    if (begin == std::string_view::npos) begin = text.find("- BEGIN ");
    const std::size_t line = std::min(text.find('\n', begin), text.size());
    if (begin == std::string_view::npos) break;
    if (!holds(text.substr(begin, line - begin), "PRIVATE KEY")) {
      out += text.substr(0, begin + 1);
      text.remove_prefix(begin + 1);
      continue;
    }
    while (begin > 0 && text[begin - 1] == '-') --begin;
    out += std::string(text.substr(0, begin)) + std::string(kHidden);
    // A key that is not ended here goes on to the end.
    std::size_t end = text.find("END ", line == begin ? begin : begin + 8);
    while (end != std::string_view::npos && text[end - 1] != '-' &&
           text[end - 1] != ' ')
      end = text.find("END ", end + 1);
    text.remove_prefix(end == std::string_view::npos
                           ? text.size()
                           : std::min(text.find('\n', end), text.size()));
  }
  return hide_bodies(out + std::string(text));
}

}  // namespace orch::text
