// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "cli/output.h"
#include "doorbell/doorbell.h"
#include "hook/fold.h"
#include "progress/progress.h"
#include "text/text.h"

namespace orch {
namespace {

struct Result {
  store::Feature feature;
  int added = 0;
  progress::Reconciled git;
};

// The named feature, this worktree's, or all in progress.
std::vector<store::Feature> features_of(const cli::Invocation& invocation,
                                        const repository::Repository& here,
                                        store::Store& store) {
  const std::string spec_id = invocation.operand(0);
  if (!spec_id.empty() || repository::agent_of(here) || invocation.has("write"))
    return {agent::require_feature(here, store, spec_id)};
  return store::list_features(store, "in-progress");
}

std::string note_of(const Result& r) {
  std::vector<std::string> parts;
  const auto count = [&](int n, const char* one, const char* rest) {
    if (n > 0)
      parts.push_back(text::count_of(static_cast<std::size_t>(n), one) + rest);
  };
  count(r.added, "task", " new in the list");
  count(r.git.events, "commit", " that no hook saw");
  count(r.git.rewritten, "commit", " rewritten");
  count(r.git.dropped, "commit", " gone");
  count(r.git.returned, "commit", " back");
  for (const task::Change& c : r.git.changes)
    parts.push_back(c.id + " " + c.from + " -> " + c.to);
  return text::join(parts, ", ");
}

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(0, 1);
  const auto repository = repository::require();
  store::Store store = hook::open_store(repository);
  const auto features = features_of(invocation, repository, store);
  std::string file;
  if (invocation.has("write"))
    file = progress::require_tasks_file(repository, features.at(0));
  json::Array rows;
  cli::Table table({"FEATURE", "TASK", "STATUS", "COMMIT", "OWNER", "TITLE"});
  std::vector<Result> results;
  for (const store::Feature& f : features) {
    cli::progress(invocation, "comparing " + f.spec_id + " with its branches");
    Result r{.feature = f};
    r.added = progress::import_list(repository, store, f);
    r.git = progress::reconcile(repository, store, f);
    for (const store::Task& t : store::list_tasks(store, f.id)) {
      rows.emplace_back(json::Object{{"id", t.task_id},
                                     {"status", t.status},
                                     {"commit", t.commit},
                                     {"spec_id", f.spec_id},
                                     {"title", t.title},
                                     {"owner", t.owner}});
      table.add(
          {f.spec_id, t.task_id, t.status, t.commit.value_or("-").substr(0, 10),
           t.owner.value_or("-"), t.title},
          {cli::Tone::Plain, cli::Tone::Plain, cli::tone_of(t.status)});
    }
    results.push_back(std::move(r));
  }
  doorbell::ring(repository);  // owners of released tasks have been told
  int events = 0, dropped = 0;
  for (const Result& r : results) {
    events += r.git.events;
    dropped += r.git.dropped;
    if (const std::string note = note_of(r); !note.empty())
      cli::note(invocation, r.feature.spec_id + ": " + note);
  }
  json::Object data{{"tasks", rows}, {"events", events}, {"dropped", dropped}};
  if (!file.empty()) {
    const int marked = progress::write_marks(store, features.at(0), file);
    data.emplace_back("file", file);
    data.emplace_back("marked", marked);
    cli::note(invocation,
              text::count_of(static_cast<std::size_t>(marked), "box") +
                  " changed in " + file);
  }
  return cli::print(invocation,
                    {.data = data,
                     .rows = "tasks",
                     .fields = {"id", "status", "commit"},
                     .human = rows.empty() ? "no tasks\n" : table.text()});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "sync-status",
    .group = cli::Group::Work,
    .summary = "bring tasks up to date with commits",
    .synopsis = {"[<spec-id>] [--write]"},
    .options = {{"write", 0, Arity::Flag, "",
                 "tick what is done in this worktree's task list"}},
    .listing = true,
    .run = run};

}  // namespace orch
