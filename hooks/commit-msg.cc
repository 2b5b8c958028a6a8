// SPDX-License-Identifier: MIT
//
// After the editor, not with --no-verify: the argument is the file of the
// message. What was empty before the editor gets the trailers here.
#include "trailers.h"

namespace orch::hooks {
namespace {

bool run(const Call& call) {
  sign_message(call);
  return true;
}

}  // namespace

const Hook kHook = {"commit-msg", Refuses::No, false, run};

}  // namespace orch::hooks
