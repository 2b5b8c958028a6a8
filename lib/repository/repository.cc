// SPDX-License-Identifier: MIT
#include "repository/repository.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "error/error.h"
#include "file/file.h"

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

// A directory is a git directory when it has HEAD and, itself or through
// `commondir`, objects and refs.
bool is_git_dir(const std::string& path) {
  if (!file::exists(path + "/HEAD")) return false;
  if (file::exists(path + "/commondir")) return true;
  return file::is_directory(path + "/objects") &&
         file::is_directory(path + "/refs");
}

std::string common_dir_of(const std::string& git_dir) {
  if (const char* given = std::getenv("GIT_COMMON_DIR"))
    return file::resolve(given);
  const auto link = file::find_contents(git_dir + "/commondir");
  if (!link) return git_dir;
  return file::resolve(file::join(git_dir, without_newline(*link)));
}

Repository make(const std::string& git_dir, std::string worktree) {
  const std::string resolved = file::resolve(git_dir);
  return {resolved, common_dir_of(resolved), std::move(worktree)};
}

// The git directory that `<top>/.git` is or names (gitfile).
std::optional<std::string> git_dir_at(const std::string& top) {
  const std::string dot_git = file::join(top, ".git");
  if (file::is_directory(dot_git))
    return is_git_dir(dot_git) ? std::optional(dot_git) : std::nullopt;
  const auto link = file::find_contents(dot_git);
  if (!link || !link->starts_with("gitdir: ")) return std::nullopt;
  const std::string target =
      file::join(top, without_newline(link->substr(8)));
  return is_git_dir(target) ? std::optional(target) : std::nullopt;
}

std::string top_above(const std::string& directory) {
  for (std::string at = directory;; at = file::parent_of(at)) {
    if (git_dir_at(at)) return at;
    if (at == "/") return "";
  }
}

std::optional<std::string> packed_ref(const Repository& repository,
                                      std::string_view name) {
  const auto packed = file::find_contents(repository.common_dir +
                                          "/packed-refs");
  if (!packed) return std::nullopt;
  const std::string needle = " " + std::string(name) + "\n";
  const std::size_t at = packed->find(needle);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t start = packed->rfind('\n', at) + 1;  // npos + 1 is 0
  const std::string id = packed->substr(start, at - start);
  return is_hex_id(id) ? std::optional(id) : std::nullopt;
}

// The last bytes of a file: enough for one reflog line.
std::string tail_of(const std::string& path) {
  const file::Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return "";
  constexpr off_t kTail = 4096;
  const off_t size = ::lseek(fd.get(), 0, SEEK_END);
  ::lseek(fd.get(), size > kTail ? size - kTail : 0, SEEK_SET);
  return file::read_all(fd.get());
}

}  // namespace

std::optional<Repository> find(const std::string& directory) {
  if (const char* given = std::getenv("GIT_DIR")) {
    const std::string git_dir = file::resolve(given);
    if (!is_git_dir(git_dir)) return std::nullopt;
    const char* top = std::getenv("GIT_WORK_TREE");
    std::string worktree = top ? file::resolve(top) : top_above(directory);
    // A worktree above us counts only when it is this repository's.
    if (!top && !worktree.empty()) {
      const auto owner = git_dir_at(worktree);
      if (!owner || file::resolve(*owner) != git_dir) worktree.clear();
    }
    return make(git_dir, worktree);
  }
  for (std::string at = file::resolve(directory);; at = file::parent_of(at)) {
    if (const auto git_dir = git_dir_at(at)) return make(*git_dir, at);
    if (is_git_dir(at)) return make(at, "");
    if (at == "/") return std::nullopt;
  }
}

Repository require() {
  const std::string here = file::current_directory();
  auto repository = find(here);
  if (!repository)
    throw Error(ErrorCode::NotARepository,
                "'" + here + "' is not inside a git repository",
                "git init, or git -C <repository> orch ...");
  struct stat s{};
  if (::stat(repository->git_dir.c_str(), &s) == 0 && s.st_uid != ::geteuid() &&
      ::geteuid() != 0)
    throw Error(ErrorCode::NotARepository,
                "'" + repository->git_dir + "' is owned by someone else",
                "run git orch as the owner of the repository");
  return *repository;
}

bool is_initialised(const Repository& repository) {
  return file::is_directory(repository.orch_dir());
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
    const auto loose = file::find_contents(repository.common_dir + "/" + at);
    if (!loose) return packed_ref(repository, at);
    const std::string value = without_newline(*loose);
    if (!value.starts_with("ref: "))
      return is_hex_id(value) ? std::optional(value) : std::nullopt;
    at = value.substr(5);
  }
  return std::nullopt;
}

bool uses_reftable(const Repository& repository) {
  return file::is_directory(repository.common_dir + "/reftable");
}

std::optional<std::string> agent_of(const Repository& repository) {
  if (!repository.is_linked_worktree()) return std::nullopt;
  const auto bytes = file::find_contents(repository.git_dir + "/orch-agent");
  if (!bytes) return std::nullopt;
  return without_newline(*bytes);
}

void mark_agent(const std::string& git_dir, std::string_view agent) {
  file::write_atomically(git_dir + "/orch-agent", std::string(agent) + "\n");
}

bool is_rebasing(const Repository& repository) {
  return file::exists(repository.git_dir + "/rebase-merge") ||
         file::exists(repository.git_dir + "/rebase-apply");
}

bool last_move_was_amend(const Repository& repository) {
  const std::string tail = tail_of(repository.git_dir + "/logs/HEAD");
  if (tail.size() < 2) return false;
  const std::size_t start = tail.rfind('\n', tail.size() - 2) + 1;
  const std::size_t message = tail.find('\t', start);
  return message != std::string::npos &&
         tail.compare(message + 1, 15, "commit (amend):") == 0;
}

}  // namespace orch::repository
