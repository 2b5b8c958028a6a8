// SPDX-License-Identifier: MIT
#include "predict/side_files.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace orch::predict {
namespace {

// Beyond, comparing costs more than asking git.
constexpr std::size_t kMostComparisons = 400000;
// git looks at so many equal sources, and so many similar ones, per target.
constexpr std::size_t kMostEqual = 100, kMostSimilar = 4;

// The empty blob is never renamed in a merge.
bool is_empty_blob(const Id& id) {
  static const Id kEmpty =
      *objects::parse_id("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  return id == kEmpty;
}

std::string_view name_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// What must be equal for two files to be: of a link, that it is one.
std::pair<std::uint32_t, Id> content_of(const Leaf& leaf) {
  return {leaf.is_file() ? Leaf::kPlain : leaf.mode, leaf.id};
}

}  // namespace

SideFiles::SideFiles(Trees& trees, const Leaf& base, const Leaf& tip) {
  const auto list = [&](const Leaf& from, const Leaf& to) {
    std::vector<NamedFile> found;
    append_added(trees, trees.delta(from, to), &found);
    std::vector<File> files;
    for (NamedFile& f : found)
      if (!is_empty_blob(f.leaf.id)) files.push_back({std::move(f)});
    return files;
  };
  added_ = list(base, tip);
  if (added_.empty()) return;
  removed_ = list(tip, base);
  for (std::size_t i = 0; i < removed_.size(); ++i)
    removed_at_.emplace(removed_[i].file.path, i);
  for (std::size_t i = 0; i < added_.size(); ++i)
    added_at_.emplace(added_[i].file.path, i);
  pair_equal_files();
  removed_names_ = names_of(removed_);
  added_names_ = names_of(added_);
  list_destinations(trees, tip);
}

void SideFiles::pair_equal_files() {
  using Group = std::pair<std::vector<std::size_t>, std::vector<std::size_t>>;
  std::map<std::pair<std::uint32_t, Id>, Group> groups;
  for (std::size_t i = 0; i < removed_.size(); ++i)
    groups[content_of(removed_[i].file.leaf)].first.push_back(i);
  for (std::size_t i = 0; i < added_.size(); ++i) {
    const auto it = groups.find(content_of(added_[i].file.leaf));
    if (it != groups.end()) it->second.second.push_back(i);
  }
  for (const auto& [content, group] : groups)
    if (!group.second.empty()) pair_group(group.first, group.second);
}

// A single target takes the source of its own name, and the first that git
// meets when none has it. Of several targets the first that git meets chooses.
void SideFiles::pair_group(const std::vector<std::size_t>& removed,
                           const std::vector<std::size_t>& added) {
  std::vector<std::size_t> candidates = removed;
  if (added.size() == 1 && removed.size() > 1 && removed.size() < kMostEqual)
    std::erase_if(candidates, [&](std::size_t i) {
      return name_of(removed_[i].file.path) !=
             name_of(added_[added[0]].file.path);
    });
  if (added.size() == 1 && candidates.size() == 1) {
    removed_[candidates[0]].partner = added[0];
    removed_[candidates[0]].waits = added_[added[0]].waits = Waits::No;
    return;
  }
  for (const std::size_t i : removed) {
    removed_[i].has_choice = true;
    removed_[i].waits =
        removed.size() <= added.size() ? Waits::No : Waits::Maybe;
  }
  for (const std::size_t i : added)
    added_[i].waits = added.size() <= removed.size() ? Waits::No : Waits::Maybe;
}

SideFiles::Names SideFiles::names_of(const std::vector<File>& files) {
  Names names;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (files[i].waits == Waits::No) continue;
    Namesakes& namesakes = names[name_of(files[i].file.path)];
    ++namesakes.count;
    namesakes.last = i;
    if (files[i].waits == Waits::Maybe) namesakes.is_unsure = true;
  }
  return names;
}

// Of directories that the side has no more, where equal files of them went.
void SideFiles::list_destinations(Trees& trees, const Leaf& tip) {
  std::unordered_map<std::string_view, bool> is_gone;
  for (const File& file : removed_) {
    if (!file.partner && !file.has_choice) continue;
    const std::string_view from = directory_of(file.file.path);
    const auto [it, is_first] = is_gone.emplace(from, false);
    if (is_first) it->second = !trees.find(tip, from).is_tree();
    if (!it->second) continue;
    Destinations& destinations = destinations_[from];
    if (file.has_choice) destinations.is_unsure = true;
    if (file.partner)
      ++destinations.counts[directory_of(added_[*file.partner].file.path)];
  }
}

// Not sure is as good as a tie.
std::optional<MovedDirectories::Destination> SideFiles::destination_of(
    std::string_view directory) const {
  const auto it = destinations_.find(directory);
  if (it == destinations_.end()) return std::nullopt;
  MovedDirectories::Destination best;
  std::size_t most = 0;
  for (const auto& [to, count] : it->second.counts) {
    if (count == most) best.is_tie = true;
    if (count <= most) continue;
    best = {to, false};
    most = count;
  }
  best.is_tie = best.is_tie || it->second.is_unsure;
  return best;
}

std::optional<std::size_t> SideFiles::find_removed(
    std::string_view path) const {
  const auto it = removed_at_.find(path);
  return it == removed_at_.end() ? std::nullopt : std::optional(it->second);
}

// One answer to `moves`. Each step is false where it cannot be told.
class SideFiles::Search {
 public:
  Search(const SideFiles& files, Similarity& similarity,
         MovedDirectories& directories)
      : files_(files), similarity_(similarity), directories_(directories) {}

  bool run(const Sought& sought);
  std::vector<Move> moves() const;

 private:
  struct Candidate {
    std::size_t from = 0, to = 0;
    Score score;
    bool same_name = false;

    auto rank() const { return std::tuple(-score.low, !same_name); }
  };

  bool take_equal(const std::set<std::size_t>& numbers);
  bool take_namesakes();
  void drop_settled(const Sought& sought);
  bool find_namesake(std::size_t from, std::optional<std::size_t>* to) const;
  bool guess(std::size_t from, std::optional<std::size_t>* to) const;
  bool take_similar();
  bool list_candidates(std::vector<Candidate>* out) const;
  bool is_free(const Candidate& c) const {
    return waiting_.contains(c.from) && !taken_.contains(c.to);
  }
  void take(std::size_t from, std::size_t to) {
    waiting_.erase(from);
    taken_.insert(to);
    found_.emplace_back(from, to);
    directories_.count(source_path(from), files_.added_[to].file.path);
  }
  const std::string& source_path(std::size_t i) const {
    return files_.removed_[i].file.path;
  }
  const Leaf& source(std::size_t i) const {
    return files_.removed_[i].file.leaf;
  }
  const Leaf& target(std::size_t i) const { return files_.added_[i].file.leaf; }

  const SideFiles& files_;
  Similarity& similarity_;
  MovedDirectories& directories_;
  MovedDirectories of_equal_;  // what equal files alone tell
  std::set<std::size_t> waiting_, taken_;
  std::vector<std::pair<std::size_t, std::size_t>> found_;
};

bool SideFiles::Search::take_equal(const std::set<std::size_t>& numbers) {
  for (const std::size_t i : numbers) {
    const File& file = files_.removed_[i];
    if (file.has_choice) return false;
    if (file.partner)
      take(i, *file.partner);
    else
      waiting_.insert(i);
  }
  return true;
}

// Files that mattered only for directories of which enough is known.
void SideFiles::Search::drop_settled(const Sought& sought) {
  std::vector<std::string_view> waiting;
  for (const std::size_t i : waiting_) waiting.push_back(source_path(i));
  directories_.settle(waiting);
  std::erase_if(waiting_, [&](std::size_t i) {
    return !sought.files.contains(i) && !directories_.waits_for(source_path(i));
  });
}

bool SideFiles::Search::run(const Sought& sought) {
  std::set<std::size_t> numbers = sought.files;
  numbers.insert(sought.of_directories.begin(), sought.of_directories.end());
  if (!take_equal(numbers)) return false;
  of_equal_ = directories_;
  if (!take_namesakes()) return false;
  drop_settled(sought);
  return take_similar();
}

// Where the directory of a file is gone, and equal files of it mostly went to
// one other directory, the file of the same name there.
bool SideFiles::Search::guess(std::size_t from,
                              std::optional<std::size_t>* to) const {
  const std::string& path = source_path(from);
  const std::string_view directory = directory_of(path);
  const auto best = of_equal_.contains(directory)
                        ? of_equal_.find(directory)
                        : files_.destination_of(directory);
  if (!best) return true;
  if (best->is_tie) return false;
  const auto target = files_.added_at_.find(std::string(best->directory) + "/" +
                                            std::string(name_of(path)));
  if (target == files_.added_at_.end()) return true;
  const Waits waits = files_.added_[target->second].waits;
  if (waits == Waits::Yes) *to = target->second;
  return waits != Waits::Maybe;
}

bool SideFiles::Search::find_namesake(std::size_t from,
                                      std::optional<std::size_t>* to) const {
  const std::string_view name = name_of(files_.removed_[from].file.path);
  const auto there = files_.added_names_.find(name);
  if (there == files_.added_names_.end()) return true;
  const Namesakes& here = files_.removed_names_.at(name);
  if (here.is_unsure || there->second.is_unsure) return false;
  if (here.count > 1 || there->second.count > 1) return guess(from, to);
  *to = there->second.last;
  return true;
}

bool SideFiles::Search::take_namesakes() {
  std::vector<std::pair<std::size_t, std::size_t>> found;
  for (const std::size_t from : waiting_) {
    std::optional<std::size_t> to;
    if (!find_namesake(from, &to)) return false;
    if (!to) continue;
    const Score score = similarity_.score(source(from), target(*to));
    if (score.high < Score::kEnoughForName) continue;
    if (score.low < Score::kEnoughForName) return false;
    found.emplace_back(from, *to);
  }
  for (const auto& [from, to] : found) {
    if (taken_.contains(to)) return false;  // the first that git meets
    take(from, to);
  }
  return true;
}

bool SideFiles::Search::list_candidates(std::vector<Candidate>* out) const {
  if (waiting_.size() * files_.added_.size() > kMostComparisons) return false;
  for (std::size_t to = 0; to < files_.added_.size(); ++to) {
    const File& file = files_.added_[to];
    if (file.waits == Waits::No || taken_.contains(to)) continue;
    std::size_t similar = 0;
    for (const std::size_t from : waiting_) {
      const Score score = similarity_.score(source(from), target(to));
      if (score.high < Score::kEnough) continue;
      if (score.low < Score::kEnough || file.waits == Waits::Maybe ||
          ++similar > kMostSimilar)
        return false;
      out->push_back({from, to, score,
                      name_of(files_.removed_[from].file.path) ==
                          name_of(file.file.path)});
    }
  }
  return true;
}

// The most similar first, of equally similar ones those of the same name.
bool SideFiles::Search::take_similar() {
  std::vector<Candidate> candidates;
  if (waiting_.empty()) return true;
  if (!list_candidates(&candidates)) return false;
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) {
              return a.rank() < b.rank();
            });
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& best = candidates[i];
    if (!is_free(best)) continue;
    for (std::size_t j = i + 1; j < candidates.size(); ++j) {
      const Candidate& next = candidates[j];
      if (!is_free(next) || (next.from != best.from && next.to != best.to))
        continue;
      const bool is_exact = best.score.low == best.score.high &&
                            next.score.low == next.score.high;
      if (next.score.high >= best.score.low &&
          (!is_exact || next.rank() == best.rank()))
        return false;
    }
    take(best.from, best.to);
  }
  return true;
}

std::vector<Move> SideFiles::Search::moves() const {
  std::vector<Move> moves;
  for (const auto& [from, to] : found_)
    moves.push_back({&files_.removed_[from].file, &files_.added_[to].file});
  return moves;
}

std::optional<std::vector<Move>> SideFiles::moves(
    Similarity& similarity, const Sought& sought,
    MovedDirectories& directories) const {
  Search search(*this, similarity, directories);
  if (!search.run(sought)) return std::nullopt;
  return search.moves();
}

}  // namespace orch::predict
