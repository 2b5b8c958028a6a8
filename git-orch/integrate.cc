// SPDX-License-Identifier: MIT
#include "integrate/integrate.h"

#include "agent/agent.h"
#include "agent/which_feature.h"
#include "cli/output.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "git/git.h"
#include "git/state.h"
#include "hook/fold.h"
#include "installation/data.h"
#include "listing/listing.h"
#include "overview/pull_request.h"
#include "pullrequest/pullrequest.h"
#include "text/text.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

// The feature of the agents that are named, else the one that is meant here.
store::Feature feature_of(const Invocation& invocation,
                          const Repository& repository, store::Store& store,
                          const std::vector<std::string>& agents) {
  if (agents.empty())
    return agent::require_feature(repository, store,
                                  invocation.find("feature").value_or(""),
                                  agent::ToldBy::Option);
  const auto first = store::find_agent(store, agents.front());
  const auto feature = first && first->feature_id
                           ? store::find_feature(store, *first->feature_id)
                           : std::nullopt;
  if (!feature)
    throw Error(ErrorCode::UnknownName,
                "'" + agents.front() + "' belongs to no feature");
  return *feature;
}

std::vector<std::string> addresses_of(const Invocation& invocation,
                                      const Repository& repository,
                                      store::Store& store) {
  std::vector<std::string> out;
  std::optional<std::int64_t> feature;
  for (const std::string& name : invocation.operands()) {
    const auto agent = agent::require_agent(repository, store, name);
    if (feature && agent.feature_id != feature)
      throw UsageError("agents of one feature land together, not of several");
    feature = agent.feature_id;
    out.push_back(agent.address);
  }
  return out;
}

std::string full_ref(const std::string& branch) {
  if (branch.empty() || branch.starts_with("refs/")) return branch;
  return std::string(git::kHeads) + branch;
}

// An agent integrates into its own branch, by the gates that people have set.
void require_rights(const Invocation& invocation, const Repository& repository,
                    store::Store& store, const store::Feature& feature) {
  agent::require_leader(repository, "integrate");
  const auto caller = agent::find_caller(store);
  if (!caller) return;
  for (const char* option : {"gate", "no-gates"})
    if (invocation.has(option))
      throw Error(ErrorCode::RefusedByPolicy,
                  std::string("an agent may not say '--") + option +
                      "': the gates are the policy's",
                  "git orch policy explain integration.gates");
  if (caller->feature_id != feature.id)
    throw Error(ErrorCode::RefusedByPolicy,
                "'" + caller->address + "' is of another feature");
  const std::string into = full_ref(invocation.find("into").value_or(""));
  if (into.empty() ||
      into == std::string(git::kHeads) + feature.integration_branch)
    return;
  const auto role =
      installation::find_role(repository.orch_dir(), caller->role);
  if (!role || std::find(role->can.begin(), role->can.end(), role::Can::Base) ==
                   role->can.end())
    throw Error(ErrorCode::RefusedByPolicy,
                "the role '" + caller->role + "' may not move '" +
                    git::short_branch(into) + "' (can: base)",
                "git orch ask integrate -m <why>");
}

policy::Integration rules_for(const Invocation& invocation,
                              const Repository& repository, store::Store& store,
                              const store::Feature& feature) {
  policy::Integration out = integrate::rules_of(repository, store, feature);
  if (invocation.has("gate")) out.gates = invocation.all("gate");
  if (invocation.has("no-gates")) out.gates.clear();
  if (const auto order = invocation.find("order"))
    out.order = text::split_list(*order, ',');
  if (const auto method = invocation.find("method")) {
    if (*method != "merge" && *method != "squash" && *method != "rebase")
      throw UsageError("'--method' is merge, squash or rebase");
    out.method = *method;
  }
  if (const auto jobs = invocation.number("jobs")) out.jobs = *jobs;
  if (out.order.empty())
    throw UsageError("'--order' is age, conflicts or roles");
  if (out.order[0] != "age" && out.order[0] != "conflicts")
    for (const std::string& role : out.order)
      if (!installation::find_role(repository.orch_dir(), role))
        throw Error(ErrorCode::UnknownName, "there is no role '" + role + "'",
                    "git orch role list");
  return out;
}

void add_rows(cli::Table& table, const std::vector<integrate::Item>& items,
              const std::string& result, cli::Tone tone) {
  for (const integrate::Item& i : items) {
    std::string why = i.detail;
    for (std::size_t n = 0; n < i.paths.size() && n < 3; ++n)
      why += (n == 0 ? ": " : ", ") + i.paths[n];
    if (i.paths.size() > 3)
      why += " and " + text::count_of(i.paths.size() - 3, "more file");
    table.add({i.agent, result, i.commit.substr(0, 12), why},
              {cli::Tone::Plain, tone, cli::Tone::Faint});
  }
}

// The end of what a gate printed; its agent has more of it.
std::string last_lines(const std::string& log) {
  constexpr std::size_t kLines = 5;
  auto lines = text::split(text::trim_end(log), '\n');
  if (lines.size() > kLines) lines.erase(lines.begin(), lines.end() - kLines);
  return text::join(lines, "\n");
}

std::string gates_text(const Invocation& invocation,
                       const integrate::Outcome& out) {
  if (invocation.has("no-gates")) return "--no-gates: nothing was tested\n";
  if (out.gates.empty()) return "no gate is configured: nothing was tested\n";
  if (invocation.has("dry-run")) return "no gate was run\n";
  if (out.runs == 0) return "";
  return text::count_of(out.runs, "run") + " of " +
         text::count_of(out.gates.size(), "gate") + "\n";
}

std::string text_of(const Invocation& invocation,
                    const integrate::Outcome& out) {
  const bool dry_run = invocation.has("dry-run");
  if (out.landed.empty() && out.rejected.empty() && out.waiting.empty())
    return "nothing to do: " + out.nothing + "\n";
  cli::Table table({"AGENT", "RESULT", "COMMIT", "WHY"});
  add_rows(table, out.landed, dry_run ? "would land" : "landed",
           cli::Tone::Good);
  add_rows(table, out.rejected, dry_run ? "would not" : "rejected",
           cli::Tone::Bad);
  add_rows(table, out.waiting, "waits", cli::Tone::Busy);
  std::string text = table.text();
  for (const std::string& line : out.flaky) text += "flaky: " + line + "\n";
  for (const integrate::Item& i : out.rejected)
    if (!i.log.empty() && i.reason != "conflict" && !dry_run)
      text += i.agent + ":\n" + text::indented(last_lines(i.log)) + "\n";
  return text + gates_text(invocation, out);
}

// The branch as it is now goes to the forge. That it has landed stays true,
// whatever becomes of this.
json::Value open_request(const Invocation& invocation,
                         const Repository& repository, store::Store& store,
                         const std::string& into) {
  const auto author = store::find_agent_on(store, git::short_branch(into));
  if (!author)
    throw UsageError("'--pr' is for a branch of an agent, not for '" +
                     git::short_branch(into) + "'");
  try {
    const auto opened = pullrequest::open(
        repository, store, {.agent = *author, .push = invocation.has("push")});
    if (opened.row.error)
      cli::note(invocation, "the forge does not have it: " + *opened.row.error);
    if (!opened.hint.empty()) cli::note(invocation, "hint: " + opened.hint);
    return overview::pull_request_json(store, opened.row);
  } catch (const Error& e) {
    cli::note(invocation, std::string("no pull request: ") + e.what());
    return {};
  }
}

int print(const Invocation& invocation, const integrate::Outcome& out,
          json::Value request) {
  const bool dry_run = invocation.has("dry-run");
  json::Object data{
      {"landed", listing::landings(out.landed)},
      {"rejected", listing::landings(out.rejected)},
      {"waiting", listing::landings(out.waiting)},
      {"into", git::short_branch(out.into)},
      {"before", out.before},
      {"after", out.after},
      {"backup",
       out.backup_ref.empty() ? json::Value() : json::Value(out.backup_ref)},
      {"gates", out.gates},
      {"runs", static_cast<std::int64_t>(out.runs)},
      {"flaky", out.flaky},
      {"dry_run", dry_run},
      {"pr", std::move(request)},
      {"nothing",
       out.nothing.empty() ? json::Value() : json::Value(out.nothing)}};
  return cli::print(invocation, {.data = std::move(data),
                                 .rows = "landed",
                                 .fields = {"agent", "commit"},
                                 .human = text_of(invocation, out),
                                 .exit_code = !out.rejected.empty()  ? 1
                                              : !out.waiting.empty() ? 4
                                                                     : 0});
}

// The feature had been landed by finish-feature, which has said so by its state
// and a tag; tags are never moved behind anybody's back.
void note_finished(const Invocation& invocation, const Repository& repository,
                   const store::Feature& feature,
                   const integrate::Undone& out) {
  if (feature.status == "in-progress" || out.into != feature.base) return;
  const std::string tag = "spec-" + feature.spec_id + "-merged";
  const auto tagged = git::find_commit(repository, "refs/tags/" + tag);
  const bool is_outdated =
      tagged && !git::is_ancestor(repository, *tagged, out.into);
  cli::note(invocation,
            feature.spec_id + " stays " + feature.status +
                (is_outdated ? ", and tag '" + tag + "' names what is not in " +
                                   git::short_branch(out.into) + " any more"
                             : ""));
  if (feature.status != "completed") return;
  cli::note(invocation, "hint: to land it again: " +
                            (is_outdated ? "git tag -d " + tag + " && " : "") +
                            "git orch finish-feature " + feature.spec_id +
                            " --land");
}

int undo(const Invocation& invocation, const Repository& repository,
         store::Store& store, const store::Feature& feature) {
  const auto out =
      integrate::undo(repository, store, feature,
                      full_ref(invocation.find("into").value_or("")),
                      agent::caller_name(store));
  doorbell::ring(repository);
  try {
    note_finished(invocation, repository, feature, out);
  } catch (const Error&) {
    // It is taken back, whatever git can tell of a tag.
  }
  json::Array agents;
  std::string human;
  for (const std::string& a : out.agents) {
    agents.emplace_back(json::Object{{"agent", a}, {"commit", out.to}});
    human += "taken back: " + a + "\n";
  }
  human += git::short_branch(out.into) + " is at " + out.to.substr(0, 12) +
           " again\n";
  return cli::print(invocation, {.data = {{"undone", agents},
                                          {"into", git::short_branch(out.into)},
                                          {"before", out.from},
                                          {"after", out.to}},
                                 .rows = "undone",
                                 .fields = {"agent", "commit"},
                                 .human = human});
}

int show_queue(const Invocation& invocation,
               const std::vector<integrate::Item>& items) {
  cli::Table table({"AGENT", "STATE", "COMMIT", "WHY"});
  for (const integrate::Item& i : items)
    table.add({i.agent, i.reason, i.commit.substr(0, 12), i.detail});
  return cli::print(
      invocation,
      {.data = {{"queue", listing::landings(items)}},
       .rows = "queue",
       .fields = {"agent", "reason", "paths", "detail", "commit"},
       .human = items.empty() ? "nothing waits to land\n" : table.text()});
}

// Taking back and listing take nothing that is about landing.
void require_alone(const Invocation& invocation, const char* action) {
  if (!invocation.has(action)) return;
  bool any = !invocation.operands().empty();
  for (const char* other :
       {"all", "dry-run", "order", "method", "gate", "no-gates", "pr", "push",
        "retest", "jobs", "priority", "undo", "list"})
    any |= other != std::string_view(action) && invocation.has(other);
  if (any)
    throw UsageError(std::string("'--") + action +
                     "' takes only '--feature' and '--into'");
}

void require_one_scope(const Invocation& invocation) {
  if (!invocation.has("all-features")) return;
  if (!invocation.has("list"))
    throw UsageError("'--all-features' goes with '--list'");
  if (invocation.has("feature"))
    throw UsageError("either '--feature' or '--all-features'");
}

// The answer of what only looks where there is nothing to look at.
int show_nothing(const Invocation& invocation) {
  if (!invocation.operands().empty() || invocation.has("feature"))
    throw agent::no_feature(invocation.find("feature").value_or(""));
  if (invocation.has("list")) return show_queue(invocation, {});
  return print(invocation, {.nothing = "no feature is in progress"}, {});
}

int run(const Invocation& invocation) {
  require_alone(invocation, "undo");
  require_alone(invocation, "list");
  require_one_scope(invocation);
  if (invocation.number("jobs").value_or(1) < 1)
    throw UsageError("'--jobs' is at least 1");
  if (invocation.has("all") && !invocation.operands().empty())
    throw UsageError("either agents or '--all'");
  if (invocation.has("gate") && invocation.has("no-gates"))
    throw UsageError("either '--gate' or '--no-gates'");
  if (invocation.has("push") && !invocation.has("pr"))
    throw UsageError("'--push' goes with '--pr'");
  for (const std::string& gate : invocation.all("gate"))
    if (text::trim(gate).empty()) throw UsageError("'--gate' needs a command");
  const auto repository = repository::require();
  const bool looks = invocation.has("dry-run") || invocation.has("list");
  auto found =
      hook::store_for(repository, looks ? hook::Use::Look : hook::Use::Write);
  if (!found) return show_nothing(invocation);
  store::Store& store = *found;
  if (invocation.has("all-features"))
    return show_queue(invocation, integrate::list_queue(store));
  const auto agents = addresses_of(invocation, repository, store);
  const auto feature = feature_of(invocation, repository, store, agents);
  if (invocation.has("list"))
    return show_queue(invocation, integrate::list_queue(store, feature));
  require_rights(invocation, repository, store, feature);
  if (invocation.has("undo"))
    return undo(invocation, repository, store, feature);
  const auto out = integrate::run(
      repository, store,
      {.feature = feature,
       .agents = agents,
       .all = invocation.has("all"),
       .into = full_ref(invocation.find("into").value_or("")),
       .rules = rules_for(invocation, repository, store, feature),
       .priority = invocation.number("priority").value_or(0),
       .dry_run = invocation.has("dry-run"),
       .retest = invocation.has("retest"),
       .caller = agent::caller_name(store),
       .progress = [&](const std::string& line) {
         cli::progress(invocation, line);
       }});
  doorbell::ring(repository);  // agents have been told
  json::Value request;
  if (invocation.has("pr") && !invocation.has("dry-run"))
    request = open_request(invocation, repository, store, out.into);
  return print(invocation, out, std::move(request));
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "integrate",
    .group = cli::Group::Work,
    .summary = "land branches that merge and pass their gates",
    .synopsis =
        {"[<agent>... | --all] [--feature <spec-id>] [--into <branch>] "
         "[--dry-run] [--order "
         "<order>] [--method <method>] [--gate <command>... | "
         "--no-gates] [--retest] [--jobs <n>] [--priority <n>] [--pr [--push]]",
         "--undo [--feature <spec-id>] [--into <branch>]",
         "--list [--feature <spec-id> | --all-features]"},
    .options = {{"all", 'a', Arity::Flag, "", "every branch that is ahead"},
                {"feature", 0, Arity::One, "spec-id", "of this feature"},
                {"into", 0, Arity::One, "branch",
                 "where to; default: the integration branch"},
                {"dry-run", 'n', Arity::Flag, "",
                 "only say what would merge, and what not"},
                {"order", 0, Arity::One, "order",
                 "age, conflicts, or roles with commas between"},
                {"method", 0, Arity::One, "method", "merge, squash or rebase"},
                {"gate", 0, Arity::Many, "command",
                 "what must pass, instead of the policy's gates"},
                {"no-gates", 0, Arity::Flag, "", "test nothing"},
                {"pr", 0, Arity::Flag, "",
                 "open a pull request for the branch afterwards"},
                {"push", 0, Arity::Flag, "", "push that branch for it"},
                {"retest", 0, Arity::Flag, "",
                 "run gates again that have failed on the same tree"},
                {"jobs", 'j', Arity::One, "n", "so many gates side by side"},
                {"priority", 0, Arity::One, "n",
                 "of what is queued; default: 0"},
                {"undo", 0, Arity::Flag, "", "take the last landing back"},
                {"list", 0, Arity::Flag, "", "show what waits to land"},
                {"all-features", 0, Arity::Flag, "",
                 "with --list: of every feature in progress"}},
    .listing = true,
    .run = run};

}  // namespace orch
