// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>

#include "permission/git_call.h"
#include "permission/permission.h"

namespace orch::permission {
namespace {

constexpr std::string_view kHeads = "refs/heads/";

// Branches by name that rules speak of, each once.
std::vector<std::string> branches_in(const policy::WorktreeRules& rules) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& ref) {
    const bool plain = std::all_of(ref.begin(), ref.end(), [](unsigned char c) {
      return std::isalnum(c) != 0 ||
             std::string_view("/._@+%=-").find(static_cast<char>(c)) !=
                 std::string_view::npos;
    });
    if (plain && ref.size() > kHeads.size() && ref.starts_with(kHeads) &&
        std::find(out.begin(), out.end(), ref) == out.end())
      out.push_back(ref);
  };
  add(rules.base);
  for (const auto* list :
       {&rules.guards.protected_refs, &rules.integration, &rules.others})
    for (const std::string& ref : *list) add(ref);
  return out;
}

class List {
 public:
  List(const policy::WorktreeRules& rules, std::int64_t now_ms)
      : rules_(rules), now_(now_ms) {}

  std::vector<Denial> make() {
    pushes();
    if (blocks(rules_, "guards.refs", now_)) refs();
    for (const std::string& ref : branches_in(rules_))
      add(refuse_merge(rules_, ref, now_), {"git merge " + short_of(ref)});
    hooks();
    return std::move(out_);
  }

 private:
  static std::string short_of(const std::string& ref) {
    return ref.substr(kHeads.size());
  }
  void add(const std::optional<Refusal>& refusal,
           const std::vector<std::string>& commands,
           Extent extent = Extent::Words) {
    if (!refusal) return;
    for (const std::string& command : commands)
      out_.push_back({extent, command, *refusal});
  }

  void pushes() {
    // Who may push something is judged by what he pushes.
    if (!rules_.push && !rules_.pr)
      add(refuse_push(rules_, rules_.branch, now_), {"git push"});
    else
      add(refuse_without_hooks(rules_, "push", now_), {"git push --no-verify"});
    add(refuse_push(rules_, rules_.base, now_),
        {"gh pr merge", "glab mr merge", "glab mr accept"});
    add(refuse_pull_request(rules_, now_), {"gh pr create", "glab mr create"});
  }

  void refs() {
    add(refuse_plumbing(rules_, "update-ref", now_), {"git update-ref"});
    add(refuse_plumbing(rules_, "symbolic-ref", now_),
        {"git symbolic-ref HEAD refs/", "git symbolic-ref refs/heads/"},
        Extent::Text);
    add(refuse_move(rules_, "refs/replace/x", false, now_), {"git replace"});
    for (const std::string& ref : branches_in(rules_)) {
      const std::string name = short_of(ref);
      add(refuse_move(rules_, ref, true, now_),
          {"git branch -D " + name, "git branch -m " + name,
           "git branch -M " + name});
      const auto moved = refuse_move(rules_, ref, false, now_);
      add(moved, {"git branch -f " + name});
      add(refuse_switch(rules_, ref, now_),
          {"git checkout " + name, "git switch " + name}, Extent::Whole);
      // Onto it: git takes the last name.
      if (moved)
        add(moved,
            {"git branch -C " + own() + " " + name,
             "git branch -C HEAD " + name},
            Extent::Whole);
    }
  }
  std::string own() const {
    return rules_.branch.starts_with(kHeads) ? short_of(rules_.branch) : "HEAD";
  }

  void hooks() {
    add(refuse_without_hooks(rules_, "commit", now_),
        {"git commit --no-verify", "git commit -n", "git merge --no-verify"});
    add(refuse_without_hooks(rules_, "", now_),
        {"git config core.hooksPath ", "git config --global core.hooksPath ",
         "git config --local core.hooksPath ",
         "git config --worktree core.hooksPath ", "git -c core.hooksPath="},
        Extent::Text);
  }

  const policy::WorktreeRules& rules_;
  std::int64_t now_;
  std::vector<Denial> out_;
};

}  // namespace

std::vector<Denial> denied_commands(const policy::WorktreeRules& rules,
                                    std::int64_t now_ms) {
  return List(rules, now_ms).make();
}

std::vector<std::string> denied_paths(const policy::WorktreeRules& rules,
                                      std::int64_t now_ms) {
  std::vector<std::string> out;
  if (!blocks(rules, "guards.paths", now_ms)) return out;
  out = rules.deny_paths;
  out.insert(out.end(), rules.guards.protected_paths.begin(),
             rules.guards.protected_paths.end());
  return out;
}

}  // namespace orch::permission
