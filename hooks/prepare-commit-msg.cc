// SPDX-License-Identifier: MIT
//
// Before the editor, and also with --no-verify: arguments are the file of the
// message and where it came from. In an agent's worktree the message gets
// trailers that say whose commit it is.
#include "trailers.h"

namespace orch::hooks {
namespace {

bool run(const Call& call) {
  // A template that nobody edits must still abort the commit, so it stays as
  // it is until commit-msg.
  if (call.args.size() > 1 && call.args[1] == "template")
    remember_template(call);
  else
    sign_message(call);
  return true;
}

}  // namespace

const Hook kHook = {"prepare-commit-msg", Refuses::No, false, run};

}  // namespace orch::hooks
