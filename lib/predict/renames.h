// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "predict/meetings.h"

// The renames that git would find and that matter for a merge.
namespace orch::predict {

class Renames {
 public:
  Renames(objects::Database& database, Trees& trees)
      : database_(database), trees_(trees) {}

  // Gives the files that a side renamed their new path and content in
  // `meetings`, of two sides of `base` (all root directories). False when only
  // git can tell. Throws Error when an object is missing.
  bool follow(Meetings& meetings, const Leaf& base, const Leaf& ours,
              const Leaf& theirs);

 private:
  enum class Similar { No, Maybe, Yes };
  enum class By { Ours, Theirs };
  using Files = std::vector<NamedFile>;

  // The pieces of a blob that git counts to tell how similar two are.
  struct Pieces {
    using Counts = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

    std::size_t size = 0;
    // Each way in which some git counts this blob; mostly there is one.
    std::vector<Counts> ways;
  };
  // A file whose new place matters. Without a meeting, only git can follow it.
  struct Source {
    Leaf leaf;
    Meeting* meeting = nullptr;
  };

  void list_removed_files(Meetings& meetings);
  std::vector<Source> sources(Meetings& meetings, By by);
  // Root directories: of the side that moved files, and the other.
  struct Roots {
    const Leaf &base, &tip, &other;
  };
  bool follow_side(const std::vector<Source>& sources, By by,
                   const Roots& roots);
  bool leaves_a_choice(const Meeting& meeting, const NamedFile& target,
                       const Roots& roots);
  // Files of `to` that `from` does not have.
  const Files& files_only_in(const Leaf& to, const Leaf& from);
  Similar similarity(const Leaf& source, const Leaf& target);
  Similar compare(const Pieces& a, const Pieces& b) const;
  const Pieces& pieces(const Id& id);

  objects::Database& database_;
  Trees& trees_;
  std::unordered_map<objects::IdPair, std::unique_ptr<Files>,
                     objects::IdPairHash>
      files_only_in_;
  std::unordered_map<Id, std::unique_ptr<Pieces>, objects::IdHash> pieces_;
  std::unordered_map<objects::IdPair, Similar, objects::IdPairHash> similar_;
};

}  // namespace orch::predict
