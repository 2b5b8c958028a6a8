// SPDX-License-Identifier: MIT
#include "dashboard/view.h"

#include <map>

#include "agent/agent.h"
#include "agent/coloured_log.h"
#include "agent/which_feature.h"
#include "ask/ask.h"
#include "clock/clock.h"
#include "drill/load_report.h"
#include "error/error.h"
#include "integrate/integrate.h"
#include "listing/listing.h"
#include "overview/overview.h"

namespace orch::dashboard {
namespace {

using repository::Repository;

struct Asked {
  const Repository& repository;
  store::Store& store;
  const Question& question;

  // The feature that is named; absent when none is.
  std::optional<store::Feature> feature() const {
    const std::string name = question.parameter("feature");
    if (name.empty()) return std::nullopt;
    return agent::require_feature(repository, store, name);
  }
  // Without a name: the one that the verbs take, or their error.
  store::Feature chosen_feature() const {
    return agent::require_feature(repository, store,
                                  question.parameter("feature"),
                                  agent::ToldBy::Option);
  }
  bool all() const {
    if (question.parameter("all").empty()) return false;
    if (!question.parameter("feature").empty())
      throw Error(ErrorCode::Usage, "either 'all' or 'feature'");
    return true;
  }
  std::int64_t feature_id() const {
    const auto found = feature();
    return found ? found->id : 0;
  }
  std::int64_t agent_id() const {
    const std::string name = question.parameter("agent");
    return name.empty() ? 0 : agent::require_agent(repository, store, name).id;
  }
  std::size_t count(std::size_t usual) const {
    const std::string n = question.parameter("n");
    return n.empty() ? usual : std::stoul(n);
  }
};

json::Object status(const Asked& a) {
  const auto feature = a.feature();
  return overview::status_json(
      overview::status(a.store, feature ? feature->spec_id : ""));
}

json::Object agents(const Asked& a) {
  return listing::agents(a.store, listing::listed_agents(a.store));
}

json::Object log(const Asked& a) {
  constexpr std::size_t kUsual = 200;
  const auto agent = agent::require_agent(a.repository, a.store,
                                          a.question.parameter("agent"));
  return {{"agent", agent.address},
          {"text", agent::log_tail(a.repository, agent, a.count(kUsual))},
          {"coloured",
           agent::coloured_log_tail(a.repository, agent, a.count(kUsual))}};
}

json::Object asks(const Asked& a) {
  if (!a.store.is_read_only())
    ask::run_due(a.repository, a.store, clock::now());
  return listing::asks(store::list_asks(a.store, store::Asks::Open));
}

json::Object blockers(const Asked& a) {
  return listing::blockers(
      store::list_blockers(a.store, {.feature_id = a.feature_id()}));
}

json::Object checkins(const Asked& a) {
  return listing::checkins(
      &a.store,
      store::list_checkins(a.store, store::Checkins::Waiting, a.agent_id()));
}

json::Object conflicts(const Asked& a) {
  return listing::conflicts(
      store::list_open_conflicts(a.store, a.feature_id()));
}

json::Object contradictions(const Asked& a) {
  return listing::contradictions(store::list_contradictions(
      a.store, a.feature_id(), store::Contradictions::Open));
}

// Of this user, whatever the repository.
json::Object drills(const Asked&) {
  return {{"load", drill::find_kept_report()}};
}

json::Object landings(const Asked& a) {
  return {
      {"queue", listing::landings(a.all() ? integrate::list_queue(a.store)
                                          : integrate::list_queue(
                                                a.store, a.chosen_feature()))}};
}

json::Object limits(const Asked& a) {
  auto rows = store::list_open_limits(a.store);
  if (const std::int64_t agent_id = a.agent_id())
    std::erase_if(rows, [&](const auto& l) { return l.agent_id != agent_id; });
  return listing::limits(&a.store, rows);
}

json::Object messages(const Asked& a) {
  constexpr std::size_t kUsual = 50;
  return listing::messages_of_everyone(store::list_latest_messages(
      a.store, static_cast<std::int64_t>(a.count(kUsual))));
}

json::Object queue(const Asked& a) {
  std::vector<store::QueueItem> items;
  for (store::QueueItem& item : store::list_queue(a.store))
    if (!item.has_ended()) items.push_back(std::move(item));
  return listing::queue(a.store, items, listing::queue_reasons(a.store, items));
}

json::Object recent(const Asked& a) {
  constexpr std::size_t kUsual = 20;
  return listing::events(
      store::list_events(a.store, {.limit = a.count(kUsual)}));
}

json::Object tasks(const Asked& a) {
  if (a.all()) return listing::tasks(listing::tasks_by_feature(a.store));
  if (!a.feature() && store::list_features(a.store, "in-progress").empty())
    return listing::tasks(std::vector<store::Task>{});
  return listing::tasks(store::list_tasks(a.store, a.chosen_feature().id));
}

using Maker = json::Object (*)(const Asked&);

const std::map<std::string, Maker, std::less<>>& makers() {
  static const std::map<std::string, Maker, std::less<>> kMakers = {
      {"agent", agents},
      {"agent/log", log},
      {"ask", asks},
      {"blocker", blockers},
      {"checkin", checkins},
      {"conflicts", conflicts},
      {"contradictions", contradictions},
      {"drill", drills},
      {"integrate", landings},
      {"limits", limits},
      {"messages", messages},
      {"queue", queue},
      {"recent", recent},
      {"status", status},
      {"task", tasks},
  };
  return kMakers;
}

}  // namespace

std::optional<json::Object> view(const Repository& repository,
                                 store::Store& store,
                                 const Question& question) {
  const auto found = makers().find(question.name);
  if (found == makers().end()) return std::nullopt;
  return found->second({repository, store, question});
}

bool is_view(const Question& question) {
  return makers().contains(question.name);
}

}  // namespace orch::dashboard
