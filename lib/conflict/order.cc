// SPDX-License-Identifier: MIT
#include "conflict/order.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <optional>

#include "error/error.h"
#include "git/git.h"
#include "git/state.h"
#include "text/text.h"

namespace orch::conflict {
namespace {

constexpr std::size_t kAllOrders = 8;

// A set of branches that have landed, one bit each, and what came of it.
using Set = std::uint64_t;
constexpr Set bit(std::size_t i) { return Set{1} << i; }

struct State {
  std::string commit;
  std::vector<std::size_t> order;
};

class Search {
 public:
  Search(const Repository& repository, const git::Quarantine& quarantine,
         std::vector<Side> sides)
      : repository_(repository),
        quarantine_(quarantine),
        sides_(std::move(sides)) {}

  Order run(const std::string& onto) {
    const State best =
        sides_.size() <= kAllOrders ? look_at_all(onto) : go_greedily(onto);
    Order out{.merges = merges_, .is_best = sides_.size() <= kAllOrders};
    for (const std::size_t i : best.order)
      out.landings.push_back({sides_[i].name, sides_[i].commit, true, {}, {}});
    add_rest(best, &out);
    return out;
  }

 private:
  std::vector<git::Merge> merge(const std::vector<git::Pair>& pairs) {
    merges_ += pairs.size();
    return git::merge_all(repository_, quarantine_, pairs);
  }

  std::string commit(const git::Merge& merge, const git::Pair& parents) const {
    return std::string(text::trim(git::require(
        repository_,
        {.args = {"-c", "user.name=git orch", "-c", "user.email=orch@localhost",
                  "commit-tree", merge.tree, "-p", parents.first, "-p",
                  parents.second, "-m", "landed"},
         .environment = quarantine_.environment()})));
  }

  std::vector<std::size_t> missing(const State& state) const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < sides_.size(); ++i)
      if (std::find(state.order.begin(), state.order.end(), i) ==
          state.order.end())
        out.push_back(i);
    return out;
  }

  // Sets of one size after the other. Only some orders may reach a set; what
  // has come of it is the same for all that do.
  State look_at_all(const std::string& onto) {
    std::map<Set, State> reached = {{0, {onto, {}}}};
    while (true) {
      auto next = step(reached);
      if (next.empty()) return cheapest(reached);
      reached = std::move(next);
    }
  }

  std::map<Set, State> step(const std::map<Set, State>& reached) {
    std::vector<git::Pair> pairs;
    std::vector<std::pair<Set, std::size_t>> asked;
    for (const auto& [set, state] : reached)
      for (const std::size_t i : missing(state)) {
        pairs.emplace_back(state.commit, sides_[i].commit);
        asked.emplace_back(set, i);
      }
    const auto answers = merge(pairs);
    std::map<Set, State> next;
    for (std::size_t n = 0; n < answers.size(); ++n) {
      const auto& [set, i] = asked[n];
      if (answers[n].verdict != git::Verdict::Clean ||
          next.contains(set | bit(i)))
        continue;
      State state = reached.at(set);
      state.order.push_back(i);
      state.commit = commit(answers[n], pairs[n]);
      next.emplace(set | bit(i), std::move(state));
    }
    return next;
  }

  // How many are in conflict with what has not landed there.
  std::size_t files_left(const State& state) {
    std::vector<git::Pair> pairs;
    for (const std::size_t i : missing(state))
      pairs.emplace_back(state.commit, sides_[i].commit);
    std::size_t files = 0;
    for (const git::Merge& m : merge(pairs)) files += m.paths.size();
    return files;
  }

  // Of states that nothing more can land on, at least one: with the fewest
  // files left in conflict.
  State cheapest(const std::map<Set, State>& reached) {
    auto best = reached.begin();
    std::size_t fewest = files_left(best->second);
    for (auto it = std::next(best); it != reached.end(); ++it) {
      const std::size_t files = files_left(it->second);
      if (files >= fewest) continue;
      best = it;
      fewest = files;
    }
    return best->second;
  }

  State go_greedily(const std::string& onto) {
    const auto in_the_way = conflicts_among_all();
    State state{onto, {}};
    while (true) {
      const auto left = missing(state);
      std::vector<git::Pair> pairs;
      for (const std::size_t i : left)
        pairs.emplace_back(state.commit, sides_[i].commit);
      const auto answers = merge(pairs);
      std::optional<std::size_t> choice;  // an index of `left`
      std::size_t least = 0;
      for (std::size_t n = 0; n < left.size(); ++n) {
        if (answers[n].verdict != git::Verdict::Clean) continue;
        const auto others = std::count_if(
            left.begin(), left.end(),
            [&](std::size_t other) { return in_the_way[left[n]][other]; });
        if (choice && static_cast<std::size_t>(others) >= least) continue;
        choice = n;
        least = static_cast<std::size_t>(others);
      }
      if (!choice) return state;
      state.commit = commit(answers[*choice], pairs[*choice]);
      state.order.push_back(left[*choice]);
    }
  }

  std::vector<std::vector<bool>> conflicts_among_all() {
    const std::size_t n = sides_.size();
    std::vector<git::Pair> pairs;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = i + 1; j < n; ++j)
        pairs.emplace_back(sides_[i].commit, sides_[j].commit);
    const auto answers = merge(pairs);
    std::vector<std::vector<bool>> out(n, std::vector<bool>(n));
    std::size_t next = 0;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = i + 1; j < n; ++j)
        out[i][j] = out[j][i] = answers[next++].verdict != git::Verdict::Clean;
    return out;
  }

  // Those that do not land, the one with the fewest files first, each with who
  // stands in its way.
  void add_rest(const State& state, Order* out) {
    const auto left = missing(state);
    std::vector<git::Pair> pairs;
    for (const std::size_t i : left)
      pairs.emplace_back(state.commit, sides_[i].commit);
    const auto answers = merge(pairs);
    std::vector<Landing> rest;
    for (std::size_t n = 0; n < left.size(); ++n) {
      const Side& side = sides_[left[n]];
      Landing l{side.name, side.commit, false, answers[n].paths, {}};
      pairs.clear();
      for (const std::size_t i : state.order)
        pairs.emplace_back(side.commit, sides_[i].commit);
      const auto one_by_one = merge(pairs);
      for (std::size_t k = 0; k < one_by_one.size(); ++k)
        if (one_by_one[k].verdict != git::Verdict::Clean)
          l.with.push_back(sides_[state.order[k]].name);
      rest.push_back(std::move(l));
    }
    std::stable_sort(rest.begin(), rest.end(),
                     [](const Landing& a, const Landing& b) {
                       return a.paths.size() < b.paths.size();
                     });
    for (Landing& l : rest) out->landings.push_back(std::move(l));
    out->merges = merges_;
  }

  const Repository& repository_;
  const git::Quarantine& quarantine_;
  std::vector<Side> sides_;
  std::size_t merges_ = 0;
};

}  // namespace

std::string reason_of(const Landing& l) {
  if (l.clean) return "merges with all before it";
  std::string out = text::count_of(l.paths.size(), "file");
  if (!l.with.empty()) out += " with " + text::join(l.with, ", ");
  return out + ": " + text::join(l.paths, ", ");
}

Order propose_order(const Repository& repository,
                    const git::Quarantine& quarantine, const std::string& onto,
                    const std::vector<Side>& sides) {
  std::vector<Side> ahead;
  for (const Side& side : sides)
    if (!git::is_ancestor(repository, side.commit, onto)) ahead.push_back(side);
  return Search(repository, quarantine, std::move(ahead)).run(onto);
}

}  // namespace orch::conflict
