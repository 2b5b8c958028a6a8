// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "drill/arena.h"
#include "history/records.h"

// What the agents of an arena have written down of their conversations; private
// to `drill`.
namespace orch::drill {

class Conversations {
 public:
  explicit Conversations(const Arena& arena) : arena_(arena) {}

  // What has come to them, of each agent in the order in which it came, but for
  // what is passed over. Throws Error when the store cannot be read, which
  // names their files.
  std::vector<history::Arrival> read();
  // From now on, of each message that has come only the newest so many arrivals
  // count until now, and all that come yet.
  void pass_over(const std::function<std::size_t(std::int64_t)>& kept);

 private:
  using Place = std::pair<std::string, std::size_t>;  // file, the nth in it
  std::vector<std::pair<Place, history::Arrival>> read_all();

  const Arena& arena_;
  // By agent, oldest first: one that is gone from the store counts still.
  std::map<std::string, std::vector<std::string>> files_;
  std::set<Place> passed_over_;
};

}  // namespace orch::drill
