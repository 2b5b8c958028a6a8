// SPDX-License-Identifier: MIT
#include "conflict/bases.h"

#include <map>

#include "error/error.h"
#include "objects/database.h"
#include "predict/bases.h"
#include "predict/settings.h"

namespace orch::conflict {
namespace {

using objects::Id;

// For so few it is as quick to ask git.
constexpr std::size_t kFew = 2;

// Of those pairs that have exactly one, all found in one walk.
class Walk {
 public:
  explicit Walk(const std::vector<git::Pair>& pairs) {
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const auto a = objects::parse_id(pairs[i].first);
      const auto b = objects::parse_id(pairs[i].second);
      if (!a || !b || *a == *b) continue;
      pairs_.emplace_back(index_of(*a), index_of(*b));
      places_.push_back(i);
    }
  }

  void run(const Repository& repository, std::vector<std::string>& out) const {
    objects::Database database({repository.common_dir + "/objects"});
    predict::History history(database);
    const auto bases = predict::merge_bases(history, tips_, pairs_);
    for (std::size_t i = 0; i < bases.size(); ++i)
      if (bases[i].count == 1) out[places_[i]] = objects::hex(bases[i].commit);
  }

 private:
  std::size_t index_of(const Id& id) {
    const auto [known, is_first] = indices_.emplace(id, tips_.size());
    if (is_first) tips_.push_back(id);
    return known->second;
  }

  std::map<Id, std::size_t> indices_;
  std::vector<Id> tips_;
  std::vector<predict::TipPair> pairs_;
  std::vector<std::size_t> places_;
};

}  // namespace

std::vector<std::string> merge_bases(const Repository& repository,
                                     const std::vector<git::Pair>& pairs) {
  std::vector<std::string> out(pairs.size());
  if (pairs.size() > kFew && !predict::obstacle(repository)) {
    try {
      Walk(pairs).run(repository, out);
    } catch (const Error&) {
      // git says what is wrong with the objects, or can do without them.
    }
  }
  for (std::size_t i = 0; i < pairs.size(); ++i)
    if (out[i].empty())
      out[i] =
          git::find_merge_base(repository, pairs[i].first, {pairs[i].second});
  return out;
}

}  // namespace orch::conflict
