// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>

#include "agent/agent.h"
#include "clock/clock.h"
#include "error/error.h"
#include "git/git.h"
#include "hosting/notice.h"
#include "message/message.h"
#include "pullrequest/parts.h"
#include "pullrequest/remote.h"
#include "text/text.h"

namespace orch::pullrequest {
namespace {

// The logs of more are left on the forge.
constexpr std::size_t kMostLogs = 5;

// What is new of one pull request.
struct News {
  std::vector<hosting::FailedCheck> failed;
  std::vector<hosting::Remark> remarks;
};

bool is_hex(const std::string& text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

class Sync {
 public:
  Sync(const Repository& repository, store::Store& store)
      : repository_(repository),
        store_(store),
        config_(config::Config::load(repository)) {}

  // One that the forge lacks. An agent that may not open it leaves it alone.
  void complete_one(const store::PullRequest& row) {
    try {
      if (const auto author = author_of(row))
        require_may_open(repository_, store_, *author, false);
    } catch (const Error&) {
      out_.rows.push_back(row);
      return;
    }
    try {
      open_now(row);
    } catch (const Error& e) {
      fail({row}, {e.what(), e.hint(), false});
    }
  }

  // Those of one repository of a forge.
  void refresh(const std::vector<store::PullRequest>& rows) {
    forge::Choice choice;
    try {
      choice = choose(rows.front());
    } catch (const Error& e) {
      fail(rows, {e.what(), e.hint(), false});
      return;
    }
    if (!choice.client) {
      fail(rows, {choice.why, "", false});
      return;
    }
    const forge::Client& client = *choice.client;
    const std::int64_t now = clock::now();
    if (const auto until = find_wait(store_, client, now)) {
      fail(rows, refusal_to_wait(client, *until));
      return;
    }
    std::vector<hosting::Known> known;
    for (const store::PullRequest& row : rows)
      known.push_back({*row.number, hosting::bare_address(row.url.value_or("")),
                       row.base, row.head});
    const std::string key = memory_key(client);
    const auto answer = forge::refresh(
        client, known, store::find_meta(store_, key).value_or(""));
    if (answer.failure) {
      note_wait(store_, client, answer.failure);
      fail(rows, refusal_of(client, answer.failure));
      return;
    }
    for (const store::PullRequest& row : rows) apply(row, client, answer, now);
    store::Transaction transaction(store_);
    // What is missing is asked for again, whatever the cheap questions say.
    store::set_meta(store_, key,
                    answer.pulls.missing.empty() ? answer.memory : "");
    transaction.commit();
  }

  Synced done() { return std::move(out_); }

 private:
  std::optional<store::Agent> author_of(const store::PullRequest& row) const {
    const auto feature = store::find_feature(store_, row.feature_id);
    if (!feature) return std::nullopt;
    return store::find_agent(store_, feature->spec_id + "/" + row.role);
  }

  void open_now(const store::PullRequest& row) {
    const auto tip =
        git::find_commit(repository_, std::string(git::kHeads) + row.head);
    if (!tip) {
      fail({row}, {"branch '" + row.head + "' is gone", "", false});
      return;
    }
    store::PullRequest with_remote = row;
    if (!row.remote)
      with_remote.remote =
          unless_empty(remote_of(repository_, config_, row.head));
    Opened opened =
        complete(repository_, store_, std::move(with_remote), *tip, false);
    if (opened.reached == Reached::Failed) out_.whole = false;
    add_hint(opened.hint);
    out_.rows.push_back(std::move(opened.row));
  }

  // The page of the pull request says which repository it is in, even where the
  // remote has been renamed.
  forge::Choice choose(const store::PullRequest& row) const {
    const auto page = hosting::find_page(row.url.value_or(""));
    const std::string remote = row.remote.value_or("");
    std::string url;
    if (page)
      url = "https://" + page->place.host + "/" + page->place.path;
    else if (!remote.empty())
      url = url_of(repository_, config_, remote);
    return choose_forge(repository_, config_, url, row.forge.value_or(""));
  }

  void add_hint(const std::string& hint) {
    if (!hint.empty() && hint != "git orch sync-pr" &&
        std::find(out_.hints.begin(), out_.hints.end(), hint) ==
            out_.hints.end())
      out_.hints.push_back(hint);
  }

  void fail(const std::vector<store::PullRequest>& rows,
            const Refusal& refusal) {
    store::Transaction transaction(store_);
    for (store::PullRequest row : rows) {
      row.error = refusal.error;
      store::update_pull_request(store_, row);
      out_.rows.push_back(std::move(row));
    }
    transaction.commit();
    out_.whole = false;
    add_hint(refusal.hint);
  }

  void apply(const store::PullRequest& row, const forge::Client& client,
             const forge::Refreshed& answer, std::int64_t now) {
    const auto missing = answer.pulls.missing.find(*row.number);
    if (missing != answer.pulls.missing.end()) {
      fail({row}, {"the forge does not tell of it: " +
                       hosting::complaint_text(missing->second),
                   "", false});
      return;
    }
    const auto pull = std::find_if(
        answer.pulls.pulls.begin(), answer.pulls.pulls.end(),
        [&](const hosting::Pull& p) { return p.number == *row.number; });
    if (pull == answer.pulls.pulls.end())
      write(row, nullptr, {}, now);
    else
      write(row, &*pull, news_of(row, *pull, client), now);
  }

  // Logs are fetched here, outside the transaction.
  News news_of(const store::PullRequest& row, const hosting::Pull& pull,
               const forge::Client& client) {
    News out;
    if (pull.status == "merged" || pull.status == "closed") return out;
    forge::Client there = client;
    if (const auto page = hosting::find_page(row.url.value_or("")))
      there.place = page->place;
    std::size_t logs = 0;
    for (const hosting::Check& check : pull.checks) {
      if (check.state != "failing" ||
          store::is_told(store_, row.id, fingerprint_of(pull, check)))
        continue;
      std::string log;
      if (logs++ < kMostLogs) log = forge::fetch_log(there, check);
      out.failed.push_back({check, hosting::log_excerpt(log)});
    }
    for (const hosting::Remark& remark : pull.remarks)
      if (!store::is_told(store_, row.id, fingerprint_of(remark)))
        out.remarks.push_back(remark);
    return out;
  }

  void write(store::PullRequest row, const hosting::Pull* pull,
             const News& news, std::int64_t now) {
    const std::string before = row.status;
    if (pull) take_over(*pull, row, now);
    row.error.reset();
    row.synced_at = now;
    store::Transaction transaction(store_);
    store::update_pull_request(store_, row);
    if (row.status != before && row.has_ended())
      log_event(store_, row, row.status == "merged" ? "pr_merged" : "pr_closed",
                "#" + std::to_string(*row.number) + " " + row.title + " (" +
                    row.head + " into " + row.base + ")");
    if (pull) tell(row, *pull, news, now);
    transaction.commit();
    out_.rows.push_back(std::move(row));
  }

  static void take_over(const hosting::Pull& pull, store::PullRequest& row,
                        std::int64_t now) {
    row.status = pull.status;
    row.checks = unless_empty(hosting::checks_of(pull));
    row.review = unless_empty(pull.review);
    if (is_hex(pull.head_commit)) row.head_commit = pull.head_commit;
    if (pull.status == "merged") row.merged_at = pull.merged_at.value_or(now);
  }

  // Within the Transaction. One whose agent is gone is told of when there is
  // one again.
  void tell(const store::PullRequest& row, const hosting::Pull& pull,
            const News& news, std::int64_t now) {
    const auto agent = author_of(row);
    if (!agent) return;
    const auto queue = [&](const std::string& text) {
      message::queue(store_, *agent, {.text = text}, now);
      ++out_.told;
    };
    if (!news.failed.empty()) queue(checks_text(pull, news.failed));
    if (!news.remarks.empty()) queue(remarks_text(pull, news.remarks));
    for (const hosting::FailedCheck& f : news.failed)
      store::mark_told(store_, row.id, fingerprint_of(pull, f.check), now);
    for (const hosting::Remark& remark : news.remarks)
      store::mark_told(store_, row.id, fingerprint_of(remark), now);
  }

  const Repository& repository_;
  store::Store& store_;
  config::Config config_;
  Synced out_;
};

// Rows that one question can ask for.
std::string group_of(const store::PullRequest& row) {
  const auto page = hosting::find_page(row.url.value_or(""));
  return row.forge.value_or("") + " " +
         (page ? page->place.host + "/" + page->place.path
               : row.remote.value_or(""));
}

}  // namespace

Synced sync(const Repository& repository, store::Store& store,
            const std::vector<store::PullRequest>& asked) {
  const file::Lock lock = lock_forges(repository);
  Sync run(repository, store);
  std::map<std::string, std::vector<store::PullRequest>> groups;
  for (const store::PullRequest& before : asked) {
    // As it is now that nobody else is at it.
    const auto row = store::find_pull_request(store, before.id);
    if (!row) continue;
    if (row->number)
      groups[group_of(*row)].push_back(*row);
    else
      run.complete_one(*row);
  }
  for (const auto& [name, rows] : groups) run.refresh(rows);
  Synced out = run.done();
  std::sort(out.rows.begin(), out.rows.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return out;
}

}  // namespace orch::pullrequest
