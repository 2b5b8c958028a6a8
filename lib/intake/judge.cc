// SPDX-License-Identifier: MIT
#include "intake/judge.h"

#include <algorithm>
#include <set>
#include <utility>

#include "clock/clock.h"
#include "error/error.h"
#include "git/git.h"
#include "text/text.h"

namespace orch::intake {
namespace {

using policy::Finding;
using policy::Mode;
using policy::WorktreeRules;
using repository::Repository;
using Words = std::vector<std::string>;

constexpr char kModule[] = "160000";  // mode of a submodule
constexpr char kNames[] = "guards.trailers";

std::string quoted(const std::string& name) {
  return "'" + text::printable(name) + "'";
}

class Judge {
 public:
  Judge(const Repository& repository, const WorktreeRules& rules,
        std::string from, std::string to)
      : repository_(repository),
        rules_(rules),
        from_(std::move(from)),
        to_(std::move(to)),
        now_(clock::now()) {
    if (!rules.base.empty()) shared_.push_back(rules.base);
    for (const std::string& b : rules.integration)
      if (b != rules.branch && exists(b)) shared_.push_back(b);
    for (const std::string& b : rules.others)
      if (b != rules.branch && exists(b)) others_.push_back(b);
  }

  std::vector<Finding> findings() {
    if (mode(policy::kMerges) != Mode::Off && !rules_.merge) merges();
    if (mode(policy::kPaths) != Mode::Off) paths();
    if (mode(kNames) != Mode::Off) names();
    modules();
    return std::move(found_);
  }

 private:
  Mode mode(const char* guard) const {
    return policy::mode_of(rules_, guard, now_);
  }

  bool exists(const std::string& ref) const {
    return git::find_commit(repository_, ref).has_value();
  }

  process::Outcome run(const Words& args) const {
    // Whatever the user has set for his own eyes.
    Words all = {"-c", "log.showRoot=true", "-c", "log.showSignature=false",
                 "-c", "log.follow=false",  "-c", "diff.renames=false"};
    all.insert(all.end(), args.begin(), args.end());
    return git::run(repository_, {.args = std::move(all)});
  }

  // What git lists, without what is empty.
  Words list(const Words& args, char separator) const {
    const auto outcome = run(args);
    if (!outcome.ok())
      throw Error(ErrorCode::Io, "cannot look at what was committed: " +
                                     git::message_of(outcome));
    Words out = text::split(outcome.output, separator);
    std::erase(out, "");
    return out;
  }

  // `args`, and then what the branch has now and none of these had.
  Words since(Words args, const std::vector<const Words*>& known) const {
    args.insert(args.end(), {to_, "--not", from_});
    for (const Words* refs : known)
      args.insert(args.end(), refs->begin(), refs->end());
    return args;
  }
  Words since_all(Words args) const {
    return since(std::move(args), {&shared_, &others_});
  }

  // By a merge, a rebase or a reset: what another agent has committed and what
  // is not in the base or in an integration branch has come in.
  void merges() {
    const Words count = {"rev-list", "--count"};
    if (list(since(count, {&shared_}), '\n') == list(since_all(count), '\n'))
      return;
    for (const std::string& other : others_) {
      const Words one = {other};
      if (list(since(count, {&shared_, &one}), '\n') ==
          list(since(count, {&shared_}), '\n'))
        continue;
      found_.push_back(
          policy::finding_of_merge(rules_, mode(policy::kMerges), other));
      return;
    }
  }

  void paths() {
    const auto questions = policy::path_questions(rules_);
    std::set<std::string> names;
    for (const Words* pathspecs : {&questions.outside, &questions.denied}) {
      if (pathspecs->empty()) continue;
      Words args = since_all({"log", "--no-merges", "--format=", "--name-only",
                              "-z", "--ignore-submodules=none"});
      args.emplace_back("--");
      args.insert(args.end(), pathspecs->begin(), pathspecs->end());
      for (std::string& name : list(args, '\0')) names.insert(std::move(name));
      in_merges(*pathspecs, names);
    }
    if (!names.empty())
      found_.push_back(
          policy::finding_of_paths(rules_, mode(policy::kPaths), names));
  }

  // Of a merge, what differs from what git would make of it, unless it is as
  // the base or an integration branch has it. Of more than two parents,
  // whatever differs from one.
  void in_merges(const Words& pathspecs, std::set<std::string>& names) const {
    for (const std::string& line :
         list(since_all({"rev-list", "--min-parents=2", "--parents"}), '\n')) {
      const auto ids = text::split_list(line, ' ');
      const bool two = ids.size() == 3;
      Words args = {"show",
                    "--format=",
                    "--name-only",
                    "-z",
                    two ? "--diff-merges=remerge" : "--diff-merges=separate",
                    ids[0],
                    "--"};
      args.insert(args.end(), pathspecs.begin(), pathspecs.end());
      for (const std::string& name : list(args, '\0'))
        if (!two || !is_of_a_parent(ids, name)) names.insert(name);
    }
  }

  bool is_of_a_parent(const Words& ids, const std::string& name) const {
    for (std::size_t i = 1; i < ids.size(); ++i) {
      const bool known = std::any_of(
          shared_.begin(), shared_.end(), [&](const std::string& branch) {
            return run({"merge-base", "--is-ancestor", ids[i], branch}).ok();
          });
      if (known && run({"diff-tree", "--quiet", ids[0], ids[i], "--",
                        ":(literal)" + name})
                       .ok())
        return true;
    }
    return false;
  }

  // In the name of another agent of the feature, unless it is a copy of what
  // that agent has committed (git-cherry-pick(1) keeps author, date and text).
  void names() {
    const std::string format =
        "--format=%ae %at %s%x1f%h%x1f"
        "%(trailers:key=Orch-Agent,valueonly,unfold,separator=%x20)";
    std::set<std::string> originals;
    bool looked = false;
    for (const std::string& record :
         list(since_all({"log", "-z", format}), '\0')) {
      const auto parts = text::split(record, '\x1f');
      if (parts.size() != 3) continue;
      for (const std::string& name : text::split_list(parts[2], ' ')) {
        if (name == rules_.agent || !name.starts_with(rules_.feature() + "/"))
          continue;
        if (!std::exchange(looked, true)) originals = originals_in(format);
        if (originals.contains(parts[0])) continue;
        found_.push_back({kNames, mode(kNames),
                          parts[1] + " is in the name of " + quoted(name)});
        return;
      }
    }
  }

  std::set<std::string> originals_in(const std::string& format) const {
    Words args = {"log", "-z", "--no-merges", format, from_};
    args.insert(args.end(), others_.begin(), others_.end());
    for (const std::string& b : shared_)
      if (b != rules_.base) args.push_back(b);
    if (!rules_.base.empty()) args.insert(args.end(), {"--not", rules_.base});
    std::set<std::string> out;
    for (const std::string& record : list(args, '\0'))
      out.insert(record.substr(0, record.find('\x1f')));
    return out;
  }

  // A new submodule would be a repository that git outside looks into, with a
  // configuration which the sandbox has written.
  void modules() {
    const auto raw = list({"diff-tree", "-r", "-z", "--raw", "--no-renames",
                           "--ignore-submodules=none", from_, to_},
                          '\0');
    for (std::size_t i = 0; i + 1 < raw.size(); i += 2) {
      const auto words = text::split_list(raw[i], ' ');  // ":old new …"
      if (words.size() < 2 || words[1] != kModule ||
          words[0].ends_with(kModule))
        continue;
      found_.push_back({"sandbox.modules", Mode::Block,
                        "a new submodule " + quoted(raw[i + 1])});
      return;
    }
  }

  const Repository& repository_;
  const WorktreeRules& rules_;
  const std::string from_, to_;
  const std::int64_t now_;
  Words shared_, others_;  // full names of branches
  std::vector<Finding> found_;
};

}  // namespace

std::vector<Finding> judge(const Repository& repository,
                           const WorktreeRules& rules, const std::string& from,
                           const std::string& to) {
  return Judge(repository, rules, from, to).findings();
}

}  // namespace orch::intake
