// SPDX-License-Identifier: MIT
#include "testrun/content.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "config/config.h"
#include "error/error.h"
#include "git/git.h"
#include "git/open_work.h"
#include "text/text.h"

namespace orch::testrun {
namespace {

constexpr std::uint64_t kEachFile = std::uint64_t{16} << 20;
constexpr std::uint64_t kAllFiles = std::uint64_t{256} << 20;

git::OpenWorkLimits limits_of(const Repository& repository) {
  return {.each = kEachFile,
          .all = kAllFiles,
          .settings = config::Config::load(repository)
                          .values_below({"core.", "filter.", "extensions."})};
}

std::string ask(const Repository& repository,
                const git::Environment& environment,
                const std::vector<std::string>& args,
                const std::string& input = {}) {
  return git::require(
      repository, {.args = args, .input = input, .environment = environment});
}

std::string tree_of(const Repository& repository,
                    const git::Environment& environment,
                    const std::string& commit) {
  return std::string(text::trim(
      ask(repository, environment,
          {"rev-parse", "--verify", "--end-of-options", commit + "^{tree}"})));
}

// "mode type id" by path.
std::map<std::string, std::string> entries_of(
    const Repository& repository, const git::Environment& environment,
    const std::string& tree, const std::vector<std::string>& paths = {}) {
  std::vector<std::string> args = {"--literal-pathspecs", "ls-tree", "-r", "-z",
                                   "--full-tree",         tree};
  if (!paths.empty()) {
    args.emplace_back("--");
    args.insert(args.end(), paths.begin(), paths.end());
  }
  std::map<std::string, std::string> out;
  for (const std::string& entry :
       text::split(ask(repository, environment, args), '\0'))
    if (const std::size_t tab = entry.find('\t'); tab != std::string::npos)
      out[entry.substr(tab + 1)] = entry.substr(0, tab);
  return out;
}

}  // namespace

Worktree::Worktree(const Repository& repository, std::string top,
                   const std::vector<std::string>& reports)
    : repository_(repository), top_(std::move(top)), quarantine_(repository) {
  // From the top; what lies elsewhere is no part of the tree.
  for (const std::string& report : reports) {
    namespace fs = std::filesystem;
    const std::string path = (fs::path(report).is_absolute()
                                  ? fs::path(report).lexically_relative(top_)
                                  : fs::path(report).lexically_normal())
                                 .string();
    if (!path.empty() && path != "." && path != ".." &&
        !path.starts_with("../"))
      reports_.push_back(path);
  }
  content_ = read(quarantine_);
}

Content Worktree::read(const git::Quarantine& quarantine) const {
  const auto here = repository::find(top_);
  if (!here || here->common_dir != repository_.common_dir)
    return {.why = "'" + top_ + "' is no worktree of this repository"};
  const auto before = git::find_commit(*here, "HEAD");
  const auto work =
      git::read_open_work(repository_, quarantine, {top_}, limits_of(*here))
          .at(0);
  Content out{.commit = before};
  if (!before || work.commit.empty()) {
    out.why = work.reason;
    return out;
  }
  if (!work.left_out.empty()) {
    out.dirty = true;
    out.why = "'" + text::printable(work.left_out[0]) +
              "' is too large to be looked at";
    return out;
  }
  if (work.commit == *before) {
    out.tree = tree_of(repository_, {}, *before);
    return out;
  }
  const std::string tree = without_reports(quarantine, work.commit, *before);
  out.dirty = tree != tree_of(repository_, {}, *before);
  out.tree = tree;
  return out;
}

// The tree of `work`; reports that are only in the worktree are taken out, or
// no run would ever be of the same tree as the one before it.
std::string Worktree::without_reports(const git::Quarantine& quarantine,
                                      const std::string& work,
                                      const std::string& head) const {
  git::Environment environment = quarantine.environment();
  const std::string tree = tree_of(repository_, environment, work);
  if (reports_.empty()) return tree;
  const auto tracked = entries_of(repository_, {}, head, reports_);
  std::string removals;
  for (const auto& [path, entry] :
       entries_of(repository_, environment, tree, reports_))
    if (!tracked.contains(path))
      removals += "0 " + git::zero_id(tree) + "\t" + path + '\0';
  if (removals.empty()) return tree;
  environment.emplace_back("GIT_INDEX_FILE",
                           quarantine.directory() + "/without-reports");
  ask(repository_, environment, {"read-tree", tree});
  ask(repository_, environment, {"update-index", "-z", "--index-info"},
      removals);
  return std::string(text::trim(ask(repository_, environment, {"write-tree"})));
}

std::vector<std::string> Worktree::changes() const {
  const git::Quarantine quarantine(repository_);
  const Content now = read(quarantine);
  std::vector<std::string> out;
  if (now.commit != content_.commit) out.emplace_back("HEAD");
  if (!content_.tree || now.tree == content_.tree) return out;
  if (!now.tree) return {now.why};
  const auto before =
      entries_of(repository_, quarantine_.environment(), *content_.tree);
  const auto after =
      entries_of(repository_, quarantine.environment(), *now.tree);
  for (const auto& [path, entry] : before)
    if (const auto it = after.find(path);
        it == after.end() || it->second != entry)
      out.push_back(path);
  return out;
}

Content content_of(const Repository& repository, const std::string& revision) {
  const auto id = git::find_commit(repository, revision);
  if (!id)
    throw Error(ErrorCode::UnknownName,
                "there is no commit '" + text::printable(revision) + "'");
  return {.commit = *id, .tree = tree_of(repository, {}, *id)};
}

}  // namespace orch::testrun
