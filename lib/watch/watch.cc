// SPDX-License-Identifier: MIT
#include "watch/watch.h"

#include <algorithm>
#include <map>
#include <optional>

#include "clock/clock.h"
#include "error/error.h"
#include "git/git.h"
#include "installation/data.h"
#include "message/message.h"
#include "store/events.h"
#include "store/features.h"
#include "text/text.h"

namespace orch::watch {
namespace {

constexpr char kToldUntil[] = "watchers told until";
constexpr std::size_t kAtOnce = 200;

struct Watcher {
  store::Agent agent;
  std::vector<std::string> roles, paths;
};

// The agents of a feature that watch anybody. A role file that cannot be read
// is the doctor's and `agent start`'s to report, not a reason to tell nobody.
std::vector<Watcher> watchers_of(const Repository& repository,
                                 store::Store& store, std::int64_t feature_id) {
  std::vector<Watcher> out;
  for (store::Agent& agent : store::list_agents(store, feature_id)) {
    try {
      auto role = installation::require_role(repository.orch_dir(), agent.role);
      if (!role.notify_on_commit_of.empty())
        out.push_back({std::move(agent), std::move(role.notify_on_commit_of),
                       std::move(role.watch)});
    } catch (const Error&) {
    }
  }
  return out;
}

// The paths below `patterns` that a commit changed against its first parent;
// absent when it is gone.
std::optional<std::vector<std::string>> touched(
    const Repository& repository, const std::string& commit,
    const std::vector<std::string>& patterns) {
  std::vector<std::string> args = {
      "diff-tree", "--name-only",    "--root",         "-r",   "-z",
      "-m",        "--first-parent", "--no-commit-id", commit, "--"};
  args.insert(args.end(), patterns.begin(), patterns.end());
  const auto answer = git::run(repository, {.args = args});
  if (!answer.ok()) return std::nullopt;
  return text::split_list(answer.output, '\0');
}

std::string text_for(const store::Event& e,
                     const std::vector<std::string>& paths) {
  constexpr std::size_t kShown = 20;
  std::string text = e.role.value_or("") + " committed " +
                     e.commit->substr(0, 12) + " " +
                     text::printable(e.message) + "\n" +
                     text::count_of(paths.size(), "file") + ":\n";
  for (std::size_t i = 0; i < paths.size() && i < kShown; ++i)
    text += "  " + text::printable(paths[i]) + "\n";
  if (paths.size() > kShown)
    text += "  and " + std::to_string(paths.size() - kShown) + " more\n";
  return text + "look with: git show " + e.commit->substr(0, 12);
}

struct Notice {
  store::Agent agent;
  std::string text;
};

// What one commit event has to tell; nothing is written.
std::vector<Notice> notices_of(const Repository& repository,
                               const std::vector<Watcher>& watchers,
                               const store::Event& e) {
  std::vector<Notice> out;
  for (const Watcher& w : watchers) {
    const bool watched = std::find(w.roles.begin(), w.roles.end(),
                                   e.role.value_or("")) != w.roles.end();
    if (!watched || w.agent.role == e.role) continue;
    const auto paths = touched(repository, *e.commit, w.paths);
    if (paths && (!paths->empty() || w.paths.empty()))
      out.push_back({w.agent, text_for(e, *paths)});
  }
  return out;
}

}  // namespace

void begin(store::Store& store) {
  if (store::find_meta(store, kToldUntil)) return;
  const auto latest = store::list_events(store, {.limit = 1});
  store::Transaction transaction(store);
  if (store::find_meta(store, kToldUntil)) return;
  store::set_meta(store, kToldUntil,
                  std::to_string(latest.empty() ? 0 : latest.back().id));
  transaction.commit();
}

int tell_watchers(const Repository& repository, store::Store& store) {
  begin(store);
  const std::string until = store::find_meta(store, kToldUntil).value_or("0");
  const auto events = store::list_events(
      store, {.after_id = std::strtoll(until.c_str(), nullptr, 10),
              .limit = kAtOnce,
              .oldest_first = true});
  if (events.empty()) return 0;
  std::vector<Notice> notices;
  std::map<std::string, std::vector<Watcher>> watchers;
  for (const store::Event& e : events) {
    if (!e.spec_id || !e.commit || !store::is_of_commit(e)) continue;
    if (!watchers.contains(*e.spec_id)) {
      const auto feature = store::find_feature(store, *e.spec_id);
      watchers[*e.spec_id] = feature
                                 ? watchers_of(repository, store, feature->id)
                                 : std::vector<Watcher>();
    }
    for (Notice& n : notices_of(repository, watchers[*e.spec_id], e))
      notices.push_back(std::move(n));
  }
  store::Transaction transaction(store);
  // Somebody else may have told them in the meantime.
  if (store::find_meta(store, kToldUntil) != until) return 0;
  const std::int64_t now = clock::now();
  for (const Notice& n : notices)
    message::queue(store, n.agent, {.text = n.text}, now);
  store::set_meta(store, kToldUntil, std::to_string(events.back().id));
  transaction.commit();
  return static_cast<int>(notices.size());
}

}  // namespace orch::watch
