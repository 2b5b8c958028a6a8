// SPDX-License-Identifier: MIT
#include "error/error.h"
#include "file/file.h"
#include "setup/setup.h"
#include "text/text.h"

namespace orch::setup {
namespace {

constexpr char kBegin[] = "<!-- git-orch: begin -->\n";
constexpr char kEnd[] = "<!-- git-orch: end -->\n";

// True of every role and feature; what is not comes with an agent's brief.
std::string section() {
  std::string out = kBegin;
  out +=
      "## Working in a team with git orch\n"
      "\n"
      "Several agents work on this repository, each in a worktree and on a\n"
      "branch of its own. Your brief says who you are; read it again with\n"
      "`git orch brief <you>`.\n"
      "\n"
      "- Stay in your own worktree and on your own branch; never push or\n"
      "  merge into the base branch unless your brief says so.\n"
      "- Commit small, working steps. A trailer `Orch-Task: T001` says "
      "what\n"
      "  a commit is for, `Orch-Task-Done: T001` that the task is done.\n"
      "- `git orch inbox` shows what others tell you, `git orch inbox\n"
      "  --ack-all` acknowledges it, `git orch send <agent> -m '<text>'`\n"
      "  answers.\n"
      "- `git orch report progress|done|blocked|failed|ready -m '<text>'`\n"
      "  says how far you are, `git orch ask '<action>' -m '<why>'` asks\n"
      "  for what you may not decide.\n"
      "- `git orch check-conflicts` says whether your work collides with\n"
      "  somebody's, `git show <branch>:<path>` shows a colleague's.\n";
  out += kEnd;
  return out;
}

}  // namespace

std::string write_agents_md(const Repository& repository) {
  repository::require_worktree(repository);
  const std::string path = file::join(repository.worktree, "AGENTS.md");
  if (file::link_target(path))
    throw Error(ErrorCode::Exists, "'" + path + "' is a symbolic link",
                "run it where that file lies");
  std::string bytes = file::find_contents(path).value_or("");
  const std::size_t begin = bytes.find(kBegin);
  const std::size_t end = bytes.find(kEnd);
  if ((begin == std::string::npos) != (end == std::string::npos) ||
      (begin != std::string::npos && end < begin))
    throw Error(ErrorCode::Usage,
                path + " has one of the marks of our section and not the other",
                "remove '" + std::string(text::trim(kBegin)) + "' or '" +
                    std::string(text::trim(kEnd)) + "' there");
  if (begin != std::string::npos) {
    bytes.replace(begin, end + sizeof(kEnd) - 1 - begin, section());
  } else {
    if (!bytes.empty() && !bytes.ends_with('\n')) bytes += '\n';
    if (!bytes.empty()) bytes += '\n';
    bytes += section();
  }
  if (file::find_contents(path) != bytes)
    file::write_atomically(path, bytes, 0644);
  return path;
}

}  // namespace orch::setup
