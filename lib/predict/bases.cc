// SPDX-License-Identifier: MIT
#include "predict/bases.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <queue>

namespace orch::predict {
namespace {

using Word = std::uint64_t;
constexpr std::size_t kBits = 64;

// Every commit that the walk meets carries the set of tips that reach it. It
// ends when each commit that waits is reached by all tips and lies below
// another such commit: nothing below can be anybody's best shared ancestor.
class Walk {
 public:
  Walk(History& history, const std::vector<Id>& tips)
      : history_(history),
        tips_(tips.size()),
        words_((tips.size() + kBits - 1) / kBits) {
    full_.resize(words_);
    for (std::size_t i = 0; i < tips.size(); ++i) set(full_.data(), i);
    for (std::size_t i = 0; i < tips.size(); ++i) {
      const std::size_t n = node_of(tips[i]);
      set(reach(n), i);
      enqueue(n);
    }
  }

  void run();
  std::vector<Base> bases(const std::vector<TipPair>& pairs);

 private:
  struct Node {
    Id id;
    std::int64_t date = 0;
    std::vector<std::size_t> children;  // those whose parents were walked
    bool queued = false, walked = false, below_full = false;
  };

  static void set(Word* bits, std::size_t i) {
    bits[i / kBits] |= Word{1} << (i % kBits);
  }
  Word* reach(std::size_t node) { return reach_.data() + node * words_; }
  bool is_full(std::size_t node) {
    return std::equal(full_.begin(), full_.end(), reach(node));
  }
  bool is_done(std::size_t node) {
    return nodes_[node].below_full && is_full(node);
  }
  std::size_t node_of(const Id& id);
  void enqueue(std::size_t node);
  void pass_on(std::size_t child, std::size_t parent);
  bool adds_pairs(std::size_t node);
  void record(std::size_t node);

  History& history_;
  std::size_t tips_, words_;
  std::vector<Word> full_, reach_;
  std::vector<Node> nodes_;
  std::unordered_map<Id, std::size_t, objects::IdHash> index_;
  std::priority_queue<std::pair<std::int64_t, std::size_t>> queue_;
  std::size_t live_ = 0;  // queued and not done

  // For `bases`: rows of bits by tip, and the answers by pair.
  std::vector<Word> wanted_, covered_;
  std::unordered_map<std::uint64_t, Base> found_;
};

std::size_t Walk::node_of(const Id& id) {
  const auto [it, is_first] = index_.emplace(id, nodes_.size());
  if (is_first) {
    nodes_.emplace_back();
    nodes_.back().id = id;
    nodes_.back().date = history_.commit(id).date;
    reach_.resize(reach_.size() + words_);
  }
  return it->second;
}

void Walk::enqueue(std::size_t node) {
  if (nodes_[node].queued) return;
  nodes_[node].queued = true;
  queue_.emplace(nodes_[node].date, node);
  if (!is_done(node)) ++live_;
}

void Walk::pass_on(std::size_t child, std::size_t parent) {
  const bool was_live = nodes_[parent].queued && !is_done(parent);
  bool grows = false;
  const Word* const from = reach(child);
  Word* const to = reach(parent);
  for (std::size_t w = 0; w < words_; ++w) {
    grows = grows || (from[w] & ~to[w]);
    to[w] |= from[w];
  }
  if (is_full(child)) nodes_[parent].below_full = true;
  if (was_live && is_done(parent)) --live_;
  // A commit that was walked too early, since a clock was wrong, again.
  if (grows) enqueue(parent);
}

void Walk::run() {
  while (live_ > 0) {
    const std::size_t node = queue_.top().second;
    queue_.pop();
    if (!is_done(node)) --live_;
    nodes_[node].queued = false;
    const bool again = nodes_[node].walked;
    nodes_[node].walked = true;
    const objects::Commit& commit = history_.commit(nodes_[node].id);
    for (const Id& id : commit.parents) {
      const std::size_t parent = node_of(id);
      if (!again) nodes_[parent].children.push_back(node);
      pass_on(node, parent);
    }
  }
}

// Whether two tips may meet here first.
bool Walk::adds_pairs(std::size_t node) {
  std::size_t tips = 0;
  for (std::size_t w = 0; w < words_; ++w)
    tips += static_cast<std::size_t>(std::popcount(reach(node)[w]));
  if (tips < 2) return false;
  const Word* const own = reach(node);
  for (const std::size_t child : nodes_[node].children)
    if (std::equal(own, own + words_, reach(child))) return false;
  return true;
}

void Walk::record(std::size_t node) {
  const Word* const own = reach(node);
  const auto each = [&](const Word* bits, const auto& act) {
    for (std::size_t w = 0; w < words_; ++w)
      for (Word rest = bits[w]; rest; rest &= rest - 1)
        act(w * kBits + static_cast<std::size_t>(std::countr_zero(rest)));
  };
  each(own, [&](std::size_t i) {
    std::fill_n(covered_.begin() + static_cast<std::ptrdiff_t>(i * words_),
                words_, 0);
  });
  for (const std::size_t child : nodes_[node].children)
    each(reach(child), [&](std::size_t i) {
      for (std::size_t w = 0; w < words_; ++w)
        covered_[i * words_ + w] |= reach(child)[w];
    });
  std::vector<Word> meets(words_);
  each(own, [&](std::size_t i) {
    for (std::size_t w = 0; w < words_; ++w)
      meets[w] = own[w] & ~covered_[i * words_ + w] & wanted_[i * words_ + w];
    each(meets.data(), [&](std::size_t j) {
      if (j <= i) return;
      Base& base = found_[i * tips_ + j];
      base.count = std::min(base.count + 1, 3);
      base.other = base.commit;
      base.commit = nodes_[node].id;
    });
  });
}

std::vector<Base> Walk::bases(const std::vector<TipPair>& pairs) {
  wanted_.resize(tips_ * words_);
  covered_.resize(tips_ * words_);
  for (const auto& [a, b] : pairs) {
    set(&wanted_[a * words_], b);
    set(&wanted_[b * words_], a);
  }
  found_.reserve(pairs.size());
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    if (adds_pairs(n)) record(n);
  std::vector<Base> out;
  out.reserve(pairs.size());
  for (const auto& [a, b] : pairs)
    out.push_back(found_[std::min(a, b) * tips_ + std::max(a, b)]);
  return out;
}

// With those tips only that `pairs` name.
void append_bases(History& history, const std::vector<Id>& tips,
                  const std::vector<TipPair>& pairs, std::vector<Base>* out) {
  std::vector<Id> named;
  std::unordered_map<std::size_t, std::size_t> numbers;
  const auto number_of = [&](std::size_t tip) {
    const auto [it, is_first] = numbers.emplace(tip, named.size());
    if (is_first) named.push_back(tips[tip]);
    return it->second;
  };
  std::vector<TipPair> numbered;
  numbered.reserve(pairs.size());
  for (const auto& [a, b] : pairs) {
    const std::size_t first = number_of(a);
    numbered.emplace_back(first, number_of(b));
  }
  Walk walk(history, named);
  walk.run();
  const auto found = walk.bases(numbered);
  out->insert(out->end(), found.begin(), found.end());
}

}  // namespace

const objects::Commit& History::commit(const Id& id) {
  const auto it = commits_.find(id);
  if (it != commits_.end()) return it->second;
  return commits_
      .emplace(id, objects::parse_commit(
                       database_.require(id, objects::Kind::Commit)))
      .first->second;
}

std::vector<Base> merge_bases(History& history, const std::vector<Id>& tips,
                              const std::vector<TipPair>& pairs) {
  // Many tips that meet few others each, such as all merges of a history: one
  // walk for all would carry sets that hardly ever meet.
  constexpr std::size_t kManyTips = 1024, kAtOnce = 128;
  if (tips.size() > kManyTips && pairs.size() < 4 * tips.size()) {
    std::vector<Base> out;
    for (std::size_t at = 0; at < pairs.size(); at += kAtOnce)
      append_bases(history, tips,
                   {pairs.begin() + static_cast<std::ptrdiff_t>(at),
                    pairs.begin() + static_cast<std::ptrdiff_t>(
                                        std::min(at + kAtOnce, pairs.size()))},
                   &out);
    return out;
  }
  Walk walk(history, tips);
  walk.run();
  return walk.bases(pairs);
}

}  // namespace orch::predict
