// SPDX-License-Identifier: MIT
#include "agent/saved_work.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <set>

#include "agent/open_work.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "git/merge.h"
#include "text/text.h"

namespace orch::agent {
namespace {

constexpr int kPatienceMs = 600'000;

constexpr int kAddTries = 3;

using Variables = std::vector<std::pair<std::string, std::string>>;

const Variables kOurName = {{"GIT_AUTHOR_NAME", "git orch"},
                            {"GIT_AUTHOR_EMAIL", "orch@localhost"},
                            {"GIT_COMMITTER_NAME", "git orch"},
                            {"GIT_COMMITTER_EMAIL", "orch@localhost"}};

std::vector<std::string> split_nul(const std::string& bytes) {
  auto out = text::split(bytes, '\0');
  if (!out.empty() && out.back().empty()) out.pop_back();
  return out;
}

// A copy of the user's index. git trusts an entry whose file is older than the
// index; a copy that is younger than the original would make it trust a file
// that was changed in the same tick, so it keeps the original's time.
void copy_index(const Repository& here, const std::string& to) {
  const std::string from = here.git_dir + "/index";
  struct stat before {};
  if (::stat(from.c_str(), &before) != 0) {
    if (errno == ENOENT) return;  // before the first git-add(1)
    throw io_error("cannot read '" + from + "'", errno);
  }
  const auto bytes = file::find_contents(from);
  if (!bytes) return;
  file::write_atomically(to, *bytes);
  const timespec times[2] = {before.st_atim, before.st_mtim};
  if (::utimensat(AT_FDCWD, to.c_str(), times, 0) != 0)
    throw io_error("cannot set the time of '" + to + "'", errno);
}

// Runs git in the top of a worktree on one private index.
class PrivateIndex {
 public:
  PrivateIndex(const Repository& here, std::string file)
      : here_(here), file_(std::move(file)) {
    copy_index(here_, file_);
  }

  std::string require(const std::vector<std::string>& args,
                      const std::string& input = {}) const {
    return require_carefully(here_, call(args, input));
  }
  process::Outcome run(const std::vector<std::string>& args,
                       const std::string& input = {}) const {
    return run_carefully(here_, call(args, input));
  }
  std::string tree() const {
    return std::string(text::trim(require({"write-tree"})));
  }

 private:
  git::Call call(const std::vector<std::string>& args,
                 const std::string& input) const {
    return {.args = args,
            .worktree = here_.worktree,
            .input = input,
            .environment = {{"GIT_INDEX_FILE", file_}}};
  }

  const Repository& here_;
  std::string file_;
};

// A tree has no stages: of a path in conflict, our side stands for it, else
// theirs. All three are reachable from HEAD and the commit that is merged.
void settle_unmerged(const PrivateIndex& index) {
  std::set<std::string> seen;
  std::string input;
  std::vector<std::string> by_choice[4];
  for (const std::string& entry :
       split_nul(index.require({"ls-files", "--unmerged", "-z"}))) {
    const std::size_t tab = entry.find('\t');
    if (tab == std::string::npos || tab < 2) continue;
    const int stage = entry[tab - 1] - '0';
    if (stage >= 1 && stage <= 3) by_choice[stage].push_back(entry);
  }
  for (const int stage : {2, 3, 1})
    for (const std::string& entry : by_choice[stage]) {
      const std::size_t tab = entry.find('\t');
      const std::string path = entry.substr(tab + 1);
      if (!seen.insert(path).second) continue;
      // "<mode> <id> <stage>": without its stage, it replaces all stages.
      const std::string what = entry.substr(0, tab - 2);
      const std::string id = what.substr(what.find(' ') + 1);
      input += "0 " + git::zero_id(id) + "\t" + path + '\0';
      input += what + "\t" + path + '\0';
    }
  if (!input.empty())
    index.require({"update-index", "-z", "--index-info"}, input);
}

// A bad disk is not the absence of a file.
bool is_there(const std::string& path) {
  struct stat s {};
  if (::lstat(path.c_str(), &s) == 0) return true;
  if (errno != ENOENT && errno != ENOTDIR)
    throw io_error("cannot look at '" + path + "'", errno);
  return false;
}

// Entries that git was told not to compare (git-update-index(1)): what is
// changed in their files is work all the same. Where there is no file, as in a
// sparse checkout, there is none.
void look_at_hidden(const Repository& here, const PrivateIndex& index) {
  std::string paths;
  for (const std::string& entry :
       split_nul(index.require({"ls-files", "-v", "-z"}))) {
    constexpr std::size_t kTag = 2;  // "S <path>", in lower case "h <path>"
    const bool is_hidden =
        entry[0] == 'S' || (entry[0] >= 'a' && entry[0] <= 'z');
    if (is_hidden && is_there(here.worktree + "/" + entry.substr(kTag)))
      paths += entry.substr(kTag) + '\0';
  }
  if (paths.empty()) return;
  for (const char* shown : {"--no-skip-worktree", "--no-assume-unchanged"})
    index.require({"update-index", shown, "-z", "--stdin"}, paths);
}

// What can be added: everything but nested repositories, of which git would
// record a commit that is in none of our objects, or fail.
void add_everything(const Repository& here, const PrivateIndex& index) {
  std::string paths = std::string(":/") + '\0';
  for (const std::string& nested : nested_repositories(here))
    paths +=
        ":(top,exclude,literal)" + nested.substr(0, nested.size() - 1) + '\0';
  for (int tries = 1;; ++tries) {
    const auto outcome =
        index.run({"add", "--all", "--sparse", "--pathspec-from-file=-",
                   "--pathspec-file-nul"},
                  paths);
    if (outcome.ok()) return;
    // Somebody may just be writing there.
    if (tries == kAddTries)
      throw Error(ErrorCode::Io, "cannot save the work in '" + here.worktree +
                                     "': " + git::message_of(outcome));
  }
}

std::string commit_tree(const Repository& here, const std::string& tree,
                        const std::vector<std::string>& parents,
                        const std::string& message) {
  std::vector<std::string> args = {"commit-tree", tree};
  for (const std::string& parent : parents)
    args.insert(args.end(), {"-p", parent});
  args.insert(args.end(), {"-F", "-"});
  return std::string(
      text::trim(require_carefully(here, {.args = args,
                                          .worktree = here.worktree,
                                          .input = message,
                                          .environment = kOurName})));
}

}  // namespace

process::Outcome run_carefully(const Repository& here, git::Call call) {
  call.args.insert(
      call.args.begin(),
      {"-c", "core.hooksPath=/dev/null", "-c", "core.safecrlf=false", "-c",
       "core.splitIndex=false", "-c", "core.fsmonitor=false", "-c",
       "core.fsync=committed", "-c", "core.fsyncMethod=batch", "-c",
       "submodule.recurse=false", "-c", "i18n.commitEncoding=UTF-8"});
  // A pipe in the place of one of git's own files has nobody at its other end.
  call.timeout_ms = kPatienceMs;
  return git::run(here, call);
}

std::string require_carefully(const Repository& here, const git::Call& call) {
  process::Outcome outcome = run_carefully(here, call);
  if (outcome.ok()) return std::move(outcome.output);
  throw Error(ErrorCode::Io, "git " + call.args.at(0) +
                                 " failed: " + git::message_of(outcome));
}

SavedWork save_work(const Repository& here, const std::string& scratch,
                    const std::string& message) {
  SavedWork out;
  const PrivateIndex staged(here, scratch + "/staged");
  settle_unmerged(staged);
  out.index_tree = staged.tree();
  out.index_file = scratch + "/work";
  const PrivateIndex work(here, out.index_file);
  look_at_hidden(here, work);
  add_everything(here, work);
  out.tree = work.tree();

  std::string head = git::find_commit(here, "HEAD").value_or("");
  if (head.empty())
    out.base_tree = std::string(text::trim(
        git::require(here, {.args = {"mktree"}, .worktree = here.worktree})));
  else
    out.base_tree = std::string(text::trim(
        git::require(here, {.args = {"rev-parse", "--verify", head + "^{tree}"},
                            .worktree = here.worktree})));
  if (!out.differs()) return out;
  // A stand-in while there is no commit, so that parents mean the same always.
  if (head.empty())
    head = commit_tree(here, out.base_tree, {}, "no commit yet\n");
  const std::string index =
      commit_tree(here, out.index_tree, {head}, "index of a " + message);
  out.commit = commit_tree(here, out.tree, {head, index}, message);
  return out;
}

bool has_open_work(const Repository& repository, const std::string& worktree) {
  const auto here = repository::find(worktree);
  if (!here || here->worktree.empty()) return true;
  const git::Quarantine scratch(repository);  // for indexes alone
  return save_work(*here, scratch.directory(), "open work\n").differs();
}

std::vector<std::string> saved_paths(const Repository& repository,
                                     const std::string& commit) {
  std::set<std::string> paths;
  for (const char* side : {"", "^2"}) {
    if (*side && !git::find_commit(repository, commit + side)) continue;
    for (const Change& c :
         changes_between(repository, commit + "^1", commit + side))
      paths.insert(c.path);
  }
  return {paths.begin(), paths.end()};
}

std::vector<std::string> nested_repositories(const Repository& here) {
  std::vector<std::string> out;
  for (std::string& path : split_nul(git::require(
           here, {.args = {"ls-files", "--others", "--exclude-standard", "-z"},
                 .worktree = here.worktree})))
    if (path.ends_with('/')) out.push_back(std::move(path));
  return out;
}

bool has_unmerged(const Repository& here) {
  return !git::require(here, {.args = {"ls-files", "--unmerged", "-z"},
                              .worktree = here.worktree})
              .empty();
}

std::vector<Change> changes_between(const Repository& repository,
                                    const std::string& from,
                                    const std::string& to) {
  // ":<mode> <mode> <id> <id> <status>" and the path, each ending in NUL.
  const auto fields = split_nul(git::require(
      repository, {.args = {"diff-tree", "-r", "-z", "--raw", "--no-renames",
                            "--no-abbrev", from, to}}));
  std::vector<Change> out;
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    const auto words = text::split(fields[i], ' ');
    if (words.size() == 5) out.push_back({fields[i + 1], words[1], words[3]});
  }
  return out;
}

}  // namespace orch::agent
