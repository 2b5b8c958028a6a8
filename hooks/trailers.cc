// SPDX-License-Identifier: MIT
#include "trailers.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "error/error.h"
#include "file/file.h"
#include "tasklist/words.h"
#include "text/text.h"
#include "trailer/trailer.h"

namespace orch::hooks {
namespace {

using repository::Repository;

std::string template_note(const Repository& repository) {
  return repository.git_dir + "/orch-template";
}

std::string task_of(const Repository& repository) {
  const auto bytes = file::find_contents(
      file::join(repository.git_dir, repository::kTaskFile));
  if (!bytes) return "";
  const std::string_view id = text::trim(*bytes);
  return tasklist::is_task_id(id) ? std::string(id) : "";
}

// Absent where no agent of a feature works: agents in other directories are
// `dir/<name>`, and their worktrees carry no mark of ours.
std::optional<trailer::Signature> signature_of(const Repository& repository) {
  const auto agent = repository::agent_of(repository);
  if (!agent) return std::nullopt;
  const std::size_t slash = agent->find('/');
  if (slash == std::string::npos) return std::nullopt;
  const std::string feature = agent->substr(0, slash);
  if (feature == "dir" || !text::is_spec_id(feature) ||
      !text::is_spec_id(agent->substr(slash + 1)))
    return std::nullopt;
  return trailer::Signature{feature, *agent, task_of(repository)};
}

bool is_replayed(const Repository& repository) {
  return repository::is_rebasing(repository) &&
         file::exists(repository.git_dir + "/CHERRY_PICK_HEAD");
}

// githooks(5): git sets this when no editor will be launched.
trailer::Editor editor() {
  const char* value = std::getenv("GIT_EDITOR");
  return value && std::string_view(value) == ":" ? trailer::Editor::No
                                                 : trailer::Editor::Yes;
}

// git does not sync a message either, and a commit should not wait for it.
void replace(const std::string& path, std::string_view bytes,
             const trailer::Insertion& insertion) {
  struct stat old {};
  if (::stat(path.c_str(), &old) != 0)
    throw io_error("cannot read '" + path + "'", errno);
  const std::string beside = path + ".orch-new";
  file::Descriptor fd(
      ::open(beside.c_str(),
             O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) throw io_error("cannot write '" + beside + "'", errno);
  try {
    if (::fchmod(fd.get(), old.st_mode & 07777) != 0)
      throw io_error("cannot write '" + beside + "'", errno);
    file::write_all(fd.get(), bytes.substr(0, insertion.at), beside);
    file::write_all(fd.get(), insertion.text, beside);
    file::write_all(fd.get(), bytes.substr(insertion.at), beside);
    file::rename(beside, path);
  } catch (const Error&) {
    ::unlink(beside.c_str());
    throw;
  }
}

}  // namespace

bool sign_message(const Call& call) {
  if (call.args.empty()) return false;
  const auto signature = signature_of(call.repository);
  if (!signature || is_replayed(call.repository)) return false;
  const std::string path = file::resolve(call.args[0]);
  const std::string bytes = file::load_contents(path);
  const auto insertion = trailer::sign(bytes, *signature, editor());
  const std::string note = template_note(call.repository);
  if (const auto given = file::find_contents(note))
    if (trailer::own_text(bytes) == *given) return false;
  if (insertion) replace(path, bytes, *insertion);
  return true;
}

void remember_template(const Call& call) {
  if (call.args.empty() || !signature_of(call.repository)) return;
  file::write_atomically(template_note(call.repository),
                         trailer::own_text(file::load_contents(call.args[0])));
}

}  // namespace orch::hooks
