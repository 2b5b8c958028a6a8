// SPDX-License-Identifier: MIT
#include "conflict/verdicts.h"

#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>

#include "clock/clock.h"
#include "config/config.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "predict/settings.h"
#include "process/process.h"
#include "store/verdicts.h"
#include "text/text.h"

namespace orch::conflict {
namespace {

// Fewer are asked sooner than it is found out whether they may be remembered.
constexpr std::size_t kFew = 16;

// FNV-1a, 64 bits: a name for a context, guarded by nothing but chance.
std::string digest(std::string_view bytes) {
  std::uint64_t h = 0xcbf29ce484222325;
  for (const char c : bytes)
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  char out[17];
  std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(h));
  return out;
}

// Which git it is, without starting it.
std::string program_identity() {
  const auto path = process::find_on_path("git");
  struct stat s {};
  if (!path || ::stat(path->c_str(), &s) != 0) return "";
  return *path + " " + std::to_string(s.st_size) + " " +
         std::to_string(s.st_mtim.tv_sec) + " " + std::to_string(s.st_ino);
}

bool has_driver(const config::Config& config) {
  for (const std::string& line :
       text::split(config.values_below({"merge."}), '\n'))
    if (line.ends_with(".driver")) return true;
  return false;
}

void append_file(std::string* out, const std::string& path) {
  *out += path + '\0' + file::find_contents(path).value_or("") + '\0';
}

// All files from which git may read attributes, with their content. False when
// git does not list them.
bool append_attributes(const Repository& repository,
                       const config::Config& config, std::string* out) {
  append_file(out, "/etc/gitattributes");
  append_file(out, repository.common_dir + "/info/attributes");
  const char* const home = std::getenv("HOME");
  const char* const xdg = std::getenv("XDG_CONFIG_HOME");
  std::string own = config.text("core.attributesfile", "");
  if (own.empty() && xdg && *xdg) own = std::string(xdg) + "/git/attributes";
  if (own.empty() && home) own = std::string(home) + "/.config/git/attributes";
  if (own.starts_with("~/") && home) own = home + own.substr(1);
  append_file(out, own);
  if (repository.worktree.empty()) return true;
  const auto list =
      git::run(repository, {.args = {"ls-files", "--cached", "--others", "-z",
                                     "--", ":(glob)**/.gitattributes"},
                            .worktree = repository.worktree});
  if (!list.ok()) return false;
  for (const std::string& path : text::split(list.output, '\0'))
    if (!path.empty()) append_file(out, file::join(repository.worktree, path));
  return true;
}

std::string context_of(const Repository& repository) {
  const auto config = config::Config::load(repository);
  const std::string program = program_identity();
  // A merge driver is a program of somebody's, which may change its mind.
  if (program.empty() || has_driver(config) ||
      predict::rewrites_history(repository))
    return "";
  std::string bytes = program + '\0' + repository.worktree + '\0' +
                      config.values_below({"merge.", "diff.", "core.", "attr.",
                                           "extensions.", "filter."});
  if (!append_attributes(repository, config, &bytes)) return "";
  return digest(bytes);
}

}  // namespace

std::vector<std::optional<git::Merge>> Verdicts::find(
    const std::vector<git::Pair>& pairs) {
  std::vector<std::optional<git::Merge>> out(pairs.size());
  if (pairs.size() < kFew) return out;
  context_ = context_of(repository_);
  if (context_.empty()) return out;
  const auto known = store::find_verdicts(store_, context_, pairs);
  for (std::size_t i = 0; i < pairs.size(); ++i)
    if (known[i])
      out[i] = git::Merge{
          known[i]->conflict ? git::Verdict::Conflict : git::Verdict::Clean, "",
          known[i]->paths, known[i]->types, ""};
  return out;
}

void Verdicts::keep(const std::vector<git::Pair>& pairs,
                    const std::vector<git::Merge>& merges) {
  if (context_.empty()) return;
  std::vector<store::Verdict> rows;
  for (std::size_t i = 0; i < pairs.size(); ++i)
    if (merges[i].verdict != git::Verdict::Unknown)
      rows.push_back({pairs[i].first, pairs[i].second,
                      merges[i].verdict == git::Verdict::Conflict,
                      merges[i].paths, merges[i].types});
  try {
    store::insert_verdicts(store_, context_, rows, clock::now());
  } catch (const Error&) {
    // A busy store, a full disk: they are asked again.
  }
}

}  // namespace orch::conflict
