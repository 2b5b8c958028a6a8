// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "drill/arena.h"
#include "history/records.h"
#include "json/value.h"

// What a person does in a drill, and what programs acknowledged of it. Private
// to `drill`.
namespace orch::drill {

class Deeds {
 public:
  // Hears of each command that failed where nothing was expected to.
  using Refused = std::function<void(const std::vector<std::string>& args,
                                     const process::Outcome& out)>;
  // `feature` is the spec-id of those that claim and log.
  Deeds(const Arena& arena, std::string feature, Refused refused);

  // A message to each of them; how it ended. `more` are further arguments.
  process::Outcome send(const std::vector<std::string>& recipients,
                        const std::string& said,
                        const std::vector<std::string>& more = {});
  // An event of type `drill`.
  void log(const std::string& said);
  // The task that is claimed; nothing where it is there.
  void add_task() const;
  // First one gets it and the other is told so, then the other way round.
  void claim(const std::string& first, const std::string& second);
  // One that comes once, in a second.
  void check_in(const std::string& agent, const std::string& note);

  // Runs `git-orch …`; the member `data` of what it says. An exit status that
  // is none of `fine` is told of.
  json::Value data_of(const std::vector<std::string>& args,
                      const std::set<int>& fine = {0});

  history::Witness& witness() { return witness_; }
  const history::Witness& witness() const { return witness_; }

 private:
  std::vector<std::string> task(std::vector<std::string> args) const;
  void claim_against(const std::string& holder, const std::string& other);

  const Arena& arena_;
  std::string feature_;
  Refused refused_;
  history::Witness witness_;
  bool is_claimed_ = false;  // perhaps, by a claim that was not given back
};

}  // namespace orch::drill
