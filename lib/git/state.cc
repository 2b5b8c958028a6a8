// SPDX-License-Identifier: MIT
#include "git/state.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "file/file.h"
#include "git/failure.h"
#include "git/git.h"
#include "text/text.h"

namespace orch::git {
namespace {

constexpr off_t kTail = off_t{1} << 18;  // about two thousand lines
constexpr std::size_t kEntries = 2000;

std::string tail_of(const std::string& path) {
  const file::Descriptor fd(
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return "";
  const off_t size = ::lseek(fd.get(), 0, SEEK_END);
  ::lseek(fd.get(), size > kTail ? size - kTail : 0, SEEK_SET);
  return file::read_all(fd.get());
}

bool is_id(std::string_view word) {
  return word.size() >= 40 &&
         word.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// git in the private directory of a worktree, which need not have a top.
std::string ask_in(const Repository& worktree, std::vector<std::string> args) {
  const process::Outcome outcome =
      run({worktree.git_dir, worktree.git_dir, ""}, {.args = std::move(args)});
  return outcome.ok() ? outcome.output : "";
}

// "<id> TAB <ref>@{<seconds>} TAB <reason>", the newest first.
std::vector<Move> moves_in(std::string_view listing) {
  std::vector<Move> out;
  for (const std::string& line : text::split(listing, '\n')) {
    const std::vector<std::string> columns = text::split(line, '\t');
    if (columns.size() < 2 || !is_id(columns[0])) continue;
    const std::size_t at = columns[1].rfind('{');
    if (at == std::string::npos) continue;
    out.push_back(
        {.from = zero_id(columns[0]),
         .to = columns[0],
         .reason = columns.size() > 2 ? columns[2] : "",
         .at = std::strtoll(columns[1].c_str() + at + 1, nullptr, 10)});
  }
  std::reverse(out.begin(), out.end());
  for (std::size_t i = 1; i < out.size(); ++i) out[i].from = out[i - 1].to;
  // Where the oldest of many began is not known.
  if (out.size() >= kEntries) out.erase(out.begin());
  return out;
}

}  // namespace

std::string branch_in(const Repository& worktree) {
  if (!repository::uses_reftable(worktree))
    return repository::read_head(worktree).branch;
  return std::string(
      text::trim(ask_in(worktree, {"symbolic-ref", "--quiet", "HEAD"})));
}

// "<old> <new> <name> <<address>> <seconds> <zone> TAB <reason>"
std::vector<Move> parse_reflog(std::string_view bytes) {
  std::vector<Move> out;
  for (const std::string& line : text::split(bytes, '\n')) {
    const std::size_t tab = line.find('\t');
    const std::string_view front = std::string_view(line).substr(0, tab);
    const std::size_t first = front.find(' ');
    const std::size_t second = front.find(' ', first + 1);
    const std::size_t close = front.rfind('>');
    if (second == std::string_view::npos || close == std::string_view::npos)
      continue;
    Move m;
    m.from = front.substr(0, first);
    m.to = front.substr(first + 1, second - first - 1);
    if (!is_id(m.from) || !is_id(m.to)) continue;
    m.at =
        std::strtoll(std::string(front.substr(close + 1)).c_str(), nullptr, 10);
    if (tab != std::string::npos) m.reason = line.substr(tab + 1);
    out.push_back(std::move(m));
  }
  return out;
}

std::vector<Move> read_reflog(const Repository& worktree,
                              const std::string& ref) {
  if (!repository::uses_reftable(worktree))
    return parse_reflog(
        tail_of((ref == "HEAD" ? worktree.git_dir : worktree.common_dir) +
                "/logs/" + ref));
  return moves_in(ask_in(
      worktree, {"-c", "log.showSignature=false", "log", "--walk-reflogs",
                 "--date=unix", "--format=%H%x09%gd%x09%gs",
                 "--max-count=" + std::to_string(kEntries), ref, "--"}));
}

bool is_ancestor(const Repository& repository, const std::string& commit,
                 const std::string& of) {
  const Call call{.args = {"merge-base", "--is-ancestor", commit, of}};
  const process::Outcome outcome = run(repository, call);
  if (outcome.ok()) return true;
  if (outcome.status == 1 || message_of(outcome).starts_with("Not a valid "))
    return false;
  throw failure_of(call, outcome);
}

std::string unfinished_in(const Repository& worktree) {
  for (const char* name : {"MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD",
                           "BISECT_LOG", "sequencer"})
    if (file::exists(file::join(worktree.git_dir, name))) return name;
  return repository::is_rebasing(worktree) ? "a rebase" : "";
}

}  // namespace orch::git
