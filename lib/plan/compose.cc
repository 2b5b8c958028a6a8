// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <set>

#include "error/error.h"
#include "graph/ring.h"
#include "plan/team.h"
#include "text/text.h"

namespace orch::plan {
namespace {

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Choice {
 public:
  Choice(const Lineage& lineage, const std::vector<role::Role>& known,
         const Spec& spec, const Wish& wish)
      : team_(lineage.team), origins_(lineage.origins), wish_(wish) {
    for (const role::Role& role : known) {
      known_.emplace(role.name, &role);
      names_.push_back(role.name);
    }
    cap_ = static_cast<std::size_t>(std::max(wish.cap, 1));
    limit_ = std::min(cap_, static_cast<std::size_t>(std::max(wish.size, 1)));
    require_known();
    require_no_ring();
    word_ = programming_word(spec);
  }

  Composition make() {
    add_overseer();
    for (const std::string& role : wish_.roles) add_wanted(role);
    // They come on top of what the work needs.
    limit_ = std::min(cap_, limit_ + out_.members.size() - 1);
    if (!word_.empty())
      for (const char* role : {"developer", "tester"})
        if (holds(team_.roles, role))
          add(role, "the work looks like programming ('" + word_ + "')");
    for (std::size_t i = 0; i < team_.roles.size(); ++i)
      if (is_inherited(i)) add(team_.roles[i], "inherited from " + origins_[i]);
    for (std::size_t i = 0; i < team_.roles.size(); ++i)
      if (!is_inherited(i)) add(team_.roles[i], "part of " + team_.name);
    for (const std::string& role : team_.optional)
      add(role, "optional in " + team_.name + ", and there is room");
    return std::move(out_);
  }

 private:
  bool is_inherited(std::size_t i) const {
    return i < origins_.size() && origins_[i] != team_.name;
  }

  std::vector<std::string> all_roles() const {
    std::vector<std::string> all = team_.roles;
    all.insert(all.end(), wish_.roles.begin(), wish_.roles.end());
    all.insert(all.end(), team_.optional.begin(), team_.optional.end());
    return all;
  }

  void require_known() const {
    for (const std::string& role : all_roles()) {
      if (known_.contains(role)) continue;
      const std::string near = text::nearest(role, names_);
      throw Error(ErrorCode::UnknownName,
                  "unknown role '" + role + "'" +
                      (near.empty() ? "" : ", did you mean '" + near + "'?"),
                  "git orch role list");
    }
  }

  void require_no_ring() const {
    graph::Needs needs;
    std::vector<std::string> open = all_roles();
    while (!open.empty()) {
      const std::string role = std::move(open.back());
      open.pop_back();
      const auto it = known_.find(role);
      if (it == known_.end() || needs.contains(role)) continue;
      needs[role] = it->second->requires_roles;
      open.insert(open.end(), it->second->requires_roles.begin(),
                  it->second->requires_roles.end());
    }
    if (const auto ring = graph::ring_in(needs); !ring.empty())
      throw UsageError("roles require each other: " + text::join(ring, " -> "));
  }

  void add_overseer() {
    std::vector<role::Role> candidates;
    std::set<std::string> told;
    for (const auto* list : {&team_.roles, &wish_.roles})
      for (const std::string& role : *list)
        if (told.insert(role).second) candidates.push_back(*known_.at(role));
    const std::string name =
        role::require_overseer(candidates, "team '" + team_.name + "'").name;
    if (const std::string fault = take(name, "oversees the others", cap_);
        !fault.empty())
      throw UsageError("no room for the overseer '" + name + "': " + fault);
  }

  void add_wanted(const std::string& role) {
    if (is_member(role)) return;
    const std::string fault = take(role, "asked for", cap_);
    if (fault.empty()) return;
    if (!known_.at(role)->requires_roles.empty() && !is_told(role))
      throw UsageError("role '" + role + "' cannot be had: " + fault);
    drop(role, fault);
  }

  void add(const std::string& role, const std::string& because) {
    if (is_member(role) || is_told(role)) return;
    if (const auto fault = take(role, because, limit_); !fault.empty())
      drop(role, fault);
  }

  // The role and what it requires, before it, that are not members yet.
  // `missing`: one of them that is no role.
  std::vector<std::string> closure(const std::string& role,
                                   std::string& missing) const {
    std::vector<std::string> group, open = {role};
    while (!open.empty()) {
      const std::string name = std::move(open.back());
      open.pop_back();
      if (is_member(name)) continue;
      const auto it = known_.find(name);
      if (it == known_.end()) {
        missing = name;
        continue;
      }
      // What is required by several stands before all of them.
      std::erase(group, name);
      group.insert(group.begin(), name);
      open.insert(open.end(), it->second->requires_roles.rbegin(),
                  it->second->requires_roles.rend());
    }
    return group;
  }

  // Adds a role with what it requires; says why when it cannot.
  std::string take(const std::string& role, const std::string& because,
                   std::size_t limit) {
    std::string missing;
    const std::vector<std::string> group = closure(role, missing);
    if (!missing.empty()) return "requires '" + missing + "', which is no role";
    if (out_.members.size() + group.size() > limit) {
      std::vector<std::string> others = group;
      std::erase(others, role);
      const std::string why = why_full(limit);
      return others.empty() || out_.members.size() >= limit
                 ? why
                 : "requires " + text::join(others, ", ") + ", and " + why;
    }
    for (const std::string& name : group) {
      std::erase_if(out_.dropped,
                    [&](const Dropped& d) { return d.role == name; });
      out_.members.push_back(
          {name, name == role ? because : role + " requires it"});
    }
    return {};
  }

  std::string why_full(std::size_t limit) const {
    const bool by_cap =
        limit == cap_ &&
        (cap_ <= static_cast<std::size_t>(std::max(wish_.size, 1)) ||
         limit != limit_);
    const std::string& why = by_cap ? wish_.cap_because : wish_.size_because;
    return why.empty() ? "there is room for " + text::count_of(limit, "agent")
                       : why;
  }

  bool is_member(const std::string& role) const {
    return std::any_of(out_.members.begin(), out_.members.end(),
                       [&](const Member& m) { return m.role == role; });
  }
  bool is_told(const std::string& role) const {
    return std::any_of(out_.dropped.begin(), out_.dropped.end(),
                       [&](const Dropped& d) { return d.role == role; });
  }
  void drop(const std::string& role, const std::string& because) {
    if (!is_told(role)) out_.dropped.push_back({role, because});
  }

  const role::Team& team_;
  const std::vector<std::string>& origins_;
  const Wish& wish_;
  std::map<std::string, const role::Role*> known_;
  std::vector<std::string> names_;
  std::size_t cap_ = 1, limit_ = 1;
  std::string word_;
  Composition out_;
};

}  // namespace

Composition compose(const Lineage& lineage,
                    const std::vector<role::Role>& known, const Spec& spec,
                    const Wish& wish) {
  return Choice(lineage, known, spec, wish).make();
}

}  // namespace orch::plan
