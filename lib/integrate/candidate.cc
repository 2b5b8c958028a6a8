// SPDX-License-Identifier: MIT
#include "integrate/candidate.h"

#include <algorithm>
#include <set>

#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "git/merge.h"
#include "mergequeue/message.h"
#include "progress/progress.h"
#include "store/tasks.h"
#include "tasklist/tasklist.h"
#include "text/text.h"

namespace orch::integrate {
namespace {

using Strings = std::vector<std::string>;

std::string line_of(const Repository& repository, const git::Call& call) {
  return std::string(text::trim(git::require(repository, call)));
}

// A commit with the tree of `onto` and these parents: a merge of it and of a
// descendant of theirs has the newest of them that both have as its merge base.
// (git 2.39 takes no base on its command line.)
std::string stand_in(const Repository& repository, const std::string& onto,
                     const Strings& parents) {
  Strings args = {
      "-c",          "user.name=git orch", "-c", "user.email=orch@localhost",
      "commit-tree", onto + "^{tree}",     "-m", "stand-in"};
  for (const std::string& p : parents) args.insert(args.end(), {"-p", p});
  return line_of(repository, {.args = std::move(args)});
}

struct Merged {
  std::string tree;  // empty: a collision
  Collision collision;
};

Merged merge(const Repository& repository, const std::string& ours,
             const std::string& theirs) {
  const auto out = git::run(
      repository, {.args = {"merge-tree", "--write-tree", "--name-only",
                            "--no-messages", "-z", ours, theirs}});
  const Strings fields = text::split_list(out.output, '\0');
  if (out.ok() && !fields.empty()) return {fields[0], {}};
  if (out.status == 1 && !fields.empty()) {
    std::set<std::string> paths(fields.begin() + 1, fields.end());
    return {"", {{paths.begin(), paths.end()}, ""}};
  }
  // Killed, or not started: that is no verdict.
  if (out.status == 127 || out.status > 128)
    throw Error(ErrorCode::Contended,
                "git merge-tree failed: " + git::message_of(out));
  return {"", {{}, git::message_of(out)}};
}

std::string tree_of(const Repository& repository, const std::string& commit) {
  return line_of(repository, {.args = {"rev-parse", "--verify", "--quiet",
                                       commit + "^{tree}"}});
}

// Commits of the part that `onto` lacks, oldest first, merges left out; without
// those that it has as another commit with the same change, where `Picked` says
// so.
enum class Picked { Keep, Drop };
Strings own_commits(const Repository& repository, const std::string& onto,
                    const Part& part, Picked picked) {
  Strings args = {"rev-list", "--reverse", "--topo-order", "--no-merges"};
  if (picked == Picked::Drop)
    args.insert(args.end(), {"--cherry-pick", "--right-only",
                             onto + "..." + part.row.commit});
  else
    args.insert(args.end(), {part.row.commit, "^" + onto});
  if (!part.landed_before.empty()) args.push_back("^" + part.landed_before);
  args.emplace_back("--");
  return text::split_list(git::require(repository, {.args = std::move(args)}),
                          '\n');
}

// Their subjects and trailers, in one process.
std::vector<mergequeue::Brought> read_brought(const Repository& repository,
                                              const Strings& commits) {
  std::vector<mergequeue::Brought> out;
  if (commits.empty()) return out;
  const std::string bytes = git::require(
      repository,
      {.args = {"log", "--no-show-signature", "--no-walk=unsorted", "--stdin",
                "-z", "--format=%s%n%(trailers:only,unfold)"},
       .input = text::join(commits, "\n") + "\n"});
  for (const std::string& entry : text::split_list(bytes, '\0')) {
    Strings lines = text::split_list(entry, '\n');
    mergequeue::Brought b;
    if (!lines.empty()) {
      b.subject = lines.front();
      b.trailers.assign(lines.begin() + 1, lines.end());
    }
    out.push_back(std::move(b));
  }
  return out;
}

// The variables that make a commit somebody's.
git::Environment author_of(const Repository& repository,
                           const std::string& commit) {
  const Strings fields = text::split(
      line_of(repository,
              {.args = {"log", "--no-show-signature", "-1",
                        "--format=%an%x00%ae%x00%ad", "--date=raw", commit}}),
      '\0');
  if (fields.size() != 3) return {};
  // git takes no empty name, and small numbers for a date only behind an "@".
  return {{"GIT_AUTHOR_NAME", fields[0].empty() ? "unknown" : fields[0]},
          {"GIT_AUTHOR_EMAIL", fields[1]},
          {"GIT_AUTHOR_DATE", "@" + fields[2]}};
}

std::string commit_tree(const Repository& repository, const std::string& tree,
                        const Strings& parents, const std::string& message,
                        git::Environment environment) {
  Strings args = {"-c", "core.fsync=committed", "commit-tree", tree};
  for (const std::string& p : parents) args.insert(args.end(), {"-p", p});
  args.insert(args.end(), {"-F", "-"});
  return line_of(repository, {.args = std::move(args),
                              .input = message,
                              .environment = std::move(environment)});
}

std::optional<std::string> blob_at(const Repository& repository,
                                   const std::string& tree,
                                   const std::string& path, std::string* mode) {
  const auto entry = git::run(
      repository, {.args = {"ls-tree", "-z", "--full-tree", tree, "--", path}});
  const std::size_t tab = entry.output.find('\t');
  const Strings words = text::split(entry.output.substr(0, tab), ' ');
  if (tab == std::string::npos || words.size() != 3 || words[1] != "blob" ||
      !words[0].starts_with("100"))
    return std::nullopt;
  *mode = words[0];
  return git::require(repository, {.args = {"cat-file", "blob", words[2]}});
}

// `tree` with another file at `path`.
std::string with_file(const Repository& repository, const std::string& tree,
                      const std::string& path, const std::string& mode,
                      const std::string& bytes) {
  const git::Quarantine scratch(repository);  // only for its directory
  const git::Environment index = {
      {"GIT_INDEX_FILE", scratch.directory() + "/index"}};
  const std::string blob = line_of(
      repository, {.args = {"hash-object", "-w", "--stdin"}, .input = bytes});
  git::require(repository, {.args = {"read-tree", tree}, .environment = index});
  git::require(repository,
               {.args = {"update-index", "--add", "-z", "--index-info"},
                .input = mode + " " + blob + "\t" + path + '\0',
                .environment = index});
  return line_of(repository, {.args = {"write-tree"}, .environment = index});
}

// Ticks what is done in the list that the tree holds. A list that cannot be
// read stays as it is: it is the people's.
std::string mark(const Repository& repository, const std::string& tree,
                 const Part& part, const Marks& marks,
                 const Strings& contained) {
  const std::set<std::string> here(contained.begin(), contained.end());
  std::map<std::string, bool> done;
  for (const DoneTask& t : marks.done)
    if (t.commits.empty()
            ? t.owner == part.agent
            : std::any_of(t.commits.begin(), t.commits.end(),
                          [&](const auto& c) { return here.contains(c); }))
      done[t.id] = true;
  if (done.empty()) return tree;
  for (const std::string& path : marks.files) {
    std::string mode;
    const auto before = blob_at(repository, tree, path, &mode);
    if (!before) continue;
    try {
      const std::string after = tasklist::mark(*before, path, done);
      return after == *before ? tree
                              : with_file(repository, tree, path, mode, after);
    } catch (const Error&) {
      return tree;
    }
  }
  return tree;
}

class Building {
 public:
  Building(const Repository& repository, const Request& request,
           const std::string& into, const std::string& onto, const Part& part,
           const Marks& marks)
      : repository_(repository),
        request_(request),
        into_(into),
        onto_(onto),
        part_(part),
        marks_(marks),
        own_(own_commits(repository, onto, part, Picked::Keep)) {}

  Built run() {
    return request_.rules.method == "rebase" ? rebase() : merge_once();
  }

 private:
  mergequeue::Landing landing() const {
    return {.branch = git::short_branch(part_.row.ref),
            .into = git::short_branch(into_),
            .feature = request_.feature.spec_id,
            .agent = part_.row.agent_id ? part_.agent : "",
            .commits = read_brought(repository_, own_)};
  }
  std::string marked(const std::string& tree) const {
    return mark(repository_, tree, part_, marks_, own_);
  }

  Built merge_once() const {
    const std::string ours =
        part_.landed_before.empty()
            ? onto_
            // The branch may have taken the target in since.
            : stand_in(repository_, onto_, {onto_, part_.landed_before});
    const Merged merged = merge(repository_, ours, part_.row.commit);
    if (merged.tree.empty()) return {{}, merged.collision};
    const std::string tree = marked(merged.tree);
    const bool squash = request_.rules.method == "squash";
    return end(
        commit_tree(repository_, tree,
                    squash ? Strings{onto_} : Strings{onto_, part_.row.commit},
                    squash ? mergequeue::squash_message(landing())
                           : mergequeue::merge_message(landing()),
                    squash ? author_of(repository_, part_.row.commit)
                           : git::Environment{}),
        tree);
  }

  Built rebase() const {
    std::string tip = onto_, tree = tree_of(repository_, onto_);
    struct Step {
      std::string tree, commit;
    };
    std::vector<Step> steps;
    for (const std::string& commit :
         own_commits(repository_, onto_, part_, Picked::Drop)) {
      const auto parent = git::find_commit(repository_, commit + "^");
      if (!parent)
        return {{},
                {{}, commit.substr(0, 12) + " has no parent to rebase from"}};
      const Merged merged =
          merge(repository_, stand_in(repository_, tip, {*parent}), commit);
      if (merged.tree.empty()) return {{}, merged.collision};
      if (merged.tree == tree) continue;  // it is there already
      tree = merged.tree;
      // A commit to stand on for the next one; the last is made anew below.
      tip = take_over(commit, tree, tip);
      steps.push_back({tree, commit});
    }
    const std::string ticked = marked(tree);
    if (!steps.empty() && ticked != tree) {
      const std::string parent =
          line_of(repository_,
                  {.args = {"rev-parse", "--verify", "--quiet", tip + "^"}});
      tip = take_over(steps.back().commit, ticked, parent);
      tree = ticked;
    }
    return end(tip, tree);
  }

  std::string take_over(const std::string& commit, const std::string& tree,
                        const std::string& parent) const {
    // git prints the message with a newline more than it has.
    const std::string message = git::require(
        repository_,
        {.args = {"log", "--no-show-signature", "-1", "--format=%B", commit}});
    return commit_tree(repository_, tree, {parent},
                       std::string(text::trim_end(message)) + "\n",
                       author_of(repository_, commit));
  }

  Built end(const std::string& commit, const std::string& tree) const {
    return {
        Candidate{commit, tree, git::changed_paths(repository_, onto_, commit)},
        {}};
  }

  const Repository& repository_;
  const Request& request_;
  const std::string &into_, &onto_;
  const Part& part_;
  const Marks& marks_;
  const Strings own_;
};

}  // namespace

Marks marks_of(const Repository& repository, store::Store& store,
               const store::Feature& feature) {
  Marks out{progress::tasks_file_names(repository, feature), {}};
  std::map<std::string, Strings> completed;  // by task
  for (store::Evidence& e : store::list_evidence(store, feature.id))
    if (e.completes) completed[e.task_id].push_back(std::move(e.commit));
  for (const store::Task& t : store::list_tasks(store, feature.id)) {
    if (t.status != "done") continue;
    out.done.push_back({.id = t.task_id, .owner = t.owner.value_or("")});
    if (t.commit) out.done.back().commits = completed[t.task_id];
  }
  return out;
}

Built build(const Repository& repository, const Request& request,
            const std::string& into, const std::string& onto, const Part& part,
            const Marks& marks) {
  return Building(repository, request, into, onto, part, marks).run();
}

bool can_build(const Repository& repository, const std::string& onto) {
  try {
    return !merge(repository, onto, stand_in(repository, onto, {onto}))
                .tree.empty();
  } catch (const Error& e) {
    if (e.code() == ErrorCode::Contended) throw;
    return false;
  }
}

std::size_t count_ahead(const Repository& repository, const std::string& onto,
                        const std::string& tip,
                        const std::string& landed_before) {
  Strings args = {"rev-list",     "--count",     "--cherry-pick",
                  "--right-only", "--no-merges", onto + "..." + tip};
  if (!landed_before.empty()) args.push_back("^" + landed_before);
  args.emplace_back("--");
  const auto counted = git::run(repository, {.args = args});
  // What git cannot walk is found out, and told, when it is built.
  if (!counted.ok()) return 1;
  return static_cast<std::size_t>(
      std::strtoull(counted.output.c_str(), nullptr, 10));
}

}  // namespace orch::integrate
