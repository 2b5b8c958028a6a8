// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "agent/agent.h"
#include "agent/saved_work.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "git/merge.h"
#include "text/text.h"

namespace orch::agent {
namespace {

std::string trimmed(const std::string& output) {
  return std::string(text::trim(output));
}

std::string tree_of(const Repository& here, const std::string& revision) {
  return trimmed(
      git::require(here, {.args = {"rev-parse", "--verify", revision},
                          .worktree = here.worktree}));
}

// Where it goes: the worktree of this repository that is named, or the agent's.
Repository target_of(const Repository& repository, store::Store& store,
                     const store::Snapshot& wanted, const std::string& into) {
  std::string path = into;
  if (path.empty()) {
    const auto agent = store::find_agent(store, wanted.agent);
    if (agent) path = agent->worktree;
    if (path.empty() || !file::is_directory(path))
      throw Error(ErrorCode::UnknownName,
                  "the worktree of '" + wanted.agent + "' is gone",
                  "git orch snapshot restore " + std::to_string(wanted.id) +
                      " --to <worktree>");
  }
  const auto here = repository::find(path);
  if (!here || here->common_dir != repository.common_dir ||
      here->worktree.empty())
    throw Error(ErrorCode::InvalidDirectory,
                "'" + path + "' is no worktree of this repository",
                "git worktree list");
  return *here;
}

void require_quiet(const Repository& here) {
  if (has_unmerged(here))
    throw Error(ErrorCode::Dirty,
                "a merge is not finished in '" + here.worktree + "'",
                "finish or abort it first");
  if (file::exists(here.git_dir + "/index.lock"))
    throw Error(ErrorCode::Contended,
                "another git is at work in '" + here.worktree + "'",
                "try again when it has finished");
}

// What `side` changed against the snapshot's own parent, on top of today's
// HEAD: a three-way merge of trees, by git.
std::string applied(const Repository& here, const store::Snapshot& wanted,
                    const std::string& side, const std::string& head_tree) {
  const std::string base = tree_of(here, wanted.commit + "^1^{tree}");
  const std::string tree = tree_of(here, side + "^{tree}");
  if (base == head_tree) return tree;
  const auto commit = [&](const std::string& of, const std::string& parent) {
    git::Call call{.args = {"commit-tree", of, "-m", "restore"},
                   .worktree = here.worktree,
                   .environment = {{"GIT_AUTHOR_NAME", "git orch"},
                                   {"GIT_AUTHOR_EMAIL", "orch@localhost"},
                                   {"GIT_COMMITTER_NAME", "git orch"},
                                   {"GIT_COMMITTER_EMAIL", "orch@localhost"}}};
    if (!parent.empty()) call.args.insert(call.args.end(), {"-p", parent});
    return trimmed(git::require(here, call));
  };
  const std::string root = commit(base, "");
  const auto merge = git::run(
      here,
      {.args = {"merge-tree", "--write-tree", "-z", "--name-only",
                "--no-messages", commit(head_tree, root), commit(tree, root)},
       .worktree = here.worktree});
  const auto fields = text::split(merge.output, '\0');
  if (merge.ok()) return fields.at(0);
  if (merge.status != 1 || fields.size() < 2)
    throw Error(ErrorCode::Io,
                "git merge-tree failed: " + git::message_of(merge));
  throw Error(ErrorCode::Dirty,
              "snapshot " + std::to_string(wanted.id) +
                  " does not apply to the present HEAD: '" + fields[1] +
                  "' was changed there, too",
              "git worktree add <path> " + wanted.ref);
}

// What is at `path`, symbolic links not followed: nothing, a directory, other.
enum class There { Nothing, Directory, Other };
There what_is(const std::string& path) {
  struct stat s {};
  if (::lstat(path.c_str(), &s) != 0) return There::Nothing;
  return S_ISDIR(s.st_mode) ? There::Directory : There::Other;
}

// The first file below `directory` that is not in `saved`; empty when all are.
std::string unsaved_below(const std::string& top, const std::string& directory,
                          const std::set<std::string>& saved) {
  for (const std::string& name : file::names_in(file::join(top, directory))) {
    const std::string path = directory + "/" + name;
    if (what_is(file::join(top, path)) == There::Directory) {
      const std::string found = unsaved_below(top, path, saved);
      if (!found.empty()) return found;
    } else if (!saved.contains(path)) {
      return path;
    }
  }
  return "";
}

// What nothing holds at the place of one change; empty when nothing is lost.
std::string obstacle_at(const std::string& top, const Change& c,
                        const std::set<std::string>& saved) {
  switch (what_is(file::join(top, c.path))) {
    case There::Other:
      return saved.contains(c.path) ? "" : c.path;
    case There::Directory:
      return c.mode == "160000" ? "" : unsaved_below(top, c.path, saved);
    case There::Nothing:
      break;
  }
  return "";
}

// git writes over ignored files; nothing has saved those.
void refuse_unsaved(const Repository& here, const std::string& work_tree,
                    const std::vector<Change>& changes) {
  const auto listed = text::split(
      git::require(here, {.args = {"ls-tree", "-r", "-z", "--name-only",
                                   "--full-tree", work_tree},
                          .worktree = here.worktree}),
      '\0');
  const std::set<std::string> saved(listed.begin(), listed.end());
  for (const Change& c : changes) {
    if (c.is_removal()) continue;
    std::string obstacle;
    for (std::size_t slash = c.path.find('/');
         obstacle.empty() && slash != std::string::npos;
         slash = c.path.find('/', slash + 1)) {
      const std::string above = c.path.substr(0, slash);
      if (what_is(file::join(here.worktree, above)) == There::Other &&
          !saved.contains(above))
        obstacle = above;
    }
    if (obstacle.empty()) obstacle = obstacle_at(here.worktree, c, saved);
    if (!obstacle.empty())
      throw Error(ErrorCode::Dirty,
                  "'" + obstacle + "' is in the way, and no snapshot holds it",
                  "move it away and try again");
  }
}

// Makes every file once in a scratch directory: what a filter or a full disk
// refuses is refused before anything is touched.
void rehearse(const Repository& here, const std::string& scratch,
              const std::string& tree, const std::vector<Change>& changes) {
  const std::string index = scratch + "/rehearsal", top = scratch + "/files";
  file::make_private_directories(top);
  std::string paths;
  for (const Change& c : changes)
    if (!c.is_removal() && c.mode != "160000") paths += c.path + '\0';
  const auto call = [&](std::vector<std::string> args,
                        const std::string& input) {
    require_carefully(here, {.args = std::move(args),
                             .worktree = top,
                             .input = input,
                             .environment = {{"GIT_INDEX_FILE", index},
                                             {"GIT_DIR", here.git_dir},
                                             {"GIT_WORK_TREE", top}}});
  };
  call({"read-tree", "--no-sparse-checkout", tree}, "");
  if (!paths.empty()) call({"checkout-index", "-z", "--stdin"}, paths);
}

void write_files(const Repository& here, const SavedWork& work,
                 const std::string& tree) {
  const auto outcome = run_carefully(
      here, {.args = {"read-tree", "-m", "-u", "--no-sparse-checkout",
                      "--no-recurse-submodules", work.tree, tree},
             .worktree = here.worktree,
             .environment = {{"GIT_INDEX_FILE", work.index_file}}});
  if (!outcome.ok())
    throw Error(ErrorCode::Contended,
                "cannot write into '" + here.worktree +
                    "': " + git::message_of(outcome),
                "try again when nobody works there");
}

}  // namespace

Restored restore_snapshot(const Repository& repository, store::Store& store,
                          const store::Snapshot& wanted,
                          const RestoreOptions& options) {
  const Repository here = target_of(repository, store, wanted, options.into);
  require_quiet(here);
  if (!git::find_commit(here, wanted.commit + "^1"))
    throw Error(ErrorCode::Corrupt, "the commit of snapshot " +
                                        std::to_string(wanted.id) +
                                        " is missing: " + wanted.commit);
  const git::Quarantine scratch(repository);
  const std::string reason = "restore of " + std::to_string(wanted.id);
  const SavedWork work =
      save_work(here, scratch.directory(), message_of(wanted.agent, reason));
  const std::string tree = applied(here, wanted, wanted.commit, work.base_tree);
  std::string index_tree;
  if (options.index)
    index_tree = applied(
        here, wanted,
        git::find_commit(here, wanted.commit + "^2").value_or(wanted.commit),
        work.base_tree);
  const auto changes = changes_between(here, work.tree, tree);
  refuse_unsaved(here, work.tree, changes);
  rehearse(here, scratch.directory(), tree, changes);

  Restored out{.worktree = here.worktree};
  out.saved = record_work(repository, store, wanted.agent, work, reason);
  write_files(here, work, tree);
  if (options.index) {
    const auto staged = [&](std::vector<std::string> args) {
      require_carefully(here,
                        {.args = std::move(args), .worktree = here.worktree});
    };
    staged({"read-tree", "--reset", index_tree});
    staged({"update-index", "-q", "--refresh"});
  }
  for (const Change& c : changes)
    (c.is_removal() ? out.removed : out.written).push_back(c.path);
  return out;
}

}  // namespace orch::agent
