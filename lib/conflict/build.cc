// SPDX-License-Identifier: MIT
#include "conflict/build.h"

#include "error/error.h"
#include "git/git.h"
#include "git/merge.h"
#include "text/text.h"

namespace orch::conflict {
namespace {

const git::Environment kOurName = {{"GIT_AUTHOR_NAME", "git orch"},
                                   {"GIT_AUTHOR_EMAIL", "orch@localhost"},
                                   {"GIT_COMMITTER_NAME", "git orch"},
                                   {"GIT_COMMITTER_EMAIL", "orch@localhost"}};

std::string trimmed(const std::string& output) {
  return std::string(text::trim(output));
}

// git's merge, with what it leaves open as it would leave it; its objects go to
// the repository.
std::string merge_tree(const Repository& repository, const Comparison& c) {
  const auto merge =
      git::run(repository, {.args = {"merge-tree", "--write-tree", "-z",
                                     "--no-messages", c.ours, c.theirs},
                            // Attributes are read from a working tree's files.
                            .worktree = repository.worktree});
  if (merge.status != 0 && merge.status != 1)
    throw Error(ErrorCode::Io,
                "git merge-tree failed: " + git::message_of(merge));
  return text::split(merge.output, '\0').front();
}

// That of the side which changed it.
std::string mode_of(const ThreeSides& f) {
  if (f.ours.id.empty()) return f.theirs.mode;
  if (f.theirs.id.empty()) return f.ours.mode;
  return f.ours.mode == f.base.mode ? f.theirs.mode : f.ours.mode;
}

}  // namespace

std::string build_merge(
    const Repository& repository, const Comparison& compared,
    const std::map<std::string, std::optional<std::string>>& files,
    const std::string& message) {
  const git::Quarantine scratch(repository);  // for the index alone
  const auto ask = [&](const std::vector<std::string>& args,
                       std::string input) {
    git::Call call{.args = {"-c", "core.fsync=committed"},
                   .input = std::move(input),
                   .environment = kOurName};
    call.args.insert(call.args.end(), args.begin(), args.end());
    call.environment.emplace_back("GIT_INDEX_FILE",
                                  scratch.directory() + "/index");
    const auto outcome = git::run(repository, call);
    if (!outcome.ok())
      throw Error(ErrorCode::Io,
                  "git " + args[0] + " failed: " + git::message_of(outcome));
    return trimmed(outcome.output);
  };
  ask({"read-tree", merge_tree(repository, compared)}, "");
  const std::string none = git::zero_id(compared.ours);
  std::string entries;
  for (const ThreeSides& f : compared.files) {
    entries += "0 " + none + "\t" + f.path + '\0';
    const auto file = files.find(f.path);
    if (file == files.end() || !file->second) continue;
    const std::string id =
        ask({"hash-object", "-w", "--no-filters", "--stdin"}, *file->second);
    entries += mode_of(f) + " " + id + "\t" + f.path + '\0';
  }
  ask({"update-index", "-z", "--index-info"}, entries);
  const std::string tree = ask({"write-tree"}, "");
  return ask({"commit-tree", tree, "-p", compared.ours, "-p", compared.theirs,
              "-F", "-"},
             message);
}

}  // namespace orch::conflict
