// SPDX-License-Identifier: MIT
#include "git/merge.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "error/error.h"
#include "file/file.h"
#include "text/text.h"

namespace orch::git {
namespace {

// GIT_ALTERNATE_OBJECT_DIRECTORIES is a list; an entry in double quotes may
// hold any byte (git(1)).
std::string quote_alternate(const std::string& path) {
  std::string out = "\"";
  for (const char c : path) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// Reads NUL-terminated fields one by one.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : rest_(bytes) {}

  bool next(std::string_view* field) {
    const std::size_t end = rest_.find('\0');
    if (end == std::string_view::npos) return false;
    *field = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return true;
  }

 private:
  std::string_view rest_;
};

// "CONFLICT (modify/delete)" -> "modify/delete"; empty for what is no conflict.
std::string conflict_type(std::string_view message_type) {
  constexpr std::string_view kPrefix = "CONFLICT (";
  if (!message_type.starts_with(kPrefix) || !message_type.ends_with(")"))
    return "";
  return std::string(message_type.substr(
      kPrefix.size(), message_type.size() - kPrefix.size() - 1));
}

// One answer of `merge-tree --stdin -z`: status, tree, the conflicted stages,
// an empty field, the messages (count, paths, type, text), an empty field.
bool read_answer(Fields& fields, Merge* merge) {
  std::string_view field;
  if (!fields.next(&field)) return false;
  const bool clean = field == "1";
  if (!fields.next(&field)) return false;
  merge->tree = field;
  std::set<std::string> paths, types;
  // A clean answer has no stages, and then no separator before its messages.
  if (!clean) {
    while (fields.next(&field) && !field.empty()) {
      const std::size_t tab = field.find('\t');
      if (tab == std::string_view::npos) return false;
      paths.emplace(field.substr(tab + 1));
    }
  }
  while (fields.next(&field)) {
    // Where submodules conflict, git 2.39 prints advice for people in front of
    // the last separator: whatever is no count ends the answer.
    if (field.find_first_not_of("0123456789") != std::string_view::npos ||
        field.empty()) {
      merge->verdict = clean ? Verdict::Clean : Verdict::Conflict;
      merge->paths.assign(paths.begin(), paths.end());
      merge->types.assign(types.begin(), types.end());
      return true;
    }
    for (long n = std::strtol(std::string(field).c_str(), nullptr, 10); n > 0;
         --n)
      if (!fields.next(&field)) return false;
    if (!fields.next(&field)) return false;
    if (const std::string type = conflict_type(field); !type.empty())
      types.insert(type);
    if (!fields.next(&field)) return false;  // the text, meant for people
  }
  return false;
}

}  // namespace

Quarantine::Quarantine(const Repository& repository) {
  const std::string parent = file::is_directory(repository.orch_dir())
                                 ? repository.orch_dir() + "/tmp"
                                 : "";
  std::string pattern;
  if (!parent.empty() && ::access(repository.orch_dir().c_str(), W_OK) == 0) {
    file::make_private_directories(parent);
    // The owner's name, so that only a dead one's is ever cleared.
    const process::Identity self = process::self();
    pattern = parent + "/" + std::to_string(self.pid) + "-" +
              std::to_string(self.start) + "-XXXXXX";
  } else {
    const char* tmp = std::getenv("TMPDIR");
    pattern = std::string(tmp ? tmp : "/tmp") + "/git-orch-XXXXXX";
  }
  if (!::mkdtemp(pattern.data()))
    throw io_error("cannot create directory '" + pattern + "'", errno);
  directory_ = pattern;
  file::make_directories(directory_ + "/objects");
  environment_ = {{"GIT_OBJECT_DIRECTORY", directory_ + "/objects"},
                  {"GIT_ALTERNATE_OBJECT_DIRECTORIES",
                   quote_alternate(repository.common_dir + "/objects")}};
}

Quarantine::~Quarantine() {
  try {
    file::remove_tree(directory_);
  } catch (const Error&) {
    // What is left lies below orch/tmp, which the tick clears.
  }
}

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::Clean:
      return "clean";
    case Verdict::Conflict:
      return "conflict";
    case Verdict::Unknown:
      break;
  }
  return "unknown";
}

std::vector<Merge> merge_all(const Repository& repository,
                             const Quarantine& quarantine,
                             const std::vector<Pair>& pairs) {
  std::vector<Merge> merges(pairs.size());
  std::size_t next = 0;
  while (next < pairs.size()) {
    std::string input;
    for (std::size_t i = next; i < pairs.size(); ++i)
      input += pairs[i].first + " " + pairs[i].second + "\n";
    const process::Outcome outcome = run(
        repository, {.args = {"merge-tree", "--write-tree", "--stdin", "-z"},
                     // Attributes are read from the files of a working tree.
                     .worktree = repository.worktree,
                     .input = input,
                     .environment = quarantine.environment()});
    Fields fields(outcome.output);
    while (next < pairs.size()) {
      Merge merge;
      if (!read_answer(fields, &merge)) break;
      merges[next++] = std::move(merge);
    }
    // git stops at the first pair that it cannot merge and leaves the rest
    // unanswered; say why for that one and go on behind it.
    if (next < pairs.size()) merges[next++].reason = message_of(outcome);
  }
  return merges;
}

namespace {

// Which of the changed paths `git status` calls untracked.
std::vector<std::string> untracked_in(const std::string& status) {
  std::vector<std::string> out;
  for (const std::string& entry : text::split_list(status, '\0'))
    if (entry.starts_with("?? ")) out.push_back(entry.substr(3));
  return out;
}

// Takes the files above the limit out of `paths`, and returns them.
std::vector<std::string> take_large(const std::string& worktree,
                                    const UntrackedLimit& limit,
                                    std::vector<std::string>* paths) {
  std::vector<std::string> large;
  std::uint64_t sum = 0;
  std::erase_if(*paths, [&](const std::string& path) {
    struct stat s {};
    if (::lstat(file::join(worktree, path).c_str(), &s) != 0) return false;
    const auto size = static_cast<std::uint64_t>(s.st_size);
    const bool fits = size <= limit.each && sum + size <= limit.all;
    if (fits)
      sum += size;
    else
      large.push_back(path);
    return !fits;
  });
  return large;
}

// A copy of the worktree's index, for us alone.
std::string copy_index(const Repository& here, const std::string& scratch) {
  const std::string index = scratch + "/index-" + file::name_of(here.git_dir);
  struct stat original {};
  ::stat((here.git_dir + "/index").c_str(), &original);
  if (const auto bytes = file::find_contents(here.git_dir + "/index")) {
    file::write_atomically(index, *bytes);
    // With the time of the original: a file that was changed in its second is
    // looked at again ("racily clean", git's index format).
    const timespec times[2] = {original.st_atim, original.st_mtim};
    ::utimensat(AT_FDCWD, index.c_str(), times, 0);
  }
  return index;
}

// git in one worktree, with an index of its own.
class Scratch {
 public:
  Scratch(const Repository& repository, const std::string& worktree,
          Environment environment)
      : repository_(repository),
        worktree_(worktree),
        environment_(std::move(environment)) {}

  std::string ask(std::vector<std::string> args, std::string input = {}) const {
    return std::string(
        text::trim(require(repository_, {.args = std::move(args),
                                         .worktree = worktree_,
                                         .input = std::move(input),
                                         .environment = environment_})));
  }

  // Everything, or what is tracked and `untracked`.
  void add(const std::vector<std::string>& untracked, bool everything) const {
    if (everything) {
      ask({"add", "--all", "--", ":/"});
      return;
    }
    ask({"add", "--update", "--", ":/"});
    if (untracked.empty()) return;
    std::string paths;
    for (const std::string& path : untracked) paths += path + '\0';
    ask({"--literal-pathspecs", "add", "--pathspec-from-file=-",
         "--pathspec-file-nul"},
        std::move(paths));
  }

 private:
  const Repository& repository_;
  const std::string& worktree_;
  Environment environment_;
};

}  // namespace

OpenWork worktree_commit(const Repository& repository,
                         const Quarantine& quarantine,
                         const std::string& worktree,
                         const UntrackedLimit& limit) {
  const auto here = repository::find(worktree);
  if (!here) return {};
  const auto head =
      run(repository, {.args = {"rev-parse", "--verify", "--quiet", "HEAD"},
                       .worktree = worktree});
  if (!head.ok()) return {};
  OpenWork out{std::string(text::trim(head.output)), {}};
  const std::string status =
      require(repository, {.args = {"status", "--porcelain", "-z",
                                    "--untracked-files=all", "--no-renames"},
                           .worktree = worktree});
  if (status.empty()) return out;
  auto untracked = untracked_in(status);
  out.left_out = take_large(worktree, limit, &untracked);

  Environment environment = quarantine.environment();
  environment.insert(
      environment.end(),
      {{"GIT_INDEX_FILE", copy_index(*here, quarantine.directory())},
       {"GIT_AUTHOR_NAME", "git orch"},
       {"GIT_AUTHOR_EMAIL", "orch@localhost"},
       {"GIT_COMMITTER_NAME", "git orch"},
       {"GIT_COMMITTER_EMAIL", "orch@localhost"}});
  const Scratch git(repository, worktree, std::move(environment));
  git.add(untracked, out.left_out.empty());
  const std::string tree = git.ask({"write-tree"});
  out.commit = git.ask(
      {"commit-tree", tree, "-p", out.commit, "-m", "uncommitted work"});
  return out;
}

}  // namespace orch::git
