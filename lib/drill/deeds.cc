// SPDX-License-Identifier: MIT
#include "drill/deeds.h"

#include <utility>

#include "clock/clock.h"

namespace orch::drill {
namespace {

constexpr char kTask[] = "T001";

json::Value data_in(const process::Outcome& out) {
  const auto answer = json::parse(out.output);
  return answer ? (*answer)["data"] : json::Value();
}

}  // namespace

Deeds::Deeds(const Arena& arena, std::string feature, Refused refused)
    : arena_(arena),
      feature_(std::move(feature)),
      refused_(std::move(refused)) {}

json::Value Deeds::data_of(const std::vector<std::string>& args,
                           const std::set<int>& fine) {
  const process::Outcome out = arena_.orch(args);
  if (out.timed_out || !fine.contains(out.status)) refused_(args, out);
  return data_in(out);
}

process::Outcome Deeds::send(const std::vector<std::string>& recipients,
                             const std::string& said,
                             const std::vector<std::string>& more) {
  std::vector<std::string> args = {"send"};
  args.insert(args.end(), recipients.begin(), recipients.end());
  args.insert(args.end(), {"-m", said, "--json"});
  args.insert(args.end(), more.begin(), more.end());
  process::Outcome out = arena_.orch(args);
  const json::Value data = data_in(out);
  const json::Array* const messages = data["messages"].as_array();
  if (!messages || messages->size() != recipients.size()) return out;
  // In the order in which they were named.
  for (std::size_t i = 0; i < recipients.size(); ++i)
    if (const auto id = (*messages)[i]["id"].as_integer())
      witness_.sent.push_back({.id = *id,
                               .sender = "person",
                               .recipient = recipients[i],
                               .text = said});
  return out;
}

void Deeds::log(const std::string& said) {
  const std::vector<std::string> args = {"log-event", feature_, "overseer",
                                         "drill",     said,     "-q"};
  const process::Outcome out = arena_.orch(args);
  if (out.ok())
    witness_.logged.push_back(said);
  else
    refused_(args, out);
}

std::vector<std::string> Deeds::task(std::vector<std::string> args) const {
  args.insert(args.begin(), "task");
  args.insert(args.end(), {"--feature", feature_});
  return args;
}

void Deeds::add_task() const {
  arena_.orch(task({"add", "a thing to claim", "--id", kTask, "-q"}));
}

void Deeds::claim(const std::string& first, const std::string& second) {
  // One that could not be given back in trouble.
  if (is_claimed_)
    is_claimed_ = !arena_.orch(task({"release", kTask, "-q"})).ok();
  claim_against(first, second);
  if (!is_claimed_) claim_against(second, first);
}

void Deeds::claim_against(const std::string& holder, const std::string& other) {
  const std::string name = "task/" + feature_ + "/" + kTask;
  const auto number = data_of(task({"claim", kTask, "--agent", holder, "--for",
                                    "10m", "--json"}))["claim"]["number"]
                          .as_integer();
  is_claimed_ = is_claimed_ || !number;
  if (!number) return;
  history::Claim held{.name = name,
                      .owner = holder,
                      .fencing = *number,
                      .from = clock::steady()};
  const process::Outcome out =
      arena_.orch(task({"claim", kTask, "--agent", other, "--json"}));
  if (out.ok())
    witness_.claims.push_back(
        {.name = name,
         .owner = other,
         .fencing = data_in(out)["claim"]["number"].as_integer().value_or(0),
         .from = clock::steady(),
         .until = clock::steady() + 1});
  const std::vector<std::string> release =
      task({"release", kTask, "-q", "--claim", std::to_string(*number)});
  held.until = clock::steady();
  const process::Outcome freed = arena_.orch(release);
  if (!freed.ok()) {
    is_claimed_ = true;
    refused_(release, freed);
  }
  witness_.claims.push_back(held);
}

void Deeds::check_in(const std::string& agent, const std::string& note) {
  const json::Value data =
      data_of({"checkin", "add", agent, "--in", "1s", note, "--json"});
  if (const json::Array* all = data["checkins"].as_array())
    for (const json::Value& c : *all)
      if (const auto id = c["id"].as_integer()) witness_.once.push_back(*id);
}

}  // namespace orch::drill
