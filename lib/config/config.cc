// SPDX-License-Identifier: MIT
#include "config/config.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>

#include "error/error.h"
#include "git/git.h"
#include "text/case.h"
#include "text/text.h"

namespace orch::config {

Config Config::load(const Repository& repository) {
  // `--show-scope -z --list` prints scope NUL key LF value NUL.
  const process::Outcome outcome =
      git::run(repository, {.args = {"config", "--show-scope", "-z", "--list"},
                            .worktree = repository.worktree});
  if (!outcome.ok())
    throw Error(ErrorCode::Io,
                "cannot read git's configuration: " + git::message_of(outcome));
  const auto fields = text::split(outcome.output, '\0');
  Config config;
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    const std::string& pair = fields[i + 1];
    const std::size_t newline = pair.find('\n');
    // A key without a value is a true boolean (git-config(1)).
    const std::string value =
        newline == std::string::npos ? "true" : pair.substr(newline + 1);
    config.entries_[pair.substr(0, newline)].push_back({fields[i], value});
  }
  return config;
}

std::optional<std::string> Config::find(const std::string& key) const {
  const auto it = entries_.find(key);
  if (it == entries_.end()) return std::nullopt;
  return it->second.back().value;
}

std::string Config::text(const std::string& key,
                         const std::string& otherwise) const {
  return find(key).value_or(otherwise);
}

namespace {

bool boolean_of(const std::optional<std::string>& value, const std::string& key,
                bool otherwise) {
  if (!value) return otherwise;
  if (*value == "true" || *value == "yes" || *value == "on" || *value == "1")
    return true;
  if (*value == "false" || *value == "no" || *value == "off" || *value == "0" ||
      value->empty())
    return false;
  throw Error(ErrorCode::Usage,
              "bad boolean value '" + *value + "' for '" + key + "'");
}

}  // namespace

bool Config::flag(const std::string& key, bool otherwise) const {
  return boolean_of(find(key), key, otherwise);
}

bool Config::trusted_flag(const std::string& key, bool otherwise) const {
  return boolean_of(find_trusted(key), key, otherwise);
}

std::optional<std::uint64_t> Config::find_size(const std::string& key) const {
  const auto value = find(text::lower(key));
  if (!value) return std::nullopt;
  std::uint64_t number = 0;
  const char* const end = value->data() + value->size();
  const auto [unit, error] = std::from_chars(value->data(), end, number);
  int shift = 0;
  if (end - unit == 1) {
    const std::string_view units = "kmg";
    const auto at = units.find(static_cast<char>(std::tolower(*unit)));
    shift = at == std::string_view::npos ? 0 : 10 * (static_cast<int>(at) + 1);
  }
  const bool is_read =
      error == std::errc() && (end == unit || (end - unit == 1 && shift));
  if (!is_read || number > (std::numeric_limits<std::uint64_t>::max() >> shift))
    throw Error(ErrorCode::Usage, "bad value '" + *value + "' for " + key,
                "git config " + key + " 1m");
  return number << shift;
}

std::string Config::values_below(
    const std::vector<std::string>& prefixes) const {
  std::string out;
  for (const auto& [key, entries] : entries_) {
    const bool is_wanted = std::any_of(
        prefixes.begin(), prefixes.end(),
        [&name = key](const auto& p) { return name.starts_with(p); });
    if (!is_wanted) continue;
    out += key + '\n';
    for (const Entry& entry : entries) out += entry.value + '\0';
  }
  return out;
}

std::vector<std::string> Config::keys_below(const std::string& prefix) const {
  std::vector<std::string> out;
  for (auto it = entries_.lower_bound(prefix);
       it != entries_.end() && it->first.starts_with(prefix); ++it)
    out.push_back(it->first);
  return out;
}

std::optional<std::string> Config::find_trusted(const std::string& key) const {
  const auto it = entries_.find(key);
  if (it == entries_.end()) return std::nullopt;
  for (auto entry = it->second.rbegin(); entry != it->second.rend(); ++entry)
    if (entry->scope == "system" || entry->scope == "global" ||
        entry->scope == "command")
      return entry->value;
  return std::nullopt;
}

std::optional<std::string> Config::find_in(const std::string& key,
                                           const std::string& scope) const {
  const auto it = entries_.find(key);
  if (it == entries_.end()) return std::nullopt;
  for (auto entry = it->second.rbegin(); entry != it->second.rend(); ++entry)
    if (entry->scope == scope) return entry->value;
  return std::nullopt;
}

bool enable_worktree_scope(const Repository& repository) {
  const std::string shared = repository.common_dir + "/config";
  const std::string own = repository.common_dir + "/config.worktree";
  const auto get = [&](const char* key) {
    return git::run(repository, {.args = {"config", "--file", shared, key}});
  };
  if (text::trim(get("extensions.worktreeConfig").output) == "true")
    return false;
  // Before the switch, so that no reader sees a bare repository in between.
  for (const char* key : {"core.bare", "core.worktree"}) {
    const auto value = get(key);
    const std::string word(text::trim(value.output));
    if (!value.ok() || word == "false") continue;
    git::require(repository, {.args = {"config", "--file", own, key, word}});
    git::require(repository,
                 {.args = {"config", "--file", shared, "--unset", key}});
  }
  git::require(repository, {.args = {"config", "--file", shared,
                                     "extensions.worktreeConfig", "true"}});
  return true;
}

void set_in_worktree(const Repository& worktree, const std::string& key,
                     const std::optional<std::string>& value) {
  const std::string file = worktree.git_dir + "/config.worktree";
  if (value)
    git::require(worktree, {.args = {"config", "--file", file, key, *value}});
  else
    git::run(worktree, {.args = {"config", "--file", file, "--unset", key}});
}

void set_local(const Repository& repository,
               const std::vector<std::pair<std::string, std::string>>& values) {
  for (const auto& [key, value] : values) {
    const process::Outcome present =
        git::run(repository, {.args = {"config", "--local", "--get", key}});
    if (present.ok() && text::trim(present.output) == value) continue;
    git::require(repository, {.args = {"config", "--local", key, value}});
  }
}

std::string quoted_value(const std::string& value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out + "\"";
}

}  // namespace orch::config
