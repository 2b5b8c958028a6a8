// SPDX-License-Identifier: MIT
#include "conflict/sides.h"

#include <cstdlib>
#include <map>

#include "git/git.h"
#include "git/merge.h"
#include "store/features.h"
#include "text/text.h"

namespace orch::conflict {
namespace {

// The ref that a side's name means today; empty when none.
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
void fill_from_merge(const Repository& repository,
                     const git::Quarantine& quarantine, Comparison& out) {
  const auto merge =
      git::run(repository, {.args = {"merge-tree", "--write-tree", "-z",
                                     "--no-messages", out.ours, out.theirs},
                            .environment = quarantine.environment()});
  if (merge.status != 1) return;  // clean, or git cannot merge these two
  const ByPath files = by_path(out.files);
  for (const std::string& field : text::split(merge.output, '\0')) {
    const auto entry = parse_entry(field);
    if (!entry) continue;
    const auto file = files.find(entry->path);
    if (file == files.end()) continue;
    const std::string& stage = entry->words[2];
    Blob& blob = stage == "1"   ? file->second->base
                 : stage == "2" ? file->second->ours
                                : file->second->theirs;
    blob = {entry->words[0], entry->words[1], {}};
  }
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

// The contents of all blobs, by one `git cat-file --batch`.
void read_texts(const Repository& repository, const git::Quarantine& quarantine,
                std::vector<ThreeSides>& files) {
  std::vector<Blob*> blobs;
  std::string input;
  for (ThreeSides& f : files)
    for (Blob* b : {&f.base, &f.ours, &f.theirs})
      if (!b->id.empty() && b->mode != "160000") {
        blobs.push_back(b);
        input += b->id + "\n";
      }
  if (blobs.empty()) return;
  const std::string bytes =
      git::require(repository, {.args = {"cat-file", "--batch"},
                                .input = input,
                                .environment = quarantine.environment()});
  std::size_t at = 0;
  for (Blob* blob : blobs) {
    const std::size_t end = bytes.find('\n', at);
    if (end == std::string::npos) return;
    // "<id> <type> <size>", or "<id> missing".
    const auto words = text::split(bytes.substr(at, end - at), ' ');
    at = end + 1;
    if (words.size() != 3) continue;
    const std::size_t size = std::strtoull(words[2].c_str(), nullptr, 10);
    if (words[1] == "blob") blob->bytes = bytes.substr(at, size);
    at += size + 1;
  }
}

}  // namespace

Comparison compare(const Repository& repository, store::Store& store,
                   const store::Conflict& conflict, Texts texts) {
  Comparison out;
  for (const std::string& path : conflict.paths) {
    out.files.emplace_back();
    out.files.back().path = path;
  }
  out.ours = commit_of(repository, store, conflict, conflict.a,
                       conflict.a_commit, out.reason);
  out.theirs = commit_of(repository, store, conflict, conflict.b,
                         conflict.b_commit, out.reason);
  const git::Quarantine quarantine(repository);
  if (!out.ours.empty() && !out.theirs.empty()) {
    const auto base =
        git::run(repository, {.args = {"merge-base", out.ours, out.theirs}});
    if (base.ok()) out.base = text::trim(base.output);
    fill_from_merge(repository, quarantine, out);
  }
  ByPath others = by_path(out.files);
  std::erase_if(others, [](const auto& entry) {
    const ThreeSides& f = *entry.second;
    return !f.base.id.empty() || !f.ours.id.empty() || !f.theirs.id.empty();
  });
  fill_from_tree(repository, out.base, others, &ThreeSides::base);
  fill_from_tree(repository, out.ours, others, &ThreeSides::ours);
  fill_from_tree(repository, out.theirs, others, &ThreeSides::theirs);
  if (texts == Texts::Yes) read_texts(repository, quarantine, out.files);
  return out;
}

}  // namespace orch::conflict
