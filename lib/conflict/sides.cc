// SPDX-License-Identifier: MIT
#include "conflict/sides.h"

#include <cstdlib>
#include <map>

#include "conflict/bases.h"
#include "git/git.h"
#include "git/merge.h"
#include "store/features.h"
#include "text/text.h"

namespace orch::conflict {

std::string ref_of(store::Store& store, const store::Conflict& c,
                   const std::string& side) {
  if (const auto agent = store::find_agent(store, side))
    return agent->branch.empty() ? ""
                                 : std::string(git::kHeads) + agent->branch;
  if (c.feature_id && (side == "base" || side == "integration")) {
    const auto feature = store::find_feature(store, *c.feature_id);
    if (!feature) return "";
    return side == "base"
               ? feature->base
               : std::string(git::kHeads) + feature->integration_branch;
  }
  return std::string(git::kHeads) + side;
}

namespace {

std::string commit_of(const Repository& repository, store::Store& store,
                      const store::Conflict& c, const std::string& side,
                      const std::string& recorded, std::string& reason) {
  const std::string what = recorded.empty() ? ref_of(store, c, side) : recorded;
  const auto commit =
      what.empty() ? std::nullopt : git::find_commit(repository, what);
  if (commit) return *commit;
  if (reason.empty())
    reason = recorded.empty()
                 ? "'" + side + "' names no branch"
                 : "commit " + recorded + " of '" + side + "' is gone";
  return "";
}

// "<mode> <id> <stage>\t<path>" of merge-tree, "<mode> <type> <id>\t<path>" of
// ls-tree.
struct Entry {
  std::string path;
  std::vector<std::string> words;
};
std::optional<Entry> parse_entry(const std::string& field) {
  const std::size_t tab = field.find('\t');
  if (tab == std::string::npos) return std::nullopt;
  Entry entry{field.substr(tab + 1), text::split(field.substr(0, tab), ' ')};
  if (entry.words.size() != 3) return std::nullopt;
  return entry;
}

using ByPath = std::map<std::string, ThreeSides*>;

ByPath by_path(std::vector<ThreeSides>& files) {
  ByPath out;
  for (ThreeSides& f : files) out[f.path] = &f;
  return out;
}

// The stages of git's own merge.
void fill_from_merge(const git::Detail& merge, Comparison& out) {
  if (merge.merge.verdict != git::Verdict::Conflict) return;
  const ByPath files = by_path(out.files);
  for (const git::Stage& stage : merge.stages) {
    const auto file = files.find(stage.path);
    if (file == files.end()) continue;
    Blob& blob = stage.number == 1   ? file->second->base
                 : stage.number == 2 ? file->second->ours
                                     : file->second->theirs;
    blob = {stage.mode, stage.id, {}};
  }
  for (const auto& [path, types] : merge.types)
    if (const auto file = files.find(path); file != files.end())
      file->second->types = types;
}

// By name in one commit, for files without stages. Few at a time: names are
// arguments.
void fill_from_tree(const Repository& repository, const std::string& commit,
                    const ByPath& files, Blob ThreeSides::*side) {
  constexpr std::size_t kAtOnce = 200;
  if (commit.empty()) return;
  for (auto next = files.begin(); next != files.end();) {
    git::Call call{.args = {"ls-tree", "-z", "--full-tree", commit, "--"},
                   .environment = {{"GIT_LITERAL_PATHSPECS", "1"}}};
    for (std::size_t n = 0; n < kAtOnce && next != files.end(); ++n)
      call.args.push_back((next++)->first);
    const auto tree = git::run(repository, call);
    for (const std::string& field : text::split(tree.output, '\0'))
      if (const auto entry = parse_entry(field))
        if (const auto file = files.find(entry->path); file != files.end())
          file->second->*side = {entry->words[0], entry->words[2], {}};
  }
}

// The blobs that sides have, submodules left out.
std::vector<Blob*> blobs_of(std::vector<Comparison>& all) {
  std::vector<Blob*> blobs;
  for (Comparison& c : all)
    for (ThreeSides& f : c.files)
      for (Blob* b : {&f.base, &f.ours, &f.theirs})
        if (!b->id.empty() && b->mode != "160000") blobs.push_back(b);
  return blobs;
}

std::string ids_of(const std::vector<Blob*>& blobs) {
  std::string out;
  for (const Blob* b : blobs) out += b->id + "\n";
  return out;
}

// "<id> <type> <size>", or "<id> missing".
std::optional<std::uint64_t> size_in(const std::string& line) {
  const auto words = text::split(line, ' ');
  if (words.size() != 3) return std::nullopt;
  return std::strtoull(words[2].c_str(), nullptr, 10);
}

void read_sizes(const Repository& repository, const git::Quarantine& quarantine,
                const std::vector<Blob*>& blobs) {
  const auto lines = text::split(
      git::require(repository, {.args = {"cat-file", "--batch-check"},
                                .input = ids_of(blobs),
                                .environment = quarantine.environment()}),
      '\n');
  for (std::size_t i = 0; i < blobs.size() && i < lines.size(); ++i)
    blobs[i]->size = size_in(lines[i]);
}

// The contents of all blobs, by one `git cat-file --batch`.
void read_texts(const Repository& repository, const git::Quarantine& quarantine,
                const std::vector<Blob*>& blobs) {
  if (blobs.empty()) return;
  const std::string bytes =
      git::require(repository, {.args = {"cat-file", "--batch"},
                                .input = ids_of(blobs),
                                .environment = quarantine.environment()});
  std::size_t at = 0;
  for (Blob* blob : blobs) {
    const std::size_t end = bytes.find('\n', at);
    if (end == std::string::npos) return;
    const auto size = size_in(bytes.substr(at, end - at));
    const bool is_blob = bytes.compare(at + blob->id.size(), 6, " blob ") == 0;
    at = end + 1;
    if (!size) continue;
    if (is_blob) blob->bytes = bytes.substr(at, *size);
    at += *size + 1;
  }
}

// What git's merge has no stages for.
void fill_others(const Repository& repository, Comparison& out) {
  ByPath others = by_path(out.files);
  std::erase_if(others, [](const auto& entry) {
    const ThreeSides& f = *entry.second;
    return !f.base.id.empty() || !f.ours.id.empty() || !f.theirs.id.empty();
  });
  if (others.empty()) return;
  fill_from_tree(repository, out.base, others, &ThreeSides::base);
  fill_from_tree(repository, out.ours, others, &ThreeSides::ours);
  fill_from_tree(repository, out.theirs, others, &ThreeSides::theirs);
}

Comparison comparison_of(const Tips& tips) {
  Comparison out{.base = {},
                 .ours = tips.ours,
                 .theirs = tips.theirs,
                 .files = {},
                 .reason = {}};
  for (const std::string& path : tips.paths) {
    out.files.emplace_back();
    out.files.back().path = path;
  }
  return out;
}

}  // namespace

std::vector<Comparison> compare_all(const Repository& repository,
                                    const std::vector<Tips>& all, Texts texts) {
  const git::Quarantine quarantine(repository);
  std::vector<Comparison> out;
  std::vector<git::Pair> pairs;
  std::vector<std::size_t> asked;
  for (const Tips& tips : all) {
    out.push_back(comparison_of(tips));
    if (tips.ours.empty() || tips.theirs.empty()) continue;
    pairs.emplace_back(tips.ours, tips.theirs);
    asked.push_back(out.size() - 1);
  }
  const auto merges = git::merge_in_detail(repository, quarantine, pairs);
  for (std::size_t i = 0; i < merges.size(); ++i)
    fill_from_merge(merges[i], out[asked[i]]);
  const auto bases = merge_bases(repository, pairs);
  for (std::size_t i = 0; i < bases.size(); ++i) out[asked[i]].base = bases[i];
  for (Comparison& c : out) fill_others(repository, c);
  if (texts == Texts::No) return out;
  std::vector<Blob*> blobs = blobs_of(out);
  if (texts == Texts::Small) {
    read_sizes(repository, quarantine, blobs);
    std::erase_if(blobs,
                  [](const Blob* b) { return !b->size || *b->size > kSmall; });
  }
  read_texts(repository, quarantine, blobs);
  return out;
}

Comparison compare(const Repository& repository, store::Store& store,
                   const store::Conflict& conflict, Texts texts) {
  std::string reason;
  const std::string ours = commit_of(repository, store, conflict, conflict.a,
                                     conflict.a_commit, reason);
  const std::string theirs = commit_of(repository, store, conflict, conflict.b,
                                       conflict.b_commit, reason);
  Comparison out =
      compare_all(repository, {{ours, theirs, conflict.paths}}, texts).front();
  out.reason = reason;
  return out;
}

}  // namespace orch::conflict
