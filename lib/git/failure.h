// SPDX-License-Identifier: MIT
#pragma once

#include "error/error.h"
#include "git/git.h"
#include "process/process.h"

// Private to this module.
namespace orch::git {

// Why a git that was to succeed did not. A git that was killed, or did not
// start, has not said no: what it was asked is to be asked again (Contended).
Error failure_of(const Call& call, const process::Outcome& outcome);

}  // namespace orch::git
