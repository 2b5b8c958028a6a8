// SPDX-License-Identifier: MIT
#include "conflict/suggest.h"

#include <algorithm>

#include "clock/clock.h"
#include "conflict/build.h"
#include "error/error.h"
#include "git/git.h"
#include "git/merge.h"
#include "process/group.h"
#include "store/events.h"
#include "store/features.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::conflict {
namespace {

constexpr int kWaitMs = 100;
constexpr std::int64_t kTimeoutMs = 5 * 60 * 1000;
constexpr std::size_t kMostOutput = std::size_t{64} << 10;
constexpr std::size_t kMostAnswer = std::size_t{8} << 10;
constexpr char kMostSubjects[] = "--max-count=20";

constexpr char kExamples[] =
    "git config --global orch.suggestCommand 'claude -p --permission-mode "
    "acceptEdits'\n"
    "git config --global orch.suggestCommand 'codex exec --skip-git-repo-check "
    "--sandbox workspace-write -'\n"
    "git config --global orch.suggestCommand /path/to/a/script";

std::string tip_of(const Repository& repository, store::Store& store,
                   const store::Conflict& conflict, const std::string& side) {
  const std::string ref = ref_of(store, conflict, side);
  const auto commit =
      ref.empty() ? std::nullopt : git::find_commit(repository, ref);
  if (!commit)
    throw Error(ErrorCode::UnknownName,
                "'" + side + "' names no branch any more");
  return *commit;
}

std::vector<std::string> subjects_of(const Repository& repository,
                                     const std::string& base,
                                     const std::string& tip) {
  if (base.empty()) return {};
  const auto ids =
      git::run(repository, {.args = {"rev-list", "--no-merges", kMostSubjects,
                                     base + ".." + tip, "--"}});
  const auto order = text::split_list(ids.output, '\n');
  const auto commits = git::read_commits(repository, order);
  std::vector<std::string> out;
  for (const std::string& id : order)
    if (const auto it = commits.find(id); it != commits.end())
      out.push_back(it->second.subject);
  return out;
}

// All that git's merge of today's tips leaves in conflict.
Request request_of(const Repository& repository, store::Store& store,
                   const store::Conflict& conflict) {
  Request out{.conflict_id = conflict.id,
              .ours = conflict.a,
              .theirs = conflict.b,
              .compared = {},
              .ours_did = {},
              .theirs_did = {}};
  Tips tips{tip_of(repository, store, conflict, conflict.a),
            tip_of(repository, store, conflict, conflict.b),
            {}};
  {
    const git::Quarantine quarantine(repository);
    const git::Merge merge =
        git::merge_all(repository, quarantine, {{tips.ours, tips.theirs}})
            .front();
    if (merge.verdict == git::Verdict::Unknown)
      throw Error(ErrorCode::Io, "git cannot merge '" + conflict.a + "' and '" +
                                     conflict.b + "': " + merge.reason);
    if (merge.verdict == git::Verdict::Clean)
      throw Error(
          ErrorCode::UnknownName,
          "'" + conflict.a + "' and '" + conflict.b + "' merge cleanly now");
    tips.paths = merge.paths;
  }
  out.compared = compare_all(repository, {tips}, Texts::Small).front();
  if (const std::string why = obstacle_to(out.compared.files); !why.empty())
    throw Error(ErrorCode::RefusedByPolicy,
                "cannot hand the conflict over: " + why,
                "git orch conflicts show " + std::to_string(conflict.id));
  out.ours_did = subjects_of(repository, out.compared.base, tips.ours);
  out.theirs_did = subjects_of(repository, out.compared.base, tips.theirs);
  return out;
}

void require_attempts(store::Store& store, const Request& request) {
  const auto all = store::list_proposals(store, request.conflict_id);
  const auto attempts =
      std::count_if(all.begin(), all.end(), [&](const store::Proposal& p) {
        return p.ours == request.compared.ours &&
               p.theirs == request.compared.theirs;
      });
  if (static_cast<std::size_t>(attempts) < kMostAttempts) return;
  const std::string id = std::to_string(request.conflict_id);
  throw Error(ErrorCode::RefusedByPolicy,
              "conflict " + id + " was handed over " +
                  text::count_of(static_cast<std::size_t>(attempts), "time") +
                  " already, and neither side has changed since",
              "git orch conflicts suggest " + id + " --again");
}

store::Proposal record_attempt(store::Store& store, const Request& request,
                               const std::string& program) {
  const auto extent = extent_of(request.asked());
  store::Proposal out{.conflict_id = request.conflict_id,
                      .ours = request.compared.ours,
                      .theirs = request.compared.theirs,
                      .program = program,
                      .lines = static_cast<std::int64_t>(extent.lines),
                      .places = static_cast<std::int64_t>(extent.places),
                      .created_at = clock::now()};
  for (const ThreeSides& f : request.compared.files)
    out.paths.push_back(f.path);
  store::Transaction transaction(store);
  out.id = store::insert_proposal(store, out);
  transaction.commit();
  return out;
}

// Ends the attempt: with a reason it is refused.
void record_answer(store::Store& store, const store::Conflict& conflict,
                   store::Proposal& p, const std::string& reason) {
  p.status = reason.empty() ? "proposed" : "refused";
  p.reason = text::printable(reason);
  p.ended_at = clock::now();
  store::Transaction transaction(store);
  store::update_proposal(store, p);
  log_proposal(store, conflict, p,
               reason.empty() ? "proposal_made" : "proposal_refused",
               reason.empty() ? text::join(p.paths, ", ") : p.reason);
  transaction.commit();
}

std::string lock_path(const Repository& repository, std::int64_t conflict) {
  const std::string directory = repository.orch_dir() + "/lock";
  file::make_private_directories(directory);
  return directory + "/suggest-" + std::to_string(conflict);
}

std::string ref_name(std::int64_t proposal) {
  return "refs/orch/proposals/" + std::to_string(proposal);
}

// An attempt that nobody is at any more: the commit tells how far it came.
void complete(const Repository& repository, store::Store& store,
              const store::Conflict& conflict, store::Proposal p) {
  const auto commit = git::find_commit(repository, ref_name(p.id));
  if (!commit) {
    record_answer(store, conflict, p, "it was interrupted");
    return;
  }
  p.ref = ref_name(p.id);
  p.commit = *commit;
  const auto commits = git::read_commits(repository, {*commit});
  if (const auto it = commits.find(*commit); it != commits.end())
    p.answer = it->second.body;
  p.confidence = confidence_in(p.answer);
  record_answer(store, conflict, p, "");
}

void complete_all(const Repository& repository, store::Store& store,
                  const store::Conflict& conflict) {
  for (store::Proposal& p : store::list_proposals(store, conflict.id))
    if (p.status == "asked")
      complete(repository, store, conflict, std::move(p));
}

// Why the program gave no answer at all; empty when it did.
std::string failure_of(const config::Program& program,
                       const process::Outcome& outcome, int interrupted) {
  if (interrupted != 0) return "it was interrupted";
  const std::string name = "'" + program.argv[0] + "'";
  if (outcome.timed_out)
    return name + " did not end in " + text::duration_text(program.timeout_ms);
  if (outcome.status == 0) return "";
  const std::string last(text::trim(outcome.errors));
  return name + " ended with status " + std::to_string(outcome.status) +
         (last.empty() ? "" : ": " + text::cut(text::printable(last), 300));
}

}  // namespace

config::Program program_of(const Repository& repository) {
  auto program = config::find_program(
      config::Config::load(repository), "orch.suggestCommand",
      "orch.suggestTimeout", kTimeoutMs, kExamples);
  if (!program)
    throw Error(ErrorCode::Usage,
                "orch.suggestCommand is not set: who shall be asked?",
                kExamples);
  return *std::move(program);
}

file::Lock lock_proposals(const Repository& repository,
                          std::int64_t conflict_id, int timeout_ms) {
  return file::Lock::take(
      lock_path(repository, conflict_id), file::Lock::Mode::Exclusive,
      timeout_ms, "the proposals for conflict " + std::to_string(conflict_id));
}

void log_proposal(store::Store& store, const store::Conflict& conflict,
                  const store::Proposal& p, const char* type,
                  const std::string& more) {
  store::Event event;
  if (conflict.feature_id)
    if (const auto feature = store::find_feature(store, *conflict.feature_id))
      event.spec_id = feature->spec_id;
  if (const auto agent = store::find_agent(store, conflict.a))
    event.role = agent->role;
  event.type = type;
  event.message = "proposal " + std::to_string(p.id) + " for conflict " +
                  std::to_string(conflict.id) + " of " + conflict.a + " and " +
                  conflict.b + ": " + more;
  if (!p.merge_commit.empty()) event.recorded_commit = p.merge_commit;
  event.at = clock::now();
  store::insert_event(store, event);
}

Suggested suggest(const Repository& repository, store::Store& store,
                  const store::Conflict& conflict, Again again,
                  const std::function<void(const std::string&)>& tell) {
  const config::Program program = program_of(repository);
  const file::Lock lock = lock_proposals(repository, conflict.id, kWaitMs);
  complete_all(repository, store, conflict);
  const Request request = request_of(repository, store, conflict);
  if (again == Again::No) require_attempts(store, request);
  const auto asked = request.asked();
  Suggested out{.proposal = record_attempt(store, request,
                                           file::name_of(program.argv[0]))};
  store::Proposal& p = out.proposal;
  const Exchange exchange(repository, request);
  tell("asking '" + p.program + "' about " +
       text::count_of(asked.size(), "file") + "; at most " +
       text::duration_text(program.timeout_ms));
  const auto ended =
      process::run_group({.argv = program.argv,
                          .directory = exchange.directory(),
                          .input = prompt_of(request),
                          .keep = process::Environment::ForAgent,
                          .timeout_ms = static_cast<int>(program.timeout_ms),
                          .dies_with_us = true},
                         kMostOutput);
  out.interrupted = ended.interrupted;
  p.answer =
      text::cut(text::printable_lines(ended.outcome.output), kMostAnswer);
  p.confidence = confidence_in(p.answer);
  std::string reason = failure_of(program, ended.outcome, ended.interrupted);
  if (reason.empty()) {
    const Answer answer = read_answer(exchange.directory(), asked);
    reason = answer.refusal;
    if (reason.empty()) {
      p.ref = ref_name(p.id);
      p.commit = build_merge(
          repository, request.compared, answer.files,
          "proposal " + std::to_string(p.id) + " for conflict " +
              std::to_string(conflict.id) + "\n\n" + p.answer + "\n");
      git::update_refs(repository, {{p.ref, p.commit, git::zero_id(p.commit)}},
                       "orch: proposal");
    }
  }
  record_answer(store, conflict, p, reason);
  return out;
}

std::optional<store::Proposal> find_newest(const Repository& repository,
                                           store::Store& store,
                                           std::int64_t conflict_id) {
  const auto conflict = store::find_conflict(store, conflict_id);
  if (!conflict) return std::nullopt;
  if (!store.is_read_only()) {
    const auto lock = file::Lock::try_take(lock_path(repository, conflict_id),
                                           file::Lock::Mode::Exclusive);
    if (lock) complete_all(repository, store, *conflict);
  }
  const auto all = store::list_proposals(store, conflict_id);
  const auto open =
      std::find_if(all.rbegin(), all.rend(), [](const store::Proposal& p) {
        return p.status == "proposed" || p.status == "applying";
      });
  if (open != all.rend()) return *open;
  return all.empty() ? std::nullopt : std::optional(all.back());
}

Differences differences_of(const Repository& repository,
                           const store::Proposal& p) {
  const auto diff = [&](const std::string& from) {
    git::Call call{.args = {"diff", "--no-ext-diff", "--no-color",
                            "--no-textconv", from, p.commit, "--"},
                   .environment = {{"GIT_LITERAL_PATHSPECS", "1"}}};
    call.args.insert(call.args.end(), p.paths.begin(), p.paths.end());
    return git::require(repository, call);
  };
  return {diff(p.ours), diff(p.theirs)};
}

store::Proposal discard(const Repository& repository, store::Store& store,
                        store::Proposal p) {
  const file::Lock lock = lock_proposals(repository, p.conflict_id, kWaitMs);
  p = store::find_proposal(store, p.id).value_or(p);
  if (p.status != "proposed" && p.status != "refused")
    throw Error(ErrorCode::RefusedByPolicy,
                "proposal " + std::to_string(p.id) + " is " + p.status);
  if (!p.ref.empty())
    git::run(repository, {.args = {"update-ref", "-d", p.ref, p.commit}});
  p.status = "discarded";
  p.ended_at = clock::now();
  store::Transaction transaction(store);
  store::update_proposal(store, p);
  transaction.commit();
  return p;
}

}  // namespace orch::conflict
