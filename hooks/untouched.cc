// SPDX-License-Identifier: MIT
#include "untouched.h"

#include <algorithm>
#include <optional>
#include <set>

#include "error/error.h"
#include "file/file.h"
#include "objects/database.h"
#include "objects/map.h"
#include "objects/tree.h"

namespace orch::hooks {
namespace {

constexpr std::string_view kTop = ":(top)";

// The first part of a plain path from the top; absent for anything else.
std::optional<std::string> first_part(std::string_view pathspec) {
  if (!pathspec.starts_with(kTop)) return std::nullopt;
  pathspec.remove_prefix(kTop.size());
  if (pathspec.empty() || pathspec.starts_with('/') ||
      pathspec.find_first_of("*?[\\") != std::string_view::npos)
    return std::nullopt;
  return std::string(pathspec.substr(0, pathspec.find('/')));
}

// gitformat-index(5): in versions 2 and 3, without a shared part, every path is
// there in full.
bool is_plain_index(std::string_view bytes) {
  return bytes.starts_with(std::string_view("DIRC\0\0\0\2", 8)) ||
         bytes.starts_with(std::string_view("DIRC\0\0\0\3", 8));
}

// The extension that names a shared index: "link", then the size of what
// follows. A path that holds the word is followed by something else.
bool is_split(std::string_view bytes) {
  for (std::size_t at = bytes.find("link"); at != std::string_view::npos;
       at = bytes.find("link", at + 1)) {
    if (at + 8 > bytes.size()) return false;
    std::size_t size = 0;
    for (std::size_t i = at + 4; i < at + 8; ++i)
      size = size << 8 | static_cast<unsigned char>(bytes[i]);
    if (size >= 20 && at + 8 + size <= bytes.size()) return true;
  }
  return false;
}

bool index_has(std::string_view bytes, const std::set<std::string>& names) {
  return is_split(bytes) ||
         std::any_of(names.begin(), names.end(), [&](const auto& name) {
           return bytes.find(name) != std::string_view::npos;
         });
}

bool head_has(const repository::Repository& repository,
              const std::set<std::string>& names) {
  const auto head = repository::read_head(repository);
  const auto id = objects::parse_id(head.commit);
  if (!id) return true;
  objects::Database objects({repository.common_dir + "/objects"});
  const auto commit = objects.require(*id, objects::Kind::Commit);
  const auto tree =
      objects.require(objects::parse_commit(commit).tree, objects::Kind::Tree);
  for (objects::TreeReader reader(tree); !reader.done(); reader.next())
    if (names.contains(std::string(reader.entry().name))) return true;
  return false;
}

}  // namespace

bool are_nowhere(const repository::Repository& repository,
                 const std::string& index,
                 const std::vector<std::string>& pathspecs) {
  std::set<std::string> names;
  for (const std::string& pathspec : pathspecs) {
    auto name = first_part(pathspec);
    if (!name) return false;
    names.insert(*std::move(name));
  }
  const auto map = objects::Map::open(index);
  if (!is_plain_index(map.bytes()) || index_has(map.bytes(), names))
    return false;
  try {
    return !head_has(repository, names);
  } catch (const Error&) {
    return false;  // git will say
  }
}

}  // namespace orch::hooks
