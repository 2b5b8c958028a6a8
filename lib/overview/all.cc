// SPDX-License-Identifier: MIT
#include "overview/all.h"

#include <algorithm>
#include <map>

#include "error/error.h"
#include "file/file.h"
#include "hook/fold.h"
#include "overview/csv.h"
#include "roster/roster.h"
#include "text/text.h"
#include "text/words.h"

namespace orch::overview {
namespace {

using Row = json::Object;

std::string path_of(const std::string& common_dir) {
  return file::name_of(common_dir) == ".git" ? file::parent_of(common_dir)
                                             : common_dir;
}

RepositoryStatus look_at(const roster::Entry& entry) {
  RepositoryStatus out{entry.id, path_of(entry.common_dir), {}, {}};
  if (!entry.is_there) {
    out.reason = "it is gone; git orch doctor --fix takes it off the list";
    return out;
  }
  try {
    const auto repository = repository::require_at(out.path);
    auto store = hook::find_store(repository);
    out.status = store ? status(*store, "") : Status();
  } catch (const Error& error) {
    out.reason = error.what();
  }
  return out;
}

bool is_down(const AgentStatus& a) {
  return a.agent.desired == "running" &&
         (a.agent.state == "lost" || a.agent.state == "exited");
}

template <typename Each>
void for_each_agent(const Status& status, const Each& each) {
  for (const FeatureStatus& fs : status.features)
    for (const AgentStatus& a : fs.agents) each(a);
  for (const AgentStatus& a : status.others) each(a);
}

Row summary_of(const RepositoryStatus& r) {
  const double health = health_of(r);
  Row row{{"id", r.id},
          {"path", r.path},
          {"health", health_name(health)},
          {"score", health},
          {"reason", r.reason.empty() ? json::Value() : r.reason}};
  if (!r.status) return row;
  std::map<std::string, std::int64_t> states;
  for_each_agent(*r.status,
                 [&](const AgentStatus& a) { ++states[a.agent.state]; });
  json::Object agents;
  for (const auto& [state, count] : states) agents.emplace_back(state, count);
  const json::Object data = status_json(*r.status);
  const json::Value all(data);
  std::int64_t open = 0;
  for (const FeatureStatus& fs : r.status->features)
    if (fs.feature.status == "in-progress") ++open;
  for (auto& [key, value] :
       json::Object{{"features", open},
                    {"agents", std::move(agents)},
                    {"needs_human", r.status->needs.size()},
                    {"conflicts", r.status->conflicts.size()},
                    {"overdue", r.status->overdue},
                    {"last_tick", all["tick"]["last"]},
                    {"landed", r.status->landed.size()},
                    {"queue", r.status->queue}})
    row.emplace_back(key, value);
  return row;
}

// "git orch x" as it is typed somewhere else.
json::Value from_anywhere(const json::Value& command, const std::string& path) {
  const std::string prefix = "git orch ";
  const std::string* text = command.as_string();
  if (text == nullptr || !text->starts_with(prefix)) return command;
  return "git -C " + text::shell_word(path) + " orch " +
         text->substr(prefix.size());
}

// Every row of a list, with where it is from.
void add_rows(const json::Value& rows, const std::string& path,
              json::Array& out) {
  if (rows.as_array() == nullptr) return;
  for (const json::Value& v : *rows.as_array()) {
    if (v.as_object() == nullptr) continue;
    Row row = *v.as_object();
    for (auto& [key, value] : row)
      if (key == "command") value = from_anywhere(value, path);
    row.emplace_back("repository", path);
    out.emplace_back(std::move(row));
  }
}

}  // namespace

std::vector<RepositoryStatus> look_at_all() {
  std::vector<RepositoryStatus> out;
  for (const roster::Entry& entry : roster::list())
    out.push_back(look_at(entry));
  return out;
}

double health_of(const RepositoryStatus& repository) {
  if (!repository.status) return 0;
  const Status& s = *repository.status;
  double health = 1;
  if (!s.needs.empty()) health -= 0.3;
  bool down = false;
  for_each_agent(s, [&](const AgentStatus& a) { down = down || is_down(a); });
  if (down) health -= 0.3;
  if (s.overdue > 0) health -= 0.3;
  const bool collide = std::any_of(
      s.conflicts.begin(), s.conflicts.end(),
      [](const store::Conflict& c) { return c.kind == "collision"; });
  if (collide) health -= 0.15;
  return std::max(health, 0.0);
}

std::string health_name(double health) {
  // Tenths do not add up exactly.
  constexpr double kSlack = 1e-9;
  if (health + kSlack >= 0.8) return "healthy";
  return health + kSlack >= 0.5 ? "warning" : "critical";
}

json::Object all_json(const std::vector<RepositoryStatus>& all) {
  static const std::vector<std::string> kLists = {
      "features",       "asks",   "agents", "needs",
      "open_conflicts", "landed", "limits"};
  std::map<std::string, json::Array> lists;
  json::Array repositories, unscheduled;
  std::int64_t overdue = 0, last = 0, queue = 0, needs = 0;
  bool daemon = false;
  for (const RepositoryStatus& r : all) {
    repositories.emplace_back(summary_of(r));
    if (!r.status) continue;
    const json::Value data(status_json(*r.status));
    for (const std::string& list : kLists)
      add_rows(data[list], r.path, lists[list]);
    for (const std::string& address : r.status->unscheduled)
      unscheduled.emplace_back(r.path + ": " + address);
    overdue += r.status->overdue;
    queue += r.status->queue;
    needs += static_cast<std::int64_t>(r.status->needs.size());
    last = std::max(last, r.status->last_tick);
    daemon = daemon || r.status->daemon;
  }
  lists["unscheduled"] = std::move(unscheduled);
  Status sums;
  sums.last_tick = last;
  sums.overdue = overdue;
  sums.queue = queue;
  sums.daemon = daemon;
  json::Object out = status_json(sums);
  for (auto& [key, value] : out) {
    if (const auto list = lists.find(key); list != lists.end())
      value = std::move(list->second);
    if (key == "needs_human") value = needs;
  }
  out.emplace_back("repositories", std::move(repositories));
  return out;
}

std::string all_csv(const std::vector<RepositoryStatus>& all) {
  const auto with = [](const std::string& cell, const std::string& lines) {
    std::string out;
    for (const std::string& line : text::split(lines, '\n'))
      if (!line.empty()) out += cell + "," + line + "\n";
    return out;
  };
  const std::string heading = status_csv(Status());
  std::string out = with("repository", heading);
  for (const RepositoryStatus& r : all) {
    if (!r.status) continue;
    std::string path = csv_line({r.path});
    path.erase(path.find_last_not_of("\r\n") + 1);
    out += with(path, status_csv(*r.status).substr(heading.size()));
  }
  return out;
}

}  // namespace orch::overview
