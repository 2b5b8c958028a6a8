// SPDX-License-Identifier: MIT
#include "launch/draft.h"

#include <signal.h>

#include <algorithm>

#include "config/program.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "installation/data.h"
#include "installation/installation.h"
#include "process/group.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::launch {
namespace {

constexpr std::int64_t kPrimeMs = 60 * 1000;
constexpr std::size_t kMostPrimed = std::size_t{16} << 10;
constexpr char kPrimeExample[] =
    "git config --global orch.planPrime 'make context'";

std::vector<std::string> tracked_files(const Repository& repository) {
  const std::string top =
      repository.worktree.empty() ? "" : repository.worktree;
  const std::string names = git::require(
      repository,
      {.args = top.empty()
                   ? std::vector<std::string>{"ls-tree", "-r", "--name-only",
                                              "-z", "HEAD"}
                   : std::vector<std::string>{"ls-files", "-z", "--full-name",
                                              ":/"},
       .worktree = top});
  std::vector<std::string> out = text::split(names, '\0');
  std::erase(out, "");
  return out;
}

std::vector<role::Team> all_teams(const Repository& repository) {
  std::vector<role::Team> out;
  for (const std::string& name :
       installation::data_names(repository.orch_dir(), "teams"))
    out.push_back(installation::require_team(repository.orch_dir(), name));
  return out;
}

std::vector<role::Role> all_roles(const Repository& repository) {
  std::vector<role::Role> out;
  for (const std::string& name :
       installation::data_names(repository.orch_dir(), "roles"))
    out.push_back(installation::require_role(repository.orch_dir(), name));
  return out;
}

std::string prime(const Repository& repository, const config::Config& config,
                  const Tell& tell) {
  const auto program =
      config::find_program(config, "orch.planPrime", "orch.planPrimeTimeout",
                           kPrimeMs, kPrimeExample);
  if (!program) return "";
  tell("running " + program->argv[0] + " (orch.planPrime); at most " +
       text::duration_text(program->timeout_ms));
  const auto ended =
      process::run_group({.argv = program->argv,
                          .directory = repository.worktree,
                          .keep = process::Environment::ForAgent,
                          .timeout_ms = static_cast<int>(program->timeout_ms),
                          .dies_with_us = true},
                         kMostPrimed);
  if (ended.interrupted != 0) ::raise(ended.interrupted);
  const process::Outcome& o = ended.outcome;
  if (o.timed_out)
    throw Error(ErrorCode::Timeout,
                "'" + program->argv[0] + "' (orch.planPrime) did not end in " +
                    text::duration_text(program->timeout_ms),
                "git config --global orch.planPrimeTimeout 10m");
  if (o.status != 0)
    throw Error(
        ErrorCode::Io,
        "'" + program->argv[0] + "' (orch.planPrime) ended with status " +
            std::to_string(o.status) +
            (o.errors.empty()
                 ? ""
                 : ": " +
                       text::cut(text::printable(text::trim(o.errors)), 300)),
        "mend that command, or git config --unset orch.planPrime");
  return o.output;
}

struct Cap {
  int agents = 0;
  std::string because;
};

Cap cap_for(const config::Config& config, const Wanted& wanted) {
  Cap cap{plan::cap_of(wanted.cap.empty() ? "max20" : wanted.cap),
          wanted.cap.empty() ? "the plan 'max20' (the default)"
                             : "the plan '" + wanted.cap + "'"};
  const auto most = config.find_size("orch.maxAgents");
  if (most && *most == 0)
    throw Error(ErrorCode::Usage, "bad value '0' for orch.maxAgents",
                "git config orch.maxAgents 5");
  // What was asked for by name may be less, never more.
  if (most &&
      (wanted.cap.empty() || *most < static_cast<std::uint64_t>(cap.agents)))
    cap = {static_cast<int>(std::min<std::uint64_t>(*most, 100)),
           "orch.maxAgents"};
  cap.because += " allows " +
                 text::count_of(static_cast<std::size_t>(cap.agents), "agent");
  return cap;
}

plan::Size size_for(const std::vector<std::string>& files,
                    const Wanted& wanted) {
  if (wanted.size.empty() || wanted.size == "auto") return plan::measure(files);
  return require_size(wanted.size);
}

std::vector<role::Role> members_of(const std::vector<role::Role>& known,
                                   const std::vector<plan::Member>& members) {
  std::vector<role::Role> out;
  for (const plan::Member& m : members)
    for (const role::Role& r : known)
      if (r.name == m.role) out.push_back(r);
  return out;
}

std::string title_of(const plan::Spec& spec, const std::string& spec_id) {
  return spec.title.empty() ? spec_id : spec.title;
}

}  // namespace

Wanted wanted_of(const std::function<std::string(const char*)>& option) {
  return {.team = option("team"),
          .roles = text::split_list(option("roles"), ','),
          .cap = option("plan"),
          .size = option("size"),
          .runtime = option("runtime")};
}

plan::Size require_size(const std::string& name) {
  if (auto size = plan::size_named(name)) return *std::move(size);
  const std::string near =
      text::nearest(name, {"auto", "small", "medium", "large"});
  throw Error(ErrorCode::UnknownName, "unknown size '" + name + "'",
              near.empty() ? "one of auto, small, medium, large"
                           : "did you mean '" + near + "'?");
}

Draft draft_plan(const Repository& repository, const Source& source,
                 const Wanted& wanted, const Tell& tell) {
  const config::Config config = config::Config::load(repository);
  const auto known = all_roles(repository);
  Draft out;
  if (!wanted.runtime.empty())
    installation::require_runtime(repository.orch_dir(), wanted.runtime);
  if (source.kind == Source::Kind::Plan) {
    if (!wanted.team.empty() || !wanted.roles.empty() || !wanted.cap.empty() ||
        !wanted.size.empty())
      throw Error(ErrorCode::Usage, "a plan says by itself who is in the team",
                  "edit '" + source.path + "' instead");
    if (source.plan.team.empty())
      throw Error(ErrorCode::Usage, source.path + ":1:1: 'team' is missing",
                  "git orch plan <spec> -o <file> writes a whole plan");
    out.plan = source.plan;
    for (const plan::Member& m : out.plan.team)
      installation::require_role(repository.orch_dir(), m.role);
    if (!wanted.runtime.empty()) out.plan.runtime = wanted.runtime;
    out.cap = static_cast<int>(out.plan.team.size());
    out.cap_because = "the plan says so";
    return out;
  }
  out.primed = prime(repository, config, tell);
  std::vector<std::string> files = tracked_files(repository);
  const auto teams = all_teams(repository);
  std::vector<std::string> counted = files;
  counted.push_back(file::name_of(source.path));
  out.detection = plan::detect(counted, teams);
  if (!wanted.team.empty()) {
    installation::require_team(repository.orch_dir(), wanted.team);
    out.detection.kind = {.team = wanted.team,
                          .confidence = 100,
                          .decided_by = "",
                          .because = {"asked for with --team"}};
  }
  out.size = size_for(files, wanted);
  const Cap cap = cap_for(config, wanted);
  out.cap = cap.agents;
  out.cap_because = cap.because;

  const auto team =
      plan::resolve(installation::require_team(repository.orch_dir(),
                                               out.detection.kind.team),
                    teams);
  // A team that was asked for by name is not made smaller but by the cap.
  const int agents =
      wanted.team.empty() || !wanted.size.empty()
          ? out.size.agents
          : std::max(out.size.agents, static_cast<int>(team.team.roles.size()));
  const auto composed =
      plan::compose(team, known, source.spec,
                    {.roles = wanted.roles,
                     .size = agents,
                     .size_because = "the work is " + out.size.name,
                     .cap = cap.agents,
                     .cap_because = cap.because});
  const auto members = members_of(known, composed.members);
  plan::Plan& p = out.plan;
  p.spec_id = source.spec_id();
  p.name = title_of(source.spec, p.spec_id);
  p.spec_path = source.path;
  p.goal = source.spec.goal;
  p.project = out.detection.kind;
  p.size = out.size.name;
  p.team = composed.members;
  p.dropped = composed.dropped;
  p.tasks = plan::assign(source.spec, members);
  p.phases = plan::phases_of(p.tasks);
  p.constraints = source.spec.constraints;
  p.success_criteria = source.spec.success_criteria;
  for (const plan::Section s : source.spec.missing)
    // A page's title says what the project is.
    if (s != plan::Section::Project || source.spec.title.empty())
      p.missing.emplace_back(plan::section_name(s));
  p.runtime = wanted.runtime;
  return out;
}

}  // namespace orch::launch
