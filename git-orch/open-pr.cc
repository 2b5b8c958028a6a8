// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "agent/which_feature.h"
#include "cli/output.h"
#include "error/error.h"
#include "hook/fold.h"
#include "overview/pull_request.h"
#include "pullrequest/pullrequest.h"
#include "text/text.h"

namespace orch {
namespace {

using cli::Invocation;
using pullrequest::Reached;
using repository::Repository;

pullrequest::Wanted wanted_of(const Invocation& invocation,
                              const Repository& repository,
                              store::Store& store) {
  return {.agent = pullrequest::require_author(
              repository, store, invocation.find("agent").value_or("")),
          .base = invocation.find("base"),
          .title = invocation.find("title"),
          .draft = invocation.has("draft"),
          .push = invocation.has("push")};
}

int show_draft(const Invocation& invocation, const Repository& repository,
               store::Store& store, const pullrequest::Wanted& wanted) {
  pullrequest::require_may_open(repository, store, wanted.agent, wanted.push);
  const auto draft = pullrequest::draft_of(repository, store, wanted);
  if (!store::find_open_pull_request(store, draft.head, draft.base))
    pullrequest::require_own_commits(repository, draft);
  const std::string push =
      wanted.push && !draft.remote.empty()
          ? "refs/heads/" + draft.head + ":refs/heads/" + draft.head
          : "";
  json::Object pr = overview::pull_request_json(
      store, {.feature_id = draft.feature.id,
              .role = wanted.agent.role,
              .title = draft.title,
              .status = wanted.draft ? "draft" : "open",
              .base = draft.base,
              .head = draft.head});
  std::string human = "title   " + text::printable(draft.title) + "\n";
  human += "head    " + text::printable(draft.head) + "\n";
  human += "base    " + text::printable(draft.base) + "\n";
  human += "remote  " +
           (draft.remote.empty() ? "-" : text::printable(draft.remote)) + "\n";
  human += "push    " + (push.empty() ? "-" : text::printable(push)) + "\n\n";
  human += text::printable_lines(draft.body);
  return cli::print(
      invocation,
      {.data = {{"pr", std::move(pr)},
                {"body", draft.body},
                {"remote", draft.remote.empty() ? json::Value()
                                                : json::Value(draft.remote)},
                {"push", push.empty() ? json::Value() : json::Value(push)}},
       .human = human});
}

std::string branches_of(const store::PullRequest& row) {
  return text::printable(row.head) + " into " + text::printable(row.base) +
         " (" + row.status + ")";
}

std::string human_text(const pullrequest::Opened& opened) {
  const store::PullRequest& row = opened.row;
  std::string out;
  if (opened.pushed) out = "pushed " + text::printable(row.head) + "\n";
  if (!row.number) return out + "recorded " + branches_of(row) + "\n";
  return out + text::printable(row.url.value_or("")) + "\n" +
         (opened.reached == Reached::Existed ? "was there: " : "opened ") +
         branches_of(row) + "\n";
}

int run(const Invocation& invocation) {
  invocation.expect_operands(0, 0);
  const auto repository = repository::require();
  auto found =
      hook::store_for(repository, invocation.has("dry-run") ? hook::Use::Look
                                                            : hook::Use::Write);
  if (!found) throw agent::no_feature("");
  store::Store& store = *found;
  const auto wanted = wanted_of(invocation, repository, store);
  if (invocation.has("dry-run"))
    return show_draft(invocation, repository, store, wanted);
  cli::progress(invocation, "asking the forge");
  const auto opened = pullrequest::open(repository, store, wanted);
  const bool lacks =
      opened.reached == Reached::Recorded || opened.reached == Reached::Failed;
  if (lacks)
    cli::note(invocation, "the forge does not have it: " +
                              opened.row.error.value_or("not known why"));
  if (lacks && !opened.hint.empty())
    cli::note(invocation, "hint: " + opened.hint);
  if (opened.reached == Reached::Existed)
    cli::note(invocation,
              "it is open, as far as is known; nothing of it was changed");
  return cli::print(
      invocation,
      {.data = {{"pr", overview::pull_request_json(store, opened.row)},
                {"existed", opened.reached == Reached::Existed},
                {"pushed", opened.pushed},
                {"hint", opened.hint.empty() ? json::Value()
                                             : json::Value(opened.hint)}},
       .human = human_text(opened),
       .exit_code = opened.reached == Reached::Failed ? kNotReached : kDone});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "open-pr",
    .group = cli::Group::Work,
    .summary = "open a pull request for an agent's branch",
    .synopsis = {"[--draft] [--base <branch>] [--agent <agent>] "
                 "[--title <text>] [--push] [--dry-run]"},
    .options = {{"draft", 0, Arity::Flag, "", "as a draft"},
                {"base", 0, Arity::One, "branch",
                 "where to; default: the integration branch, or for that one "
                 "the feature's base"},
                {"agent", 0, Arity::One, "agent",
                 "whose branch; default: of this worktree, else the overseer"},
                {"title", 0, Arity::One, "text",
                 "the title; default: the spec-id and the newest subject"},
                {"push", 0, Arity::Flag, "",
                 "push the branch before, and nothing else"},
                {"dry-run", 0, Arity::Flag, "",
                 "show what would be opened; ask no forge"}},
    .run = run};

}  // namespace orch
