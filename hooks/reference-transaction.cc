// SPDX-License-Identifier: MIT
//
// Before refs change, whatever client of git changes them: the argument is the
// phase, a line "<old> <new> <ref>" for each. Only in the phase `prepared` can
// it say no. hooks/glance.cc has let everything pass that needs no look.
#include <cstdio>

#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "guard.h"
#include "hookinput/git_lines.h"
#include "installation/installation.h"
#include "process/process.h"
#include "text/text.h"

namespace orch::hooks {
namespace {

using policy::Move;
using repository::Repository;

constexpr int kPatienceMs = 10000;

bool is_zero(const std::string& id) {
  return id.find_first_not_of('0') == std::string::npos;
}

// pack-refs and gc write what a ref is into packed-refs, and then take the file
// away that holds the same; both come by here, and change nothing.
bool changes_nothing(const Repository& repository, const Move& move) {
  const auto now = repository::find_ref(repository, move.ref);
  if (!move.deletes()) return now == move.to;
  if (!now) return !repository::uses_reftable(repository);
  return !is_zero(move.from) &&
         repository::find_packed_ref(repository, move.ref) == move.from &&
         !file::exists(repository.common_dir + "/packed-refs.lock");
}

// Whether a program of ours, of which this is a descendant, has announced
// exactly this move.
bool is_announced(const Repository& repository, const Move& move) {
  return process::run(
             {.argv = {installation::internal_program("git-orch--guard"),
                       "announced", repository.git_dir, move.ref, move.from,
                       move.to},
              .timeout_ms = kPatienceMs})
      .ok();
}

// To rename a branch, git sets its log aside, then asks, and dies of a no: the
// log would be lost. The one set aside is this ref's when it ends where the ref
// is.
void put_back_log(const Repository& repository, const std::string& ref) {
  const std::string logs = repository.common_dir + "/logs/";
  const std::string aside = logs + "refs/.tmp-renamed-log";
  if (!file::exists(aside) || file::exists(logs + ref)) return;
  try {
    const auto now = repository::find_ref(repository, ref);
    const auto last =
        text::split(text::trim(file::load_contents(aside)), '\n').back();
    const auto words = text::split(last, ' ');
    if (!now || words.size() < 2 || words[1] != *now) return;
    file::make_directories(file::parent_of(logs + ref));
    file::rename(aside, logs + ref);
  } catch (const Error& e) {
    std::fprintf(stderr, "warning: orch: %s\n", e.what());
  }
}

bool judge(const Call& call, const policy::WorktreeRules& rules) {
  for (const Move& move : hookinput::moves_in(call.input)) {
    const auto finding = policy::judge_move(rules, move, clock::now());
    if (!finding || changes_nothing(call.repository, move) ||
        is_announced(call.repository, move))
      continue;
    if (!pass(call, *finding,
              {"no ref was changed; git may have prepared files for it, which "
               "this puts back: git reset --merge HEAD",
               "to ask for it: git orch ask move_ref -m WHY"})) {
      if (move.deletes()) put_back_log(call.repository, move.ref);
      return false;
    }
  }
  return true;
}

bool run(const Call& call) {
  if (call.args.empty() || call.args[0] != "prepared") return true;
  return guarded(call, judge);
}

}  // namespace

const Hook kHook = {"reference-transaction", Refuses::Yes, true, run};

}  // namespace orch::hooks
