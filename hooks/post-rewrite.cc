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
       {"pairs", call.input},
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
