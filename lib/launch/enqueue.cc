// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "agent/agent.h"
#include "agent/program.h"
#include "clock/clock.h"
#include "config/config.h"
#include "error/error.h"
#include "git/git.h"
#include "git/state.h"
#include "installation/data.h"
#include "installation/installation.h"
#include "json/value.h"
#include "launch/launch.h"
#include "plan/team.h"
#include "text/text.h"

namespace orch::launch {
namespace {

constexpr std::array<const char*, 6> kOptions = {"team", "roles",   "plan",
                                                 "size", "runtime", "base"};

void require_base(const Repository& repository, const std::string& base) {
  if (base.empty() ||
      git::find_commit(repository, std::string(git::kHeads) + base))
    return;
  throw Error(ErrorCode::UnknownName, "there is no branch '" + base + "'",
              "git branch");
}

}  // namespace

std::string options_text(
    const Repository& repository,
    const std::function<std::string(const char*)>& option) {
  json::Object out;
  for (const char* name : kOptions)
    if (const std::string value = option(name); !value.empty())
      out.emplace_back(name, value);
  const std::string branch = git::branch_in(repository);
  if (!branch.empty()) out.emplace_back("head", git::short_branch(branch));
  return json::to_text(out);
}

std::string option_in(const std::string& options, const char* name) {
  const auto parsed = json::parse(options);
  if (!parsed) return "";
  const std::string* value = (*parsed)[name].as_string();
  return value ? *value : "";
}

void require_options(const Repository& repository,
                     const std::vector<Source>& sources,
                     const std::string& options) {
  const Wanted wanted =
      wanted_of([&](const char* name) { return option_in(options, name); });
  const std::string orch_dir = repository.orch_dir();
  if (!wanted.team.empty()) installation::require_team(orch_dir, wanted.team);
  for (const std::string& role : wanted.roles)
    installation::require_role(orch_dir, role);
  if (!wanted.runtime.empty())
    installation::require_runtime(orch_dir, wanted.runtime);
  if (!wanted.cap.empty()) plan::cap_of(wanted.cap);
  if (!wanted.size.empty() && wanted.size != "auto") require_size(wanted.size);
  require_base(repository, option_in(options, "base"));
  const bool composes = !wanted.team.empty() || !wanted.roles.empty() ||
                        !wanted.cap.empty() || !wanted.size.empty();
  for (const Source& source : sources)
    if (composes && source.kind == Source::Kind::Plan)
      throw Error(ErrorCode::Usage, "a plan says by itself who is in the team",
                  "edit '" + source.path + "' instead");
}

std::string lack_of_runtime(const Repository& repository,
                            const std::vector<Source>& sources,
                            const std::string& options) {
  // A plan may name one for each of its agents.
  const bool any_spec =
      std::any_of(sources.begin(), sources.end(),
                  [](const Source& s) { return s.kind != Source::Kind::Plan; });
  if (!any_spec) return "";
  std::string name = option_in(options, "runtime");
  if (name.empty())
    name = config::Config::load(repository).text("orch.runtime", "");
  if (name.empty())
    return agent::runtimes_on_path(repository).empty()
               ? "no known agent CLI is on PATH; a start fails unless one is "
                 "named by --runtime, orch.runtime or the roles"
               : "";
  const auto runtime =
      installation::require_runtime(repository.orch_dir(), name);
  try {
    agent::require_program(runtime);
    return "";
  } catch (const Error& e) {
    return std::string(e.what()) + ", so a start fails";
  }
}

Queued enqueue(store::Store& store, const std::vector<Source>& sources,
               const Enqueuing& how) {
  Queued out;
  store::Transaction transaction(store);
  const std::int64_t now = clock::now();
  for (const Source& source : sources) {
    if (auto waiting = store::find_queued(store, source.digest)) {
      out.items.push_back(*std::move(waiting));
      continue;
    }
    if (out.batch == 0) out.batch = store::insert_batch(store, now);
    store::QueueItem item{.batch_id = out.batch,
                          .spec_path = source.path,
                          .digest = source.digest,
                          .spec_id = source.spec_id(),
                          .enqueued_at = now,
                          .priority = how.priority,
                          .time_limit_ms = how.time_limit_ms,
                          .options = how.options};
    item.id = store::insert_queue_item(store, item, kept_text(source));
    out.items.push_back(std::move(item));
  }
  transaction.commit();
  return out;
}

}  // namespace orch::launch
