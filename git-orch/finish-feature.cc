// SPDX-License-Identifier: MIT
#include <algorithm>

#include "agent/agent.h"
#include "agent/which_feature.h"
#include "cli/output.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "file/file.h"
#include "finish/finish.h"
#include "git/git.h"
#include "hook/fold.h"
#include "installation/data.h"
#include "text/text.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

const std::vector<std::string> kChecks = {"branches", "worktrees", "tasks",
                                          "blockers", "pushed",    "gates"};

// An overseer may finish its own feature, as it is, and land it where its role
// says so.
void require_rights(const Invocation& invocation, const Repository& repository,
                    store::Store& store, const store::Feature& feature) {
  agent::require_leader(repository, "finish a feature");
  const auto caller = agent::find_caller(store);
  if (!caller) return;
  if (caller->feature_id != feature.id)
    throw Error(ErrorCode::RefusedByPolicy,
                "'" + caller->address + "' is of another feature");
  if (invocation.has("allow") || invocation.has("archive"))
    throw Error(ErrorCode::RefusedByPolicy,
                "only a person says '--allow' and '--archive'");
  const auto role =
      installation::find_role(repository.orch_dir(), caller->role);
  const bool may_land = role && std::find(role->can.begin(), role->can.end(),
                                          role::Can::Base) != role->can.end();
  if (invocation.has("land") && !may_land)
    throw Error(ErrorCode::RefusedByPolicy,
                "the role '" + caller->role +
                    "' may not move the base "
                    "(can: base)",
                "git orch ask land -m <why>");
}

// Where the notes go, links followed; empty: nowhere. Known to be possible
// before anything happens.
std::string notes_file(const Invocation& invocation) {
  const auto asked = invocation.find("notes");
  if (!asked) return "";
  const std::string path = file::resolve(*asked);
  if (file::exists(path) && !file::regular_size(path))
    throw UsageError("'" + text::printable(*asked) + "' is no file");
  if (!file::is_directory(file::parent_of(path)))
    throw Error(ErrorCode::InvalidDirectory,
                "there is no directory '" +
                    text::printable(file::parent_of(path)) + "'");
  return path;
}

std::vector<std::string> allowed_by(const Invocation& invocation) {
  auto names = invocation.all("allow");
  for (const std::string& name : names)
    if (std::find(kChecks.begin(), kChecks.end(), name) == kChecks.end())
      throw UsageError("'--allow' takes " + text::join(kChecks, ", "));
  return names;
}

// ok, missing, or allowed to be.
std::string status_of(const Invocation& invocation, const finish::Check& c) {
  const auto allowed = invocation.all("allow");
  return c.ok ? "ok"
         : std::find(allowed.begin(), allowed.end(), c.name) != allowed.end()
             ? "allowed"
             : "missing";
}

std::string text_of(const Invocation& invocation, const store::Feature& feature,
                    const finish::Outcome& out) {
  cli::Table table({"CHECK", "STATUS", "DETAIL", "WHAT HELPS"});
  for (const finish::Check& c : out.checks)
    table.add({c.name, status_of(invocation, c), c.detail, c.fix},
              {cli::Tone::Plain, c.ok ? cli::Tone::Good : cli::Tone::Bad});
  std::string text = table.text();
  const std::string& id = feature.spec_id;
  if (!out.complete) return text + id + " is not complete\n";
  if (invocation.has("dry-run")) return text + id + " is complete\n";
  if (!out.not_landed.empty())
    return text + id + " is complete, but did not land on " +
           git::short_branch(feature.base) + ": " + out.not_landed + "\n";
  text += id + " is " + out.status +
          (out.merged ? ", and in " + git::short_branch(feature.base) : "") +
          "\n";
  for (const std::string& tag : out.tags) text += "tag " + tag + "\n";
  for (const std::string& w : out.archived) text += "put away " + w + "\n";
  return text;
}

int run(const Invocation& invocation) {
  invocation.expect_operands(0, 1);
  const auto repository = repository::require();
  auto found =
      hook::store_for(repository, invocation.has("dry-run") ? hook::Use::Look
                                                            : hook::Use::Write);
  if (!found) throw agent::no_feature(invocation.operand(0));
  store::Store& store = *found;
  // By its name also one that is completed already.
  const std::string id = invocation.operand(0);
  const auto named = id.empty() ? std::nullopt : store::find_feature(store, id);
  const store::Feature feature =
      named ? *named : agent::require_feature(repository, store, id);
  require_rights(invocation, repository, store, feature);
  const std::string notes = notes_file(invocation);
  const auto out = finish::run(repository, store,
                               {.feature = feature,
                                .land = invocation.has("land"),
                                .archive = invocation.has("archive"),
                                .dry_run = invocation.has("dry-run"),
                                .allowed = allowed_by(invocation),
                                .caller = agent::caller_name(store),
                                .progress = [&](const std::string& line) {
                                  cli::progress(invocation, line);
                                }});
  if (!notes.empty()) file::write_atomically(notes, out.notes, 0644);
  doorbell::ring(repository);
  json::Array checks;
  for (const finish::Check& c : out.checks)
    checks.emplace_back(json::Object{{"name", c.name},
                                     {"status", status_of(invocation, c)},
                                     {"detail", c.detail},
                                     {"fix", c.fix}});
  const auto known = [](const std::string& s) {
    return s.empty() ? json::Value() : json::Value(s);
  };
  return cli::print(
      invocation,
      {.data = {{"feature", json::Object{{"spec_id", feature.spec_id},
                                         {"status", out.status},
                                         {"commit", out.commit}}},
                {"complete", out.complete},
                {"checks", checks},
                {"merged", out.merged},
                {"landed", known(out.landed_as)},
                {"not_landed", known(out.not_landed)},
                {"tags", out.tags},
                {"stopped", out.stopped},
                {"archived", out.archived},
                {"notes", out.notes}},
       .rows = "checks",
       .fields = {"name", "status", "detail", "fix"},
       .human = text_of(invocation, feature, out),
       .exit_code = out.complete && out.not_landed.empty() ? 0 : 1});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "finish-feature",
    .group = cli::Group::Features,
    .summary = "prove that a feature is complete, tag it and land it",
    .synopsis = {"[<spec-id>] [--land] [--archive] [--allow <check>...] "
                 "[--notes <file>] [--dry-run]"},
    .options = {{"land", 0, Arity::Flag, "",
                 "land it on the base that was recorded"},
                {"archive", 0, Arity::Flag, "",
                 "put its worktrees away; branches stay"},
                {"allow", 0, Arity::Many, "check",
                 "finish although this check does not hold"},
                {"notes", 0, Arity::One, "file",
                 "write the release notes there, too"},
                {"dry-run", 'n', Arity::Flag, "",
                 "only say how it stands; run no gate"}},
    .listing = true,
    .run = run};

}  // namespace orch
