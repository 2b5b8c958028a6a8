// SPDX-License-Identifier: MIT
#include "progress/rewrites.h"

#include "git/git.h"
#include "git/state.h"
#include "text/text.h"

namespace orch::progress {
namespace {

// Each commit that an amend made, to the one that it replaced.
std::map<std::string, std::string> amends_of(const Rewrites& r) {
  std::map<std::string, std::string> out;
  for (const std::string& ref : r.refs)
    for (const git::Move& move : git::read_reflog(r.repository, ref))
      if (move.reason.starts_with("commit (amend)"))
        out.insert_or_assign(move.to, move.from);
  return out;
}

// Who wrote it, when, and its subject; what is not there any more has none.
std::map<std::string, std::string> origins_of(const Rewrites& r) {
  std::string input;
  for (const std::string& id : r.lost) input += id + "\n";
  for (const std::string& id : r.unseen) input += id + "\n";
  const auto lines = text::split(
      git::require(r.repository, {.args = {"rev-list", "--no-walk=unsorted",
                                           "--ignore-missing", "--stdin",
                                           "--format=%an%x00%ae%x00%at%x00%s"},
                                  .input = input}),
      '\n');
  constexpr std::string_view kHeading = "commit ";
  std::map<std::string, std::string> out;
  for (std::size_t i = 0; i + 1 < lines.size(); i += 2)
    if (lines[i].starts_with(kHeading))
      out.emplace(lines[i].substr(kHeading.size()), lines[i + 1]);
  return out;
}

// The first of `wanted` among those that `id` was amended from: those in
// between were never seen. Empty when there is none. A ring, as an amend that
// was done twice leaves it, ends where it began.
template <typename Wanted>
std::string amended_from(const std::map<std::string, std::string>& amends,
                         const std::string& id, const Wanted& wanted) {
  std::set<std::string> met;
  for (auto at = amends.find(id);
       at != amends.end() && met.insert(at->second).second;
       at = amends.find(at->second))
    if (wanted.contains(at->second)) return at->second;
  return "";
}

// What is gone and what is new, as long as neither has another one.
class Pairs {
 public:
  explicit Pairs(const Rewrites& rewrites) : rewrites_(rewrites) {}
  void add(const std::string& before, const std::string& after) {
    if (before.empty() || after.empty() || successors_.contains(before) ||
        taken_.contains(after) ||
        rewrites_.role_of(before) != rewrites_.role_of(after))
      return;
    successors_.emplace(before, after);
    taken_.insert(after);
  }
  std::map<std::string, std::string> all() && { return std::move(successors_); }

 private:
  const Rewrites& rewrites_;
  std::map<std::string, std::string> successors_;
  std::set<std::string> taken_;
};

}  // namespace

std::map<std::string, std::string> successors(const Rewrites& r) {
  if (r.lost.empty() || r.unseen.empty()) return {};
  Pairs pairs(r);
  const auto amends = amends_of(r);
  for (const std::string& id : r.unseen)
    pairs.add(amended_from(amends, id, r.lost), id);
  // An amend that was undone.
  const std::set<std::string> unseen(r.unseen.begin(), r.unseen.end());
  for (const std::string& id : r.lost)
    pairs.add(id, amended_from(amends, id, unseen));
  struct Alike {
    std::vector<std::string> lost, unseen;
  };
  std::map<std::string, Alike> by_origin;
  for (const auto& [id, origin] : origins_of(r)) {
    Alike& alike = by_origin[origin];
    (unseen.contains(id) ? alike.unseen : alike.lost).push_back(id);
  }
  for (const auto& [origin, alike] : by_origin)
    if (alike.lost.size() == 1 && alike.unseen.size() == 1)
      pairs.add(alike.lost.front(), alike.unseen.front());
  return std::move(pairs).all();
}

}  // namespace orch::progress
