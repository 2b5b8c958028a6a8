// SPDX-License-Identifier: MIT
#include "feature/journal.h"

#include <algorithm>

#include "file/file.h"
#include "text/text.h"

namespace orch::feature {
namespace {

std::string path_of(const std::string& orch_dir, const std::string& spec_id) {
  return orch_dir + "/journal/" + spec_id;
}

}  // namespace

bool Journal::names_branch(const std::string& branch) const {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const auto& p) { return p.first == branch; });
}

bool Journal::names_path(const std::string& path) const {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const auto& p) { return p.second == path; });
}

// NUL-separated: paths are bytes.
std::optional<Journal> Journal::find(const std::string& orch_dir,
                                     const std::string& spec_id) {
  const auto bytes = file::find_contents(path_of(orch_dir, spec_id));
  if (!bytes) return std::nullopt;
  const auto fields = text::split(*bytes, '\0');
  if (fields.size() < 3) return std::nullopt;
  Journal j{.spec_id = spec_id, .base = fields[0], .base_commit = fields[1]};
  for (std::size_t i = 2; i + 1 < fields.size(); i += 2)
    j.parts.emplace_back(fields[i], fields[i + 1]);
  return j;
}

void Journal::write(const std::string& orch_dir) const {
  std::string bytes = base + '\0' + base_commit + '\0';
  for (const auto& [branch, path] : parts) bytes += branch + '\0' + path + '\0';
  file::make_private_directories(orch_dir + "/journal");
  file::write_atomically(path_of(orch_dir, spec_id), bytes);
}

void Journal::remove(const std::string& orch_dir) const {
  file::remove_written(path_of(orch_dir, spec_id));
}

}  // namespace orch::feature
