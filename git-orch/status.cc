// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "hook/fold.h"
#include "overview/overview.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

std::string age_of(std::int64_t instant) {
  return instant == 0 ? "never" : text::short_age(clock::now() - instant);
}

std::string ago(std::int64_t instant) {
  const std::string age = age_of(instant);
  return age == "never" || age == "now" ? age : age + " ago";
}

std::string counted(std::int64_t n, const char* what) {
  return text::count_of(static_cast<std::size_t>(n), what);
}

std::string tree_state(const repository::Repository& repository,
                       const overview::FeatureStatus& fs,
                       const store::Agent& a) {
  const auto d =
      git::divergence(repository, "refs/heads/" + a.branch, fs.feature.base);
  std::string out =
      "+" + std::to_string(d.ahead) + " -" + std::to_string(d.behind);
  if (file::is_directory(a.worktree))
    if (const auto dirty = git::dirty_paths(repository, a.worktree).size())
      out += ", " + text::count_of(dirty, "dirty file");
  return out;
}

std::string feature_text(const repository::Repository& repository,
                         const overview::FeatureStatus& fs, bool verbose) {
  const store::Feature& f = fs.feature;
  const overview::Counts& c = fs.counts;
  std::string out = cli::toned(f.spec_id, cli::Tone::Strong) + "  " + f.status +
                    ", from " + text::printable(git::short_branch(f.base)) +
                    ", into " + f.integration_branch + "\n";
  std::vector<std::string> headings = {"AGENT", "STATE", "SINCE", "UNREAD",
                                       "BRANCH"};
  if (verbose) headings.insert(headings.end(), {"COMMITS", "SOURCE", "PID"});
  cli::Table table(headings);
  for (std::size_t i = 0; i < fs.agents.size(); ++i) {
    const store::Agent& a = fs.agents[i];
    std::vector<std::string> cells = {a.address, a.state, age_of(a.state_since),
                                      std::to_string(fs.unread[i]), a.branch};
    if (verbose)
      cells.insert(cells.end(), {tree_state(repository, fs, a), a.state_source,
                                 a.pid == 0 ? "" : std::to_string(a.pid)});
    table.add(cells, {cli::Tone::Plain, cli::tone_of(a.state)});
  }
  out += table.text();
  out += "tasks " + std::to_string(c.open) + " open, " +
         std::to_string(c.doing) + " doing, " + std::to_string(c.blocked) +
         " blocked, " + std::to_string(c.done) + " done; " +
         counted(c.conflicts, "conflict") + ", " +
         counted(c.blockers, "blocker") + ", " + counted(c.prs, "PR") + ", " +
         counted(c.tests, "test result") + "\n";
  return out;
}

std::string ask_text(const store::Ask& a) {
  const std::string id = std::to_string(a.id);
  const std::string what = a.agent + " asks: " + text::printable(a.action);
  if (!a.awaits_person())
    return "ask " + id + " waits for " + a.approver + ": " + what + "\n";
  return cli::toned("ask " + id + " waits for you", cli::Tone::Bad) + ": " +
         what + "; git orch ask approve " + id + ", or deny\n";
}

std::string text_of(const repository::Repository& repository,
                    const overview::Status& s, bool verbose) {
  std::string out;
  for (const overview::FeatureStatus& fs : s.features)
    out += feature_text(repository, fs, verbose) + "\n";
  if (s.features.empty())
    out += "no features; git orch init-feature <spec-id> makes one\n";
  for (const std::string& address : s.unscheduled)
    out += "error: " + address + " has no check-in ahead\n";
  for (const store::Ask& a : s.asks) out += ask_text(a);
  out += "last tick " + ago(s.last_tick) + ", " +
         text::count_of(static_cast<std::size_t>(s.overdue), "check-in") +
         " overdue\n";
  return out;
}

std::string format_of(const cli::Invocation& invocation) {
  const std::string format = invocation.find("format").value_or("");
  if (invocation.has("format") && format != "md" && format != "csv")
    throw UsageError("unknown format '" + format + "'", "known: md, csv");
  if (invocation.has("format") && invocation.format() != cli::Format::Human)
    throw UsageError("--format is a form of its own: give no other");
  return format;
}

std::string page_of(store::Store& store, const overview::Status& s) {
  std::string out;
  for (const overview::FeatureStatus& fs : s.features)
    out += overview::feature_page(store, fs);
  return out;
}

// The answer where there is no store: empty, in every form.
int run_without_store(const cli::Invocation& invocation,
                      const std::string& format) {
  const std::string spec_id = invocation.operand(0);
  if (!spec_id.empty())
    throw Error(ErrorCode::UnknownName, "unknown feature '" + spec_id + "'",
                "git orch init-feature " + spec_id);
  std::string human = "git orch is not set up here; git orch init does it\n";
  if (!format.empty()) human = format == "csv" ? overview::status_csv({}) : "";
  return cli::print(
      invocation,
      {.data = {{"features", json::Array{}},
                {"tick", json::Object{{"last", nullptr}, {"overdue", 0}}},
                {"unscheduled", json::Array{}},
                {"asks", json::Array{}}},
       .human = human});
}

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(0, 1);
  const std::string format = format_of(invocation);
  const auto repository = repository::require();
  auto store = hook::find_store(repository);
  if (!store) return run_without_store(invocation, format);
  const std::string spec_id = invocation.operand(0);
  if (!spec_id.empty()) agent::require_feature(repository, *store, spec_id);
  const overview::Status s = overview::status(*store, spec_id);
  std::string human;
  if (format == "md")
    human = page_of(*store, s);
  else if (format == "csv")
    human = overview::status_csv(s);
  else if (invocation.format() == cli::Format::Human)
    human = text_of(repository, s, invocation.has("verbose"));
  return cli::print(invocation,
                    {.data = overview::status_json(*store, s),
                     .rows = "features",
                     .fields = {"spec_id", "status", "base", "conflicts",
                                "blockers", "prs", "tests"},
                     .human = human});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "status",
    .group = cli::Group::Work,
    .summary = "show features, agents and what is open",
    .synopsis = {"[<spec-id>] [-v] [--format md|csv]"},
    .options = {{"verbose", 'v', Arity::Flag, "",
                 "also commits ahead and behind, open changes, where a state "
                 "comes from"},
                {"format", 0, Arity::One, "format",
                 "md: a page for each feature; csv: a line for each agent"}},
    .listing = true,
    .run = run};

}  // namespace orch
