// SPDX-License-Identifier: MIT
#include "git/git.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>

#include "error/error.h"
#include "file/file.h"
#include "git/failure.h"
#include "text/text.h"

namespace orch::git {
namespace {

constexpr std::size_t kMaxMessage = 64 << 10;
constexpr std::size_t kMaxEnd = 16 << 10;

// Records that end in NUL.
std::vector<std::string> split_nul(const std::string& bytes) {
  std::vector<std::string> out = text::split(bytes, '\0');
  if (!out.empty() && out.back().empty()) out.pop_back();
  return out;
}

// The beginning, for the subject, and the last lines, for the trailers.
std::string clipped(std::string_view message) {
  if (message.size() <= kMaxMessage) return std::string(message);
  std::string_view end = message.substr(message.size() - kMaxEnd);
  end.remove_prefix(std::min(end.find('\n'), end.size()));
  return std::string(message.substr(0, kMaxMessage - end.size())) +
         std::string(end);
}

// "Ada <a@b> 1700000000 +0100": the name, and the time into `when`.
std::string parse_person(std::string_view line, std::int64_t* when) {
  const std::size_t close = line.rfind('>');
  if (when && close != std::string_view::npos)
    // Whoever wrote the object chose the number: stay below the year 10000.
    *when = std::clamp(std::strtoll(std::string(line.substr(close + 1)).c_str(),
                                    nullptr, 10),
                       -62135596800LL, 253402300799LL) *
            1000;
  const std::size_t open = line.rfind('<');
  return std::string(text::trim(line.substr(0, open)));
}

}  // namespace

std::string short_branch(std::string_view ref) {
  if (ref.starts_with(kHeads)) ref.remove_prefix(kHeads.size());
  return std::string(ref);
}

std::string Version::text() const {
  return std::to_string(major) + "." + std::to_string(minor) + "." +
         std::to_string(patch);
}

Version installed_version() {
  const process::Outcome outcome =
      process::run({.argv = {"git", "version"}, .timeout_ms = 10000});
  Version v;
  if (!outcome.ok() ||
      std::sscanf(outcome.output.c_str(), "git version %d.%d.%d", &v.major,
                  &v.minor, &v.patch) < 2)
    throw Error(ErrorCode::MissingTool, "cannot run 'git'", "install git");
  return v;
}

process::Program program(const Repository& repository, const Call& call) {
  process::Program p;
  p.argv = {"git"};
  if (call.worktree.empty()) {
    p.argv.push_back("--git-dir=" + repository.common_dir);
    p.directory = repository.common_dir;
  } else {
    p.directory = call.worktree;
  }
  p.argv.insert(p.argv.end(), call.args.begin(), call.args.end());
  p.input = call.input;
  p.environment = call.environment;
  p.environment.emplace_back("GIT_OPTIONAL_LOCKS", "0");
  p.environment.emplace_back("GIT_TERMINAL_PROMPT", "0");
  p.environment.emplace_back("LC_ALL", "C.UTF-8");
  p.dies_with_us = call.dies_with_us;
  p.timeout_ms = call.timeout_ms;
  return p;
}

// One that could not be started or watched has said nothing, like one that was
// killed.
process::Outcome run(const Repository& repository, const Call& call) {
  try {
    return process::run(program(repository, call));
  } catch (const Error& e) {
    if (e.code() != ErrorCode::Io) throw;
    throw Error(ErrorCode::Contended,
                std::string("cannot run git: ") + e.what());
  }
}

std::string message_of(const process::Outcome& outcome) {
  std::string_view first = text::trim(outcome.errors);
  first = first.substr(0, first.find('\n'));
  for (const std::string_view prefix : {"fatal: ", "error: "})
    if (first.starts_with(prefix)) first.remove_prefix(prefix.size());
  if (first.empty()) return "exit status " + std::to_string(outcome.status);
  return std::string(first);
}

namespace {

// "commit-tree" of {"-c", "user.name=x", "commit-tree", …}.
std::string verb_of(const Call& call) {
  for (std::size_t i = 0; i < call.args.size(); ++i) {
    if (call.args[i] == "-c")
      ++i;
    else if (!call.args[i].starts_with('-'))
      return call.args[i];
  }
  return "";
}

}  // namespace

Error failure_of(const Call& call, const process::Outcome& outcome) {
  const bool answered =
      !outcome.timed_out && outcome.status != 127 && outcome.status <= 128;
  return {answered ? ErrorCode::Io : ErrorCode::Contended,
          "git " + verb_of(call) + " failed: " + message_of(outcome)};
}

std::string require(const Repository& repository, const Call& call) {
  process::Outcome outcome = run(repository, call);
  if (outcome.ok()) return std::move(outcome.output);
  throw failure_of(call, outcome);
}

std::optional<std::string> find_commit(const Repository& repository,
                                       const std::string& revision) {
  const Call call = {.args = {"rev-parse", "--verify", "--quiet",
                              "--end-of-options", revision + "^{commit}"},
                     .worktree = repository.worktree};
  const process::Outcome outcome = run(repository, call);
  if (outcome.ok()) return std::string(text::trim(outcome.output));
  const Error failure = failure_of(call, outcome);
  if (failure.code() == ErrorCode::Contended) throw failure;
  return std::nullopt;
}

std::vector<Ref> list_refs(const Repository& repository,
                           const std::vector<std::string>& prefixes) {
  Call call{.args = {"for-each-ref", "--format=%(objectname) %(refname)"}};
  call.args.insert(call.args.end(), prefixes.begin(), prefixes.end());
  std::vector<Ref> refs;
  for (const std::string& line : text::split(require(repository, call), '\n')) {
    const std::size_t space = line.find(' ');
    if (space != std::string::npos)
      refs.push_back({line.substr(space + 1), line.substr(0, space)});
  }
  return refs;
}

std::string zero_id(const std::string& like) {
  return std::string(like.empty() ? 40 : like.size(), '0');
}

void update_refs(const Repository& repository,
                 const std::vector<RefUpdate>& updates,
                 const std::string& reason) {
  // NUL-separated, so that no name is ever parsed (git-update-ref(1), -z).
  std::string input;
  for (const RefUpdate& u : updates) {
    input += "update " + u.name + '\0' + u.to + '\0' + u.from + '\0';
  }
  require(repository, {.args = {"update-ref", "-m", reason, "-z", "--stdin"},
                       .input = input});
}

std::vector<Worktree> list_worktrees(const Repository& repository) {
  const std::string bytes =
      require(repository, {.args = {"worktree", "list", "--porcelain", "-z"}});
  std::vector<Worktree> out;
  for (const std::string& line : split_nul(bytes)) {
    if (line.starts_with("worktree "))
      out.push_back({.path = line.substr(9)});
    else if (out.empty())
      continue;
    else if (line.starts_with("HEAD "))
      out.back().head = line.substr(5);
    else if (line.starts_with("branch "))
      out.back().branch = line.substr(7);
    else if (line == "bare")
      out.back().bare = true;
    else if (line.starts_with("prunable"))
      out.back().prunable = true;
  }
  // With a separate git directory, git names that as the main worktree.
  if (!out.empty() && !repository.is_linked_worktree() &&
      !repository.worktree.empty())
    out.front().path = repository.worktree;
  for (Worktree& w : out)
    if (const auto r = repository::find(w.path);
        r && r->common_dir == repository.common_dir)
      w.git_dir = r->git_dir;
  return out;
}

Commit parse_commit(const std::string& id, std::string_view object) {
  Commit commit;
  commit.id = id;
  while (!object.empty() && object[0] != '\n') {
    const std::size_t end = std::min(object.find('\n'), object.size());
    const std::string_view line = object.substr(0, end);
    if (line.starts_with("parent "))
      commit.parents.emplace_back(line.substr(7));
    else if (line.starts_with("author "))
      commit.author = parse_person(line.substr(7), nullptr);
    else if (line.starts_with("committer "))
      parse_person(line.substr(10), &commit.committed_at);
    object.remove_prefix(std::min(end + 1, object.size()));
  }
  // The subject is the first paragraph on one line, as in `git log %s`; a line
  // of blanks ends it.
  const std::string kept = clipped(text::trim(object));
  std::string_view message = kept;
  while (!message.empty()) {
    const std::size_t end = std::min(message.find('\n'), message.size());
    const std::string_view line = text::trim_end(message.substr(0, end));
    message.remove_prefix(std::min(end + 1, message.size()));
    if (line.empty()) break;
    if (!commit.subject.empty()) commit.subject += ' ';
    commit.subject += line;
  }
  commit.body = text::trim(message);
  return commit;
}

std::map<std::string, Commit> read_commits(
    const Repository& repository, const std::vector<std::string>& ids) {
  std::map<std::string, Commit> commits;
  if (ids.empty()) return commits;
  const std::string bytes =
      require(repository, {.args = {"cat-file", "--batch", "--buffer"},
                           .input = text::join(ids, "\n") + "\n"});
  // Each answer is "<id> <type> <size>\n<bytes>\n" or "<what> missing\n".
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t end = bytes.find('\n', at);
    if (end == std::string::npos) break;
    const auto words =
        text::split(std::string_view(bytes).substr(at, end - at), ' ');
    at = end + 1;
    if (words.size() != 3) continue;
    const std::size_t size = std::strtoull(words[2].c_str(), nullptr, 10);
    if (words[1] == "commit")
      commits[words[0]] =
          parse_commit(words[0], std::string_view(bytes).substr(at, size));
    at += size + 1;
  }
  return commits;
}

Divergence divergence(const Repository& repository, const std::string& tip,
                      const std::string& upstream) {
  const process::Outcome outcome =
      run(repository, {.args = {"rev-list", "--left-right", "--count",
                                "--end-of-options", tip + "..." + upstream}});
  Divergence d;
  if (outcome.ok())
    std::sscanf(outcome.output.c_str(), "%d %d", &d.ahead, &d.behind);
  return d;
}

std::vector<std::string> dirty_paths(const Repository& repository,
                                     const std::string& worktree) {
  const std::string bytes =
      require(repository, {.args = {"status", "--porcelain", "-z",
                                    "--untracked-files=all", "--no-renames"},
                           .worktree = worktree});
  std::vector<std::string> paths;
  for (const std::string& entry : split_nul(bytes))
    if (entry.size() > 3) paths.push_back(entry.substr(3));
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string find_merge_base(const Repository& repository,
                            const std::string& tip,
                            const std::vector<std::string>& others,
                            const Environment& environment) {
  Call call{.args = {"merge-base", tip}, .environment = environment};
  call.args.insert(call.args.end(), others.begin(), others.end());
  const process::Outcome outcome = run(repository, call);
  return outcome.ok() ? std::string(text::trim(outcome.output)) : "";
}

std::vector<std::string> changed_paths(const Repository& repository,
                                       const std::string& from,
                                       const std::string& to,
                                       const Environment& environment) {
  return split_nul(
      require(repository, {.args = {"diff-tree", "-r", "-z", "--name-only",
                                    "--no-renames", from, to},
                           .environment = environment}));
}

}  // namespace orch::git
