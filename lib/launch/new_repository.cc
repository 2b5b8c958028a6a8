// SPDX-License-Identifier: MIT
#include <algorithm>

#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "launch/launch.h"
#include "setup/setup.h"
#include "text/text.h"

namespace orch::launch {
namespace {

// The files of a source and where they go in the new repository.
std::vector<std::pair<std::string, std::string>> files_of(
    const Source& source) {
  if (source.kind != Source::Kind::Folder)
    return {{source.path, file::name_of(source.path)}};
  const std::string folder = file::parent_of(source.path);
  const std::string to = "specs/" + file::name_of(folder);
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& name : file::names_in(folder))
    if (file::regular_size(file::join(folder, name)))
      out.emplace_back(file::join(folder, name), to + "/" + name);
  return out;
}

bool holds_all(const std::string& directory, const Source& source) {
  const auto files = files_of(source);
  return std::all_of(files.begin(), files.end(), [&](const auto& f) {
    return file::find_contents(file::join(directory, f.second)) ==
           file::find_contents(f.first);
  });
}

process::Outcome git_in(const std::string& directory,
                        std::vector<std::string> args) {
  args.insert(args.begin(), "git");
  return process::run({.argv = std::move(args), .directory = directory});
}

void require(const process::Outcome& outcome, const std::string& directory) {
  if (!outcome.ok())
    throw Error(ErrorCode::Io, "cannot make a repository in '" + directory +
                                   "': " + git::message_of(outcome));
}

// What a killed run may have left is written again.
void fill(const std::string& path, const Source& source) {
  file::make_directories(path);
  require(git_in(path, {"init", "--quiet"}), path);
  std::vector<std::string> add = {"add", "--"};
  for (const auto& [from, to] : files_of(source)) {
    const std::string target = file::join(path, to);
    file::make_directories(file::parent_of(target));
    file::write_atomically(target, file::load_contents(from), 0644);
    add.push_back(to);
  }
  require(git_in(path, add), path);
  require(git_in(path, {"commit", "--quiet", "--no-verify", "-m",
                        "Add the specification"}),
          path);
}

}  // namespace

NewRepository make_repository(const std::string& directory,
                              const Source& source) {
  const std::string path = file::resolve(directory);
  const auto there = repository::find(path);
  const bool is_top = there && there->worktree == path;
  const bool has_commit = is_top && git::find_commit(*there, "HEAD");
  const bool is_ours = has_commit && holds_all(path, source);
  const bool is_taken = has_commit || (!is_top && file::exists(path) &&
                                       !file::is_empty_directory(path));
  if (is_taken && !is_ours)
    throw Error(ErrorCode::Exists, "'" + path + "' exists and is not empty",
                "name another directory with --new-repo");
  if (!is_ours) fill(path, source);
  const Repository made = repository::find(path).value();
  setup::init(made, setup::Hooks::Install);
  const std::string first = files_of(source)[0].second;
  return {made, read_source(source.kind == Source::Kind::Folder
                                ? file::join(path, file::parent_of(first))
                                : file::join(path, first))};
}

}  // namespace orch::launch
