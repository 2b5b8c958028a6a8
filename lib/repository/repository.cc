// SPDX-License-Identifier: MIT
#include "repository/repository.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>

#include "error/error.h"
#include "file/file.h"
#include "process/process.h"

namespace orch::repository {
namespace {

std::string without_newline(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
    text.pop_back();
  return text;
}

bool is_hex_id(std::string_view text) {
  if (text.size() != 40 && text.size() != 64) return false;
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// What a look that failed with errno means: nothing is there, or nothing that
// is open to us, as git has it; else throws, since nobody can tell.
bool is_absent(const std::string& path) {
  const int error = errno;
  if (error == ENOENT || error == ENOTDIR || error == EACCES ||
      error == ELOOP || error == ENAMETOOLONG)
    return true;
  throw io_error("cannot look at '" + path + "'", error);
}

bool has(const std::string& path) {
  struct stat s {};
  return ::lstat(path.c_str(), &s) == 0 || !is_absent(path);
}

bool has_directory(const std::string& path) {
  struct stat s {};
  return ::stat(path.c_str(), &s) == 0 ? S_ISDIR(s.st_mode) : !is_absent(path);
}

// A directory is a git directory when it has HEAD and, itself or through
// `commondir`, objects and refs.
bool is_git_dir(const std::string& path) {
  if (!has(path + "/HEAD")) return false;
  if (has(path + "/commondir")) return true;
  return has_directory(path + "/objects") && has_directory(path + "/refs");
}

std::string common_dir_of(const std::string& git_dir) {
  const auto link = file::find_contents(git_dir + "/commondir");
  if (!link) return git_dir;
  return file::resolve(file::join(git_dir, without_newline(*link)));
}

Repository make(const std::string& git_dir, std::string worktree) {
  const std::string resolved = file::resolve(git_dir);
  return {resolved, common_dir_of(resolved), std::move(worktree)};
}

// git reads its variables relative to where it stands: they say nothing about
// any other directory, for example another worktree that a hook's child asks
// about.
bool variables_speak_of(const std::string& directory) {
  return file::resolve(directory) == file::current_directory();
}

// What a gitfile ("gitdir: <path>") names; absent when `path` is none.
std::optional<std::string> follow_gitfile(const std::string& path) {
  if (file::is_directory(path)) return std::nullopt;
  const auto link = file::find_contents(path);
  if (!link || !link->starts_with("gitdir: ")) return std::nullopt;
  const std::string target =
      file::join(file::parent_of(path), without_newline(link->substr(8)));
  return is_git_dir(target) ? std::optional(target) : std::nullopt;
}

// The git directory that `<top>/.git` is or names (gitfile).
std::optional<std::string> git_dir_at(const std::string& top) {
  const std::string dot_git = file::join(top, ".git");
  if (has_directory(dot_git))
    return is_git_dir(dot_git) ? std::optional(dot_git) : std::nullopt;
  return follow_gitfile(dot_git);
}

std::string top_above(const std::string& directory) {
  for (std::string at = directory;; at = file::parent_of(at)) {
    if (git_dir_at(at)) return at;
    if (at == "/") return "";
  }
}

std::optional<std::string> packed_ref(const Repository& repository,
                                      std::string_view name) {
  const auto packed =
      file::find_contents(repository.common_dir + "/packed-refs");
  if (!packed) return std::nullopt;
  const std::string needle = " " + std::string(name) + "\n";
  const std::size_t at = packed->find(needle);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t start = packed->rfind('\n', at) + 1;  // npos + 1 is 0
  const std::string id = packed->substr(start, at - start);
  return is_hex_id(id) ? std::optional(id) : std::nullopt;
}

// The last line of a file, without its newline; subjects can be long.
std::string last_line_of(const std::string& path) {
  const file::Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return "";
  const off_t size = ::lseek(fd.get(), 0, SEEK_END);
  for (off_t tail = 4096;; tail *= 16) {
    ::lseek(fd.get(), size > tail ? size - tail : 0, SEEK_SET);
    const std::string bytes = without_newline(file::read_all(fd.get()));
    const std::size_t newline = bytes.rfind('\n');
    if (newline != std::string::npos) return bytes.substr(newline + 1);
    if (size <= tail) return bytes;
  }
}

}  // namespace

namespace {

// The repository that GIT_DIR names, for the current directory.
std::optional<Repository> find_named(const std::string& given,
                                     const std::string& directory) {
  std::string git_dir = file::resolve(given);
  if (!is_git_dir(git_dir)) {
    const auto linked = follow_gitfile(git_dir);
    if (!linked) return std::nullopt;
    git_dir = file::resolve(*linked);
  }
  const char* top = std::getenv("GIT_WORK_TREE");
  std::string worktree = top ? file::resolve(top) : top_above(directory);
  // A worktree above us counts only when it is this repository's.
  if (!top && !worktree.empty()) {
    const auto owner = git_dir_at(worktree);
    if (!owner || file::resolve(*owner) != git_dir) worktree.clear();
  }
  Repository found = make(git_dir, worktree);
  if (const char* shared = std::getenv("GIT_COMMON_DIR"))
    found.common_dir = file::resolve(shared);
  return found;
}

}  // namespace

std::optional<Repository> find(const std::string& directory) {
  const char* named = std::getenv("GIT_DIR");
  if (named && variables_speak_of(directory))
    return find_named(named, directory);
  for (std::string at = file::resolve(directory);; at = file::parent_of(at)) {
    if (const auto git_dir = git_dir_at(at)) return make(*git_dir, at);
    if (is_git_dir(at)) return make(at, "");
    if (at == "/") return std::nullopt;
  }
}

namespace {

bool is_ours(const std::string& path) {
  struct stat s {};
  return path.empty() || ::stat(path.c_str(), &s) != 0 ||
         s.st_uid == ::geteuid();
}

// As git does it: what somebody else owns counts only when safe.directory says
// so, or when it was named and not found.
bool is_trusted(const Repository& repository) {
  if (is_ours(repository.git_dir) && is_ours(repository.worktree)) return true;
  if (std::getenv("GIT_DIR")) return true;
  const char* home = std::getenv("ORCH_GIT_DIR");
  if (home && file::resolve(home) == repository.common_dir) return true;
  return process::run({.argv = {"git", "rev-parse", "--git-dir"},
                       .directory = repository.worktree.empty()
                                        ? repository.git_dir
                                        : repository.worktree})
      .ok();
}

}  // namespace

Repository require() {
  const std::string here = file::current_directory();
  auto repository = find(here);
  // An agent that works in a directory outside still belongs to a repository,
  // which its launcher names. That says where, never who.
  if (!repository || !is_initialised(*repository))
    if (const char* home = std::getenv("ORCH_GIT_DIR"))
      if (auto own = find(home); own && is_initialised(*own))
        repository = std::move(own);
  if (!repository)
    throw Error(ErrorCode::NotARepository,
                "'" + here + "' is not inside a git repository",
                "git init, or git -C <repository> orch ...");
  if (!is_trusted(*repository))
    throw Error(ErrorCode::NotARepository,
                "'" + repository->git_dir + "' is owned by someone else",
                "run git orch as the owner of the repository");
  return *repository;
}

Repository require_at(const std::string& directory) {
  // Of a directory that is not there, a repository above it says nothing.
  const auto repository =
      file::is_directory(directory) ? find(directory) : std::nullopt;
  if (!repository)
    throw Error(ErrorCode::NotARepository,
                "'" + directory + "' is not inside a git repository");
  if (!is_ours(repository->git_dir) || !is_ours(repository->common_dir))
    throw Error(ErrorCode::NotARepository,
                "'" + repository->git_dir + "' is owned by someone else");
  if (!is_initialised(*repository))
    throw Error(ErrorCode::NotInitialised,
                "git orch is not set up in '" + repository->common_dir + "'",
                "git -C '" + directory + "' orch init");
  return *repository;
}

void require_worktree(const Repository& repository) {
  if (!repository.worktree.empty()) return;
  throw Error(
      ErrorCode::Usage,
      "'" + repository.common_dir + "' is a bare repository or a git directory",
      "run git orch in a worktree: git worktree add <path>");
}

bool is_initialised(const Repository& repository) {
  const std::string directory = repository.orch_dir();
  struct stat s {};
  if (::stat(directory.c_str(), &s) == 0) return S_ISDIR(s.st_mode);
  if (errno == ENOENT || errno == ENOTDIR) return false;
  throw io_error("cannot look at '" + directory + "'", errno);
}

Head read_head(const Repository& repository) {
  const auto bytes = file::find_contents(repository.git_dir + "/HEAD");
  if (!bytes) return {};
  const std::string value = without_newline(*bytes);
  if (!value.starts_with("ref: ")) return {"", is_hex_id(value) ? value : ""};
  const std::string branch = value.substr(5);
  // A reftable repository keeps a stub here that names no real branch.
  if (uses_reftable(repository)) return {};
  return {branch, find_ref(repository, branch).value_or("")};
}

std::optional<std::string> find_ref(const Repository& repository,
                                    std::string_view name) {
  std::string at(name);
  for (int depth = 0; depth < 5; ++depth) {
    const std::string path = repository.common_dir + "/" + at;
    const auto loose =
        file::is_directory(path) ? std::nullopt : file::find_contents(path);
    if (!loose) return packed_ref(repository, at);
    const std::string value = without_newline(*loose);
    if (!value.starts_with("ref: "))
      return is_hex_id(value) ? std::optional(value) : std::nullopt;
    at = value.substr(5);
  }
  return std::nullopt;
}

std::optional<std::string> find_packed_ref(const Repository& repository,
                                           std::string_view name) {
  return packed_ref(repository, name);
}

bool uses_reftable(const Repository& repository) {
  return file::is_directory(repository.common_dir + "/reftable");
}

std::optional<std::string> agent_of(const Repository& repository) {
  if (!repository.is_linked_worktree()) return std::nullopt;
  const auto bytes = file::find_contents(repository.git_dir + "/" + kAgentFile);
  if (!bytes) return std::nullopt;
  return without_newline(*bytes);
}

void mark_agent(const std::string& git_dir, std::string_view agent) {
  file::write_atomically(git_dir + "/" + kAgentFile, std::string(agent) + "\n");
}

namespace {

// file::resolve for many paths in few directories.
class Resolver {
 public:
  std::string operator()(const std::string& path) {
    const std::string parent = file::parent_of(path);
    if (file::link_target(path) || parent == path) return file::resolve(path);
    const auto it = parents_.find(parent);
    const std::string& resolved =
        it != parents_.end()
            ? it->second
            : parents_.emplace(parent, file::resolve(parent)).first->second;
    return file::join(resolved, file::name_of(path));
  }

 private:
  std::map<std::string, std::string> parents_;
};

}  // namespace

std::vector<AgentWorktree> agent_worktrees(const Repository& repository) {
  std::vector<AgentWorktree> out;
  Resolver resolved;
  const std::string directory = repository.common_dir + "/worktrees";
  for (const std::string& name : file::names_in(directory)) {
    const std::string git_dir = file::join(directory, name);
    const auto agent = file::find_contents(git_dir + "/" + kAgentFile);
    const auto link = file::find_contents(git_dir + "/gitdir");
    if (!agent || !link) continue;
    // gitdir holds the path of the worktree's own `.git` (git-worktree(1)).
    const std::string top =
        file::parent_of(file::join(git_dir, without_newline(*link)));
    const auto leads_to = git_dir_at(top);
    if (leads_to &&
        (*leads_to == git_dir || resolved(*leads_to) == resolved(git_dir)))
      out.push_back({without_newline(*agent), resolved(top), git_dir});
  }
  return out;
}

bool is_rebasing(const Repository& repository) {
  return file::exists(repository.git_dir + "/rebase-merge") ||
         file::exists(repository.git_dir + "/rebase-apply");
}

bool last_move_was_amend(const Repository& repository) {
  const std::string line = last_line_of(repository.git_dir + "/logs/HEAD");
  const std::size_t message = line.find('\t');
  return message != std::string::npos &&
         line.compare(message + 1, 15, "commit (amend):") == 0;
}

}  // namespace orch::repository
