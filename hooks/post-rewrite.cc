// SPDX-License-Identifier: MIT
//
// After `commit --amend` and rebase: standard input has "old new" per line.
#include "doorbell/doorbell.h"
#include "event/record.h"
#include "file/file.h"
#include "hook.h"

namespace orch::hooks {
namespace {

// Where a rebase came from and went to; its directory is still there.
std::string of_rebase(const Call& call, const char* name) {
  for (const char* directory : {"/rebase-merge/", "/rebase-apply/"})
    if (const auto id =
            file::find_contents(call.repository.git_dir + directory + name))
      return id->substr(0, id->find('\n'));
  return "";
}

// "old new" of HEAD's newest move.
std::string last_move(const Call& call) {
  const auto log = file::find_contents(call.repository.git_dir + "/logs/HEAD");
  if (!log || log->empty()) return "";
  const std::size_t start = log->rfind('\n', log->size() - 2) + 1;
  const std::size_t old_end = log->find(' ', start);
  const std::size_t end = log->find(' ', old_end + 1);
  if (end == std::string::npos) return "";
  return log->substr(start, end - start) + "\n";
}

// An installer that runs ours for git may keep the standard input to itself, as
// pre-commit does. What git wrote there is in its own files, too.
std::string pairs_of(const Call& call) {
  if (!call.input.empty()) return call.input;
  for (const char* list :
       {"/rebase-merge/rewritten-list", "/rebase-apply/rewritten"})
    if (auto pairs = file::find_contents(call.repository.git_dir + list))
      return *pairs;
  return repository::last_move_was_amend(call.repository) ? last_move(call)
                                                          : "";
}

bool run(const Call& call) {
  // An amend inside a rebase is reported again, with its final id, by the
  // rebase itself.
  if (repository::is_rebasing(call.repository) && !call.args.empty() &&
      call.args[0] == "amend")
    return true;
  const repository::Head head = repository::read_head(call.repository);
  doorbell::record_call_of_git(
      call.repository, event::kind::kRewrite,
      {{"command", call.args.empty() ? "" : call.args[0]},
       {"pairs", pairs_of(call)},
       {"head", head.commit},
       {"orig", of_rebase(call, "orig-head")},
       {"onto", of_rebase(call, "onto")},
       {"ref", head.branch},
       {"agent", repository::agent_of(call.repository).value_or("")}});
  return true;
}

}  // namespace

const Hook kHook = {"post-rewrite", Refuses::No, true, run};

}  // namespace orch::hooks
