// SPDX-License-Identifier: MIT
#include "clock/clock.h"
#include "error/error.h"
#include "pullrequest/parts.h"
#include "pullrequest/remote.h"
#include "text/text.h"

namespace orch::pullrequest {
namespace {

std::string name_of(const store::PullRequest& row) {
  return (row.number ? "#" + std::to_string(*row.number) + " " : "") +
         row.title + " (" + row.head + " into " + row.base + ")";
}

// Keeps why the forge lacks it.
Opened left(store::Store& store, store::PullRequest row, Reached reached,
            const std::string& error, const std::string& hint, bool pushed) {
  row.error = error;
  store::Transaction transaction(store);
  store::update_pull_request(store, row);
  transaction.commit();
  return {std::move(row), reached, hint, pushed};
}

Opened left(store::Store& store, store::PullRequest row, const Refusal& refusal,
            bool pushed) {
  return left(store, std::move(row),
              refusal.offline ? Reached::Recorded : Reached::Failed,
              refusal.error, refusal.hint, pushed);
}

// Whether both are pull requests of one repository.
bool is_beside(const store::PullRequest& other, const store::PullRequest& row,
               const hosting::Pull& pull) {
  const auto theirs = hosting::find_page(other.url.value_or(""));
  if (theirs) return hosting::is_page_in(theirs->place, pull.url, pull.number);
  return other.url == pull.url || other.remote == row.remote;
}

// What tells that the answer is not about this one; empty: nothing does.
std::string misfit(store::Store& store, const store::PullRequest& row,
                   const forge::Client& client, const hosting::Pull& pull) {
  auto place = client.place;
  const auto found = hosting::find_place(pull.url);
  // A name without a dot may be one that only this machine has for the host.
  if (place && found && client.kind == hosting::Kind::Command &&
      place->host.find('.') == std::string::npos)
    place->host = found->host;
  if (place && !hosting::is_page_in(*place, pull.url, pull.number))
    return "which is not in " + client.place->host + "/" + client.place->path;
  if (!pull.head.empty() && pull.head != row.head)
    return "which is of branch " + pull.head;
  for (const store::PullRequest& other :
       store::list_pull_requests_with(store, pull.number))
    if (other.head != row.head && is_beside(other, row, pull))
      return "which is that of " + other.head;
  return "";
}

// The forge has it: under this row, or under the one that had it before.
store::PullRequest opened(store::Store& store, store::PullRequest row,
                          const forge::Client& client,
                          const hosting::Pull& pull, const std::string& tip) {
  store::Transaction transaction(store);
  bool known = false;
  if (const auto other = store::find_pull_request_at(store, pull.url);
      other && other->id != row.id && other->head == row.head &&
      other->status != "merged") {
    store::delete_pull_request(store, row.id);
    row = *other;
    known = true;
  }
  row.number = pull.number;
  row.url = text::cut(pull.url, 1000);
  row.status = pull.status;
  row.forge = std::string(hosting::kind_name(client.kind));
  row.head_commit = pull.head_commit.empty() ? tip : pull.head_commit;
  row.error.reset();
  row.body.reset();
  store::update_pull_request(store, row);
  if (!known) log_event(store, row, "pr_opened", name_of(row));
  transaction.commit();
  return row;
}

// Whether the forge can know the branch; empty: it can.
std::string missing_branch(There there, const store::PullRequest& row) {
  const std::string remote = row.remote.value_or("");
  if (there == There::No)
    return "'" + remote + "' does not have branch '" + row.head + "'";
  if (there == There::Behind)
    return "'" + remote + "' has another commit as '" + row.head + "'";
  return "";
}

store::PullRequest recorded(store::Store& store, const Wanted& wanted,
                            const Draft& draft,
                            std::optional<store::PullRequest> row) {
  if (!row)
    row = store::PullRequest{.feature_id = draft.feature.id,
                             .role = wanted.agent.role,
                             .base = draft.base,
                             .head = draft.head,
                             .created_at = clock::now()};
  row->title = draft.title;
  row->body = draft.body;
  row->status = wanted.draft ? "draft" : "open";
  row->remote =
      draft.remote.empty() ? std::nullopt : std::optional(draft.remote);
  store::Transaction transaction(store);
  if (row->id == 0) {
    row->id = store::insert_pull_request(store, *row);
    log_event(store, *row, "pr_recorded", name_of(*row));
  } else {
    store::update_pull_request(store, *row);
  }
  transaction.commit();
  return *std::move(row);
}

// What is pushed to one that is open already.
Opened existing(const Repository& repository, store::Store& store,
                store::PullRequest row, const Draft& draft, bool push_it) {
  if (!push_it || draft.remote.empty())
    return {std::move(row), Reached::Existed, "", false};
  const std::string refusal = push(repository, draft.remote, draft.head);
  if (!refusal.empty())
    return left(store, std::move(row), Reached::Failed,
                "cannot push '" + draft.head + "': " + refusal, "", false);
  return {std::move(row), Reached::Existed, "", true};
}

}  // namespace

Opened complete(const Repository& repository, store::Store& store,
                store::PullRequest row, const std::string& tip, bool push_it) {
  const std::string remote = row.remote.value_or("");
  if (remote.empty())
    return left(store, std::move(row), Reached::Recorded, "there is no remote",
                "git remote add origin <url>", false);
  const auto config = config::Config::load(repository);
  forge::Choice choice;
  try {
    choice =
        choose_forge(repository, config, url_of(repository, config, remote),
                     row.forge.value_or(""));
  } catch (const Error& e) {
    left(store, row, Reached::Failed, e.what(), e.hint(), false);
    throw;
  }
  bool pushed = false;
  if (push_it) {
    const std::string refusal = push(repository, remote, row.head);
    if (!refusal.empty()) {
      const std::string error = "cannot push '" + row.head + "': " + refusal;
      return left(store, std::move(row), Reached::Failed, error, "", false);
    }
    pushed = true;
  }
  if (!choice.client)
    return left(store, std::move(row), Reached::Recorded, choice.why,
                "git orch sync-pr", pushed);
  const forge::Client& client = *choice.client;
  if (const auto until = find_wait(store, client, clock::now()))
    return left(store, std::move(row), refusal_to_wait(client, *until), pushed);
  // A remote that does not answer git may still have a forge that answers its
  // program, which then is the one to know.
  const std::string missing =
      pushed ? ""
             : missing_branch(look_at(repository, remote, row.head, tip), row);
  if (!missing.empty())
    return left(store, std::move(row), Reached::Failed, missing,
                "git orch open-pr --push", false);
  const auto answer = forge::open(client, {.title = row.title,
                                           .body = row.body.value_or(""),
                                           .base = row.base,
                                           .head = row.head,
                                           .draft = row.status == "draft"});
  if (answer.failure) {
    note_wait(store, client, answer.failure);
    return left(store, std::move(row), refusal_of(client, answer.failure),
                pushed);
  }
  const std::string misfits = misfit(store, row, client, *answer.pull);
  if (!misfits.empty())
    return left(store, std::move(row), Reached::Failed,
                "the forge answered with " +
                    hosting::complaint_text(answer.pull->url + ", " + misfits),
                "", pushed);
  return {opened(store, std::move(row), client, *answer.pull, tip),
          answer.existed ? Reached::Existed : Reached::Opened, "", pushed};
}

Opened open(const Repository& repository, store::Store& store,
            const Wanted& wanted) {
  require_may_open(repository, store, wanted.agent, wanted.push);
  const Draft draft = draft_of(repository, store, wanted);
  const file::Lock lock = lock_forges(repository);
  auto row = store::find_open_pull_request(store, draft.head, draft.base);
  if (row && row->number)
    return existing(repository, store, *std::move(row), draft, wanted.push);
  require_own_commits(repository, draft);
  return complete(repository, store,
                  recorded(store, wanted, draft, std::move(row)), draft.tip,
                  wanted.push);
}

}  // namespace orch::pullrequest
