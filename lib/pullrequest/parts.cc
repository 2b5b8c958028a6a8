// SPDX-License-Identifier: MIT
#include "pullrequest/parts.h"

#include <charconv>

#include "clock/clock.h"
#include "config/program.h"
#include "error/error.h"
#include "store/events.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::pullrequest {
namespace {

using hosting::Failing;
using hosting::Kind;

constexpr std::int64_t kTimeoutMs = 60000;
constexpr int kLockMs = 120000;
constexpr char kExamples[] =
    "git config --global orch.forgeCommand /path/to/program";

std::string where(const forge::Client& client) {
  if (client.place) return client.place->host + "/" + client.place->path;
  return std::string(hosting::kind_name(client.kind));
}

// The limit is the account's on that host.
std::string wait_key(const forge::Client& client) {
  return "forge-wait/" + std::string(hosting::kind_name(client.kind)) + "/" +
         (client.place ? client.place->host : "");
}

std::string log_in(const forge::Client& client) {
  const std::string host = client.place ? client.place->host : "";
  switch (client.kind) {
    case Kind::Gh:
      return "gh auth login" + (host.empty() || host == "github.com"
                                    ? ""
                                    : " --hostname " + host);
    case Kind::Glab:
      return "glab auth login" + (host.empty() || host == "gitlab.com"
                                      ? ""
                                      : " --hostname " + host);
    case Kind::Tea:
      return "tea login add";
    case Kind::Command:
      break;
  }
  return "";
}

std::string program_name(const forge::Client& client) {
  return file::name_of(client.argv[0]);
}

}  // namespace

file::Lock lock_forges(const Repository& repository) {
  return file::Lock::take(repository.orch_dir() + "/lock/forges",
                          file::Lock::Mode::Exclusive, kLockMs,
                          "the pull requests");
}

forge::Choice choose_forge(const Repository& repository,
                           const config::Config& config, const std::string& url,
                           const std::string& before) {
  forge::Wish wish{
      .named = config.text("orch.forge", before),
      .timeout_ms = config::timeout_of(config, "orch.forgeTimeout", kTimeoutMs),
      .remote_url = url,
      .directory = repository.worktree.empty() ? repository.common_dir
                                               : repository.worktree};
  const auto place = hosting::find_place(url);
  const bool told = place && hosting::kind_of_host(place->host);
  if (wish.named == "command" || (wish.named.empty() && !told))
    if (const auto program =
            config::find_program(config, "orch.forgeCommand",
                                 "orch.forgeTimeout", kTimeoutMs, kExamples))
      wish.command = program->argv;
  return forge::choose(wish);
}

Refusal refusal_of(const forge::Client& client,
                   const hosting::Failure& failure) {
  Refusal out{program_name(client) + ": " + failure.text, "git orch sync-pr",
              failure.what == Failing::Unreachable};
  if (failure.what == Failing::NotLoggedIn) {
    out.error = program_name(client) + " is not logged in: " + failure.text;
    out.hint = log_in(client);
  }
  if (failure.what == Failing::Limited && failure.until_ms)
    return refusal_to_wait(client, *failure.until_ms);
  if (failure.what == Failing::Refused) out.hint.clear();
  return out;
}

Refusal refusal_to_wait(const forge::Client& client, std::int64_t until) {
  return {program_name(client) + ": too many requests; not before " +
              text::iso_time(until),
          "git orch sync-pr", false};
}

std::optional<std::int64_t> find_wait(store::Store& store,
                                      const forge::Client& client,
                                      std::int64_t now) {
  const auto text = store::find_meta(store, wait_key(client));
  if (!text) return std::nullopt;
  std::int64_t until = 0;
  std::from_chars(text->data(), text->data() + text->size(), until);
  if (until <= now) return std::nullopt;
  return until;
}

void note_wait(store::Store& store, const forge::Client& client,
               const hosting::Failure& failure) {
  if (failure.what != Failing::Limited || !failure.until_ms) return;
  store::Transaction transaction(store);
  store::set_meta(store, wait_key(client), std::to_string(*failure.until_ms));
  transaction.commit();
}

std::string memory_key(const forge::Client& client) {
  return "forge/" + std::string(hosting::kind_name(client.kind)) + "/" +
         where(client);
}

void log_event(store::Store& store, const store::PullRequest& row,
               const char* type, const std::string& text) {
  store::Event event;
  if (const auto feature = store::find_feature(store, row.feature_id))
    event.spec_id = feature->spec_id;
  event.role = row.role;
  event.type = type;
  event.message = text;
  if (row.head_commit) event.recorded_commit = row.head_commit;
  event.at = clock::now();
  store::insert_event(store, event);
}

}  // namespace orch::pullrequest
