// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "integrate/integrate.h"
#include "json/value.h"
#include "repository/repository.h"
#include "store/asks.h"
#include "store/blockers.h"
#include "store/checkins.h"
#include "store/conflicts.h"
#include "store/contradictions.h"
#include "store/events.h"
#include "store/features.h"
#include "store/limits.h"
#include "store/messages.h"
#include "store/queue.h"
#include "store/tasks.h"

// The data that verbs print of rows, with the keys of the contract in its
// order. A verb and the page print the same because both have it from here.
namespace orch::listing {

// One row each.
json::Object conflict(const store::Conflict& row);
json::Object task(const store::Task& row);
json::Object message(const store::Message& row);

// The whole data of a listing.
json::Object agents(store::Store& store, const std::vector<store::Agent>& rows);
json::Object asks(const std::vector<store::Ask>& rows);
json::Object blockers(const std::vector<store::Blocker>& rows);
// `store` may be null when there are no rows.
json::Object checkins(store::Store* store,
                      const std::vector<store::Checkin>& rows);
json::Object conflicts(const std::vector<store::Conflict>& rows);
json::Object contradictions(const std::vector<store::Contradiction>& rows);
json::Object events(const std::vector<store::Event>& rows);
// `store` may be null when there are no rows.
json::Object limits(store::Store* store, const std::vector<store::Limit>& rows);
json::Object messages(const std::vector<store::Message>& rows);
// The same, with whom each is for and why it waits or has ended.
json::Object messages_of_everyone(const std::vector<store::Message>& rows);
json::Object tasks(const std::vector<store::Task>& rows);
// Of several features: each row with the `spec_id` of its own.
struct FeatureTasks {
  store::Feature feature;
  std::vector<store::Task> tasks;
};
std::vector<FeatureTasks> tasks_by_feature(store::Store& store);
json::Object tasks(const std::vector<FeatureTasks>& features);
// The batch queue: `reasons` says why each item stands as it does.
json::Object queue(store::Store& store,
                   const std::vector<store::QueueItem>& items,
                   const std::vector<std::string>& reasons);
// What waits to land, has landed or was rejected.
json::Array landings(const std::vector<integrate::Item>& items);

// The agent's address; "-" for one that is gone.
std::string address_of(store::Store& store, std::int64_t agent_id);
// What the recurring check-in is repeated by: "30m", or the schedule as it was
// written; empty for once. The zone is that of a schedule.
std::string every_text(const store::Checkin& row);
std::string zone_text(const store::Checkin& row);

// The agents that are listed: those of features, and directory agents that
// have not been taken away; each as it is now.
std::vector<store::Agent> listed_agents(store::Store& store);
// Why each item of the batch queue stands as it does.
std::vector<std::string> queue_reasons(
    store::Store& store, const std::vector<store::QueueItem>& items);

}  // namespace orch::listing
