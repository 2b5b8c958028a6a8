// SPDX-License-Identifier: MIT
#include "predict/settings.h"

#include <algorithm>
#include <string_view>

#include "file/file.h"
#include "git/git.h"
#include "text/text.h"

namespace orch::predict {
namespace {

// Settings of [merge] that change how a merge is shown or started only.
const std::set<std::string_view> kHarmlessMerge = {
    "merge.autostash", "merge.branchdesc",       "merge.defaulttoupstream",
    "merge.ff",        "merge.guitool",          "merge.log",
    "merge.stat",      "merge.suppressdest",     "merge.tool",
    "merge.verbosity", "merge.verifysignatures",
};
const std::set<std::string_view> kDiffThatCounts = {
    "diff.renames", "diff.renamelimit", "diff.algorithm"};
const std::set<std::string_view> kHarmlessExtensions = {
    "extensions.noop", "extensions.preciousobjects",
    "extensions.relativeworktrees", "extensions.worktreeconfig"};

bool is_driver(std::string_view key) {  // merge.<name>.driver
  return std::count(key.begin(), key.end(), '.') > 1;
}

bool counts(std::string_view key, std::string_view value) {
  if (key.starts_with("merge."))
    return !is_driver(key) && !kHarmlessMerge.contains(key);
  if (key.starts_with("diff.")) return kDiffThatCounts.contains(key);
  if (key == "extensions.objectformat") return value != "sha1";
  if (key == "extensions.refstorage") return value != "files";
  if (key.starts_with("extensions.")) return !kHarmlessExtensions.contains(key);
  if (key.starts_with("remote."))
    return key.ends_with(".promisor") || key.ends_with(".partialclonefilter");
  return key == "attr.tree";
}

std::optional<std::string> setting_that_counts(const Repository& repository,
                                               const std::string& worktree) {
  const auto list = git::run(
      repository, {.args = {"config", "--list", "-z"}, .worktree = worktree});
  if (!list.ok()) return "configuration unreadable";
  std::string_view rest = list.output;
  while (!rest.empty()) {
    const std::string_view entry = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
    const std::string_view key = entry.substr(0, entry.find('\n'));
    const std::string_view value =
        entry.substr(std::min(entry.size(), key.size() + 1));
    if (counts(key, value)) return "setting " + std::string(key);
  }
  return std::nullopt;
}

bool has_replaced_objects(const std::string& directory) {
  if (!file::names_in(directory + "/refs/replace").empty()) return true;
  const auto packed = file::find_contents(directory + "/packed-refs");
  return packed && packed->find(" refs/replace/") != std::string::npos;
}

std::optional<std::string> what_rewrites(const Repository& repository) {
  const std::string& directory = repository.common_dir;
  if (file::exists(directory + "/shallow")) return "shallow history";
  if (file::exists(directory + "/info/grafts")) return "grafts";
  if (has_replaced_objects(directory)) return "replaced objects";
  return std::nullopt;
}

}  // namespace

bool rewrites_history(const Repository& repository) {
  return what_rewrites(repository).has_value();
}

std::optional<std::string> obstacle(const Repository& repository) {
  auto reason = what_rewrites(repository);
  if (!reason) reason = setting_that_counts(repository, "");
  // A linked worktree may have settings of its own.
  if (!reason && repository.is_linked_worktree() &&
      !repository.worktree.empty())
    reason = setting_that_counts(repository, repository.worktree);
  return reason;
}

std::optional<std::set<std::string>> with_merge_attribute(
    const Repository& repository, const git::Quarantine& quarantine,
    const std::set<std::string>& paths) {
  std::set<std::string> out;
  if (paths.empty()) return out;
  std::string input;
  for (const std::string& path : paths) input += path + '\0';
  // Without an index: a merge of commits reads none for attributes either.
  const auto answer = git::run(
      repository, {.args = {"check-attr", "--stdin", "-z", "merge"},
                   .worktree = repository.worktree,
                   .input = input,
                   .environment = {{"GIT_INDEX_FILE",
                                    quarantine.directory() + "/no-index"}}});
  if (!answer.ok()) return std::nullopt;
  const auto fields = text::split(answer.output, '\0');
  if (fields.size() < 3 * paths.size()) return std::nullopt;
  for (std::size_t i = 0; i + 2 < fields.size(); i += 3)
    if (fields[i + 2] != "unspecified") out.insert(fields[i]);
  return out;
}

}  // namespace orch::predict
