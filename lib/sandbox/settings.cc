// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "error/error.h"
#include "event/record.h"
#include "file/file.h"
#include "installation/installation.h"
#include "sandbox/sandbox.h"

namespace orch::sandbox {
namespace {

constexpr char kSettings[] = "/settings";
constexpr char kRefs[] = "refs/orch/sandbox/";

void place_link(const std::string& to, const std::string& path) {
  if (file::link_target(path) == to) return;
  file::remove(path);
  if (::symlink(to.c_str(), path.c_str()) != 0)
    throw io_error("cannot make '" + path + "'", errno);
}

// Guards and trailers as outside; what follows a commit asks to be taken over.
void place_hooks(const std::string& directory) {
  file::make_private_directories(directory);
  const std::string guards = installation::guard_hook_directory();
  for (const char* event : {"pre-commit", "pre-merge-commit"})
    place_link(file::join(guards, event), file::join(directory, event));
  const std::string hooks = installation::hook_directory();
  for (const char* event : {"prepare-commit-msg", "commit-msg"})
    place_link(file::join(hooks, event), file::join(directory, event));
  for (const char* event : {"post-commit", "post-merge", "post-rewrite"})
    place_link(installation::internal_program("git-orch--sandbox"),
               file::join(directory, event));
}

}  // namespace

std::string clone_git_dir(const std::string& base,
                          const std::string& worktree_git_dir) {
  return clone_in(base) + "/worktrees/" + file::name_of(worktree_git_dir);
}

std::string Settings::clone_git_dir() const {
  return sandbox::clone_git_dir(base, worktree_git_dir);
}

std::string Settings::seen_ref() const {
  return kRefs + std::to_string(agent) + "/seen";
}

std::string Settings::taken_ref() const {
  return kRefs + std::to_string(agent) + "/taken";
}

std::string Settings::kept_refs() const {
  return kRefs + std::to_string(agent) + "/kept/";
}

std::string directory_of(const Repository& repository, std::int64_t agent) {
  return repository.orch_dir() + "/sandbox/" + std::to_string(agent);
}

std::string prepare(const Settings& s) {
  file::make_private_directories(s.base + "/door");
  file::make_private_directories(s.clone());
  place_hooks(s.base + "/hooks");
  file::write_atomically(s.base + "/gitfile",
                         "gitdir: " + s.clone_git_dir() + "\n");
  event::Record record{.id = std::string(16, '\0'),
                       .kind = "sandbox",
                       .at = 0,
                       .fields = {{"base", s.base},
                                  {"agent", std::to_string(s.agent)},
                                  {"common_dir", s.common_dir},
                                  {"worktree", s.worktree},
                                  {"worktree_git_dir", s.worktree_git_dir},
                                  {"branch", s.branch},
                                  {"home", s.home},
                                  {"prefix", s.prefix},
                                  {"tmux_socket", s.tmux_socket},
                                  {"run_dir", s.run_dir},
                                  {"object_format", s.object_format}}};
  for (const std::string& path : s.write)
    record.fields.emplace_back("write", path);
  for (const std::string& path : s.read)
    record.fields.emplace_back("read", path);
  for (const std::string& arg : s.argv) record.fields.emplace_back("arg", arg);
  const std::string path = s.base + kSettings;
  file::write_atomically(path, event::encode(record));
  return path;
}

Settings load(const std::string& path) {
  const auto decoded = event::decode(file::load_contents(path));
  if (decoded.records.size() != 1)
    throw Error(ErrorCode::Corrupt, "cannot read '" + path + "'");
  const event::Record& record = decoded.records[0];
  const auto text = [&](std::string_view name) {
    return std::string(record[name]);
  };
  Settings s{.base = text("base"),
             .agent = std::strtoll(text("agent").c_str(), nullptr, 10),
             .common_dir = text("common_dir"),
             .worktree = text("worktree"),
             .worktree_git_dir = text("worktree_git_dir"),
             .branch = text("branch"),
             .home = text("home"),
             .prefix = text("prefix"),
             .tmux_socket = text("tmux_socket"),
             .run_dir = text("run_dir"),
             .object_format = text("object_format")};
  for (const auto& [name, value] : record.fields) {
    if (name == "write") s.write.push_back(value);
    if (name == "read") s.read.push_back(value);
    if (name == "arg") s.argv.push_back(value);
  }
  return s;
}

std::optional<Settings> find(const Repository& repository, std::int64_t agent) {
  const std::string path = directory_of(repository, agent) + kSettings;
  if (!file::exists(path)) return std::nullopt;
  return load(path);
}

}  // namespace orch::sandbox
