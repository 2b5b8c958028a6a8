// SPDX-License-Identifier: MIT
#include "predict/predict.h"

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>

#include "error/error.h"
#include "predict/bases.h"
#include "predict/meetings.h"
#include "predict/merged_bases.h"
#include "predict/merged_file.h"
#include "predict/renames.h"
#include "predict/settings.h"
#include "predict/texts.h"
#include "predict/trees.h"
#include "predict/words.h"

namespace orch::predict {
namespace {

struct Question {
  std::size_t pair = 0;              // index of the caller's pair
  std::size_t ours = 0, theirs = 0;  // indices of tips
};

// A pair that is not decided by its directories alone.
struct Open {
  std::size_t pair = 0;
  Leaf base, ours, theirs;  // root directories
  Meetings meetings;
};

Leaf root(const objects::Commit& commit) { return {Leaf::kTree, commit.tree}; }

class Prediction {
 public:
  Prediction(const Repository& repository, const git::Quarantine& quarantine,
             const std::vector<git::Pair>& pairs)
      : repository_(repository),
        quarantine_(quarantine),
        pairs_(pairs),
        merges_(pairs.size()),
        reasons_(pairs.size()),
        database_({quarantine.directory() + "/objects",
                   repository.common_dir + "/objects"}),
        history_(database_),
        trees_(database_),
        texts_(database_),
        renames_(database_, trees_),
        merged_bases_({database_, history_, trees_, texts_, renames_}) {}

  void run();

  // For each pair why it is left to git; empty when it is decided.
  const std::vector<std::string>& reasons() const { return reasons_; }
  std::vector<git::Merge>& merges() { return merges_; }

 private:
  void read_tips();
  void leave(std::size_t pair, std::string reason) {
    reasons_[pair] = std::move(reason);
  }
  Driver driver_of(const Question& question, const Base& base);
  void compare(const Question& question, const Base& base);
  void drop_attributes();
  std::set<std::string> with_attribute(const std::set<std::string>& paths);
  void decide(const Open& open);

  const Repository& repository_;
  const git::Quarantine& quarantine_;
  const std::vector<git::Pair>& pairs_;
  std::vector<git::Merge> merges_;
  std::vector<std::string> reasons_;
  objects::Database database_;
  History history_;
  Trees trees_;
  TextMerger texts_;
  Renames renames_;
  MergedBases merged_bases_;
  std::vector<Id> tips_;
  std::vector<Question> questions_;
  std::vector<Open> open_;
  std::set<std::string> with_attribute_;
};

// Gives each word a tip and each pair a question; the same commit on both
// sides is clean.
void Prediction::read_tips() {
  constexpr std::size_t kNone = ~std::size_t{0};
  std::unordered_map<std::string, std::size_t> words;
  std::unordered_map<Id, std::size_t, objects::IdHash> indices;
  const auto tip = [&](const std::string& word) {
    const auto [it, is_first] = words.emplace(word, kNone);
    if (!is_first) return it->second;
    const auto id = commit_named(repository_, word);
    if (!id) return kNone;
    try {
      history_.commit(*id);
    } catch (const Error&) {
      return kNone;
    }
    const auto [known, is_new_tip] = indices.emplace(*id, tips_.size());
    if (is_new_tip) tips_.push_back(*id);
    return it->second = known->second;
  };
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    const std::size_t ours = tip(pairs_[i].first);
    const std::size_t theirs = tip(pairs_[i].second);
    if (ours == kNone || theirs == kNone)
      leave(i, "unreadable tip");
    else if (ours == theirs)
      merges_[i].verdict = git::Verdict::Clean;
    else
      questions_.push_back({i, ours, theirs});
  }
}

// The side that is nearer to the base, as far as dates tell, has changed less.
Driver Prediction::driver_of(const Question& q, const Base& base) {
  const auto age = [&](std::size_t tip) {
    return std::abs(history_.commit(tips_[tip]).date -
                    history_.commit(base.commit).date);
  };
  return age(q.ours) <= age(q.theirs) ? Driver::Ours : Driver::Theirs;
}

void Prediction::compare(const Question& q, const Base& base) {
  if (base.count == 0) {
    // All of both histories was walked. git says it in these words.
    merges_[q.pair].reason = "refusing to merge unrelated histories";
    return;
  }
  const auto base_root =
      base.count > 2 ? std::nullopt : merged_bases_.root(base);
  if (!base_root) return leave(q.pair, "several merge bases");
  if (base.commit == tips_[q.ours] || base.commit == tips_[q.theirs]) {
    merges_[q.pair].verdict = git::Verdict::Clean;
    return;
  }
  Open open{q.pair,
            *base_root,
            root(history_.commit(tips_[q.ours])),
            root(history_.commit(tips_[q.theirs])),
            {}};
  open.meetings = meetings_of(trees_, open.base, open.ours, open.theirs,
                              driver_of(q, base));
  if (!open.meetings.obstacle.empty())
    leave(q.pair, open.meetings.obstacle);
  else if (open.meetings.files.empty() && open.meetings.directories.empty())
    merges_[q.pair].verdict = git::Verdict::Clean;
  else if (!renames_.follow(open.meetings, {open.base, open.ours, open.theirs}))
    leave(q.pair, "possible rename");
  else
    open_.push_back(std::move(open));
}

// One question to git about all paths whose content must be merged.
void Prediction::drop_attributes() {
  std::set<std::string> paths;
  for (const Open& open : open_)
    for (const Meeting& m : open.meetings.files)
      if (needs_text(m)) {
        paths.insert(m.path);
        if (!m.theirs_path.empty()) paths.insert(m.base_path);
      }
  with_attribute_ = with_attribute(paths);
}

// All of them, when git cannot tell.
std::set<std::string> Prediction::with_attribute(
    const std::set<std::string>& paths) {
  return with_merge_attribute(repository_, quarantine_, paths).value_or(paths);
}

void Prediction::decide(const Open& open) {
  const std::vector<std::string>& suggested = open.meetings.suggested;
  std::set<std::string> paths(suggested.begin(), suggested.end()), types;
  if (!suggested.empty()) types.insert("directory rename suggested");
  const MergedFiles files(
      {trees_, texts_, with_attribute_},
      {open.base, open.ours, open.theirs, pairs_[open.pair]});
  for (const Meeting& m : open.meetings.files) {
    MergedFile file = files.merge(m);
    if (!file.obstacle.empty())
      return leave(open.pair, std::move(file.obstacle));
    paths.merge(file.paths);
    types.merge(file.types);
  }
  // In a merge with a conflict, git also names this type where one side alone
  // turned a file into a directory.
  if (!paths.empty() &&
      (changes_kind(trees_, trees_.delta(open.base, open.ours)) ||
       changes_kind(trees_, trees_.delta(open.base, open.theirs))))
    return leave(open.pair, "file/directory");
  git::Merge& merge = merges_[open.pair];
  merge.verdict = paths.empty() ? git::Verdict::Clean : git::Verdict::Conflict;
  merge.paths.assign(paths.begin(), paths.end());
  merge.types.assign(types.begin(), types.end());
}

void Prediction::run() {
  read_tips();
  std::vector<TipPair> wanted;
  for (const Question& q : questions_) wanted.emplace_back(q.ours, q.theirs);
  const std::vector<Base> bases = merge_bases(history_, tips_, wanted);
  merged_bases_.prepare(bases, [this](const std::set<std::string>& paths) {
    return with_attribute(paths);
  });
  // What cannot be read leaves one pair to git, and git says what is wrong.
  for (std::size_t i = 0; i < questions_.size(); ++i) {
    try {
      compare(questions_[i], merged_bases_.settled(bases[i]));
    } catch (const Error&) {
      leave(questions_[i].pair, "unreadable object");
    }
  }
  drop_attributes();
  for (const Open& open : open_) {
    try {
      decide(open);
    } catch (const Error&) {
      leave(open.pair, "unreadable object");
    }
  }
}

// git's answers, those that it gave before from memory.
std::vector<git::Merge> ask_git(const Repository& repository,
                                const git::Quarantine& quarantine,
                                const std::vector<git::Pair>& pairs,
                                Memory* memory, Statistics& statistics) {
  statistics.handed_to_git = pairs.size();
  if (!memory || pairs.empty())
    return git::merge_all(repository, quarantine, pairs);
  auto known = memory->find(pairs);
  std::vector<git::Pair> rest;
  for (std::size_t i = 0; i < pairs.size(); ++i)
    if (!known[i]) rest.push_back(pairs[i]);
  statistics.remembered = pairs.size() - rest.size();
  const auto answers = git::merge_all(repository, quarantine, rest);
  if (!rest.empty()) memory->keep(rest, answers);
  std::vector<git::Merge> merges;
  for (std::size_t i = 0, next = 0; i < pairs.size(); ++i)
    merges.push_back(known[i] ? *std::move(known[i]) : answers[next++]);
  return merges;
}

}  // namespace

Statistics& Statistics::operator+=(const Statistics& other) {
  pairs += other.pairs;
  decided += other.decided;
  handed_to_git += other.handed_to_git;
  remembered += other.remembered;
  for (const auto& [reason, count] : other.reasons) reasons[reason] += count;
  return *this;
}

std::vector<git::Merge> merge_all(const Repository& repository,
                                  const git::Quarantine& quarantine,
                                  const std::vector<git::Pair>& pairs,
                                  Engine engine, Statistics* statistics,
                                  Memory* memory) {
  Statistics unused;
  Statistics& told = statistics ? *statistics : unused;
  told = {.pairs = pairs.size()};
  if (pairs.empty()) return {};
  if (engine == Engine::Git) {
    told.reasons["engine is git"] = pairs.size();
    return ask_git(repository, quarantine, pairs, nullptr, told);
  }
  std::optional<Prediction> prediction;
  std::string reason;
  try {
    reason = obstacle(repository).value_or("");
    if (reason.empty()) {
      prediction.emplace(repository, quarantine, pairs);
      prediction->run();
    }
  } catch (const Error&) {
    reason = "unreadable history";
  }
  if (!reason.empty()) {
    told.reasons[reason] = pairs.size();
    return ask_git(repository, quarantine, pairs, memory, told);
  }
  std::vector<git::Pair> rest;
  for (std::size_t i = 0; i < pairs.size(); ++i)
    if (const std::string& why = prediction->reasons()[i]; !why.empty()) {
      rest.push_back(pairs[i]);
      ++told.reasons[why];
    }
  told.decided = pairs.size() - rest.size();
  std::vector<git::Merge> merges = std::move(prediction->merges());
  const std::vector<std::string> reasons = prediction->reasons();
  prediction.reset();  // its memory goes before git's processes come
  if (rest.empty()) return merges;
  auto answers = ask_git(repository, quarantine, rest, memory, told);
  for (std::size_t i = 0, next = 0; i < pairs.size(); ++i)
    if (!reasons[i].empty()) merges[i] = std::move(answers[next++]);
  return merges;
}

}  // namespace orch::predict
