// SPDX-License-Identifier: MIT
#include "objects/database.h"

#include <algorithm>
#include <charconv>

#include "error/error.h"
#include "file/file.h"
#include "objects/inflate.h"
#include "objects/sha1.h"

namespace orch::objects {
namespace {

constexpr int kDeepestAlternate = 6;
constexpr int kMostListings = 4;

// A line of objects/info/alternates: a path, relative to the directory, or one
// in double quotes, which git takes apart like a C string.
std::vector<std::string> alternates_of(const std::string& directory) {
  std::vector<std::string> out;
  const auto bytes = file::find_contents(directory + "/info/alternates");
  std::string_view rest = bytes ? std::string_view(*bytes) : "";
  while (!rest.empty()) {
    const std::string line(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == '"')
      throw Error(ErrorCode::Corrupt, "cannot follow alternate " + line);
    out.push_back(line[0] == '/' ? line : directory + "/" + line);
  }
  return out;
}

Object parse_loose(std::string&& bytes, const std::string& path) {
  const std::size_t end = bytes.find('\0');
  const std::string_view header =
      std::string_view(bytes).substr(0, std::min(end, std::size_t{32}));
  Object object;
  bool known = end != std::string::npos;
  if (header.starts_with("commit "))
    object.kind = Kind::Commit;
  else if (header.starts_with("tree "))
    object.kind = Kind::Tree;
  else if (header.starts_with("blob "))
    object.kind = Kind::Blob;
  else if (header.starts_with("tag "))
    object.kind = Kind::Tag;
  else
    known = false;
  if (!known || header.substr(header.find(' ') + 1) !=
                    std::to_string(bytes.size() - end - 1))
    throw Error(ErrorCode::Corrupt, "cannot read object '" + path + "'");
  object.bytes = std::move(bytes);
  object.bytes.erase(0, end + 1);
  return object;
}

}  // namespace

Database::Database(const std::vector<std::string>& directories) {
  for (const std::string& d : directories) add_directory(d, 0);
  list_packs();
}

void Database::add_directory(const std::string& path, int depth) {
  if (depth > kDeepestAlternate ||
      std::find(directories_.begin(), directories_.end(), path) !=
          directories_.end())
    return;
  directories_.push_back(path);
  for (const std::string& next : alternates_of(path))
    add_directory(next, depth + 1);
}

void Database::list_packs() {
  ++listings_;
  for (const std::string& directory : directories_) {
    const std::string packs = directory + "/pack";
    for (const std::string& name : file::names_in(packs)) {
      if (!name.ends_with(".idx")) continue;
      const std::string path =
          packs + "/" + name.substr(0, name.size() - sizeof "idx");
      if (opened_.contains(path)) continue;
      auto pack = Pack::open(path);
      if (!pack) continue;
      opened_.insert(path);
      packs_.push_back(std::move(pack));
    }
  }
}

std::optional<Object> Database::find_packed(const Id& id) {
  for (std::size_t i = 0; i < packs_.size(); ++i) {
    const auto offset = packs_[i]->find(id);
    if (!offset) continue;
    if (i) std::swap(packs_[0], packs_[i]);
    return packs_[0]->read(*offset, kLargest);
  }
  return std::nullopt;
}

std::optional<Object> Database::find_loose(const Id& id) const {
  const std::string name = hex(id);
  for (const std::string& directory : directories_) {
    const std::string path =
        directory + "/" + name.substr(0, 2) + "/" + name.substr(2);
    const Map map = Map::open(path);
    if (map.empty()) {
      if (file::exists(path))
        throw Error(ErrorCode::Corrupt, "cannot read object '" + path + "'");
      continue;
    }
    std::string bytes;
    switch (inflate_all(map.bytes(), kLargest, &bytes)) {
      case Inflated::Done:
        return parse_loose(std::move(bytes), path);
      case Inflated::TooLarge:
        throw Error(ErrorCode::Corrupt, "object '" + path + "' is too large");
      case Inflated::Broken:
        throw Error(ErrorCode::Corrupt, "cannot read object '" + path + "'");
    }
  }
  return std::nullopt;
}

Id Database::add(Kind kind, std::string bytes) {
  std::string_view name = "blob";
  if (kind == Kind::Tree) name = "tree";
  if (kind == Kind::Commit) name = "commit";
  if (kind == Kind::Tag) name = "tag";
  const Id id = sha1(std::string(name) + " " + std::to_string(bytes.size()) +
                     std::string(1, '\0') + bytes);
  added_.emplace(id, Object{kind, std::move(bytes)});
  return id;
}

std::optional<Object> Database::find(const Id& id) {
  if (const auto it = added_.find(id); it != added_.end()) return it->second;
  if (auto object = find_packed(id)) return object;
  if (auto object = find_loose(id)) return object;
  // Packed since we looked.
  if (listings_ >= kMostListings) return std::nullopt;
  list_packs();
  return find_packed(id);
}

std::string Database::require(const Id& id, Kind kind) {
  auto object = find(id);
  if (!object) throw Error(ErrorCode::Io, "missing object " + hex(id));
  if (object->kind != kind)
    throw Error(ErrorCode::Io, "object " + hex(id) + " is of another kind");
  return std::move(object->bytes);
}

Commit parse_commit(std::string_view bytes) {
  Commit commit;
  const auto take = [&](std::string_view key, Id* id) {
    if (!bytes.starts_with(key) || bytes.size() < key.size() + 41 ||
        bytes[key.size() + 40] != '\n')
      return false;
    const auto parsed = parse_id(bytes.substr(key.size(), 40));
    if (!parsed) return false;
    *id = *parsed;
    bytes.remove_prefix(key.size() + 41);
    return true;
  };
  if (!take("tree ", &commit.tree))
    throw Error(ErrorCode::Corrupt, "cannot read a commit");
  for (Id parent; take("parent ", &parent);) commit.parents.push_back(parent);
  // "committer Ada <a@b> 1700000000 +0100"; a broken date only costs time.
  const std::size_t line = bytes.find("\ncommitter ");
  if (line == std::string_view::npos) return commit;
  std::string_view who = bytes.substr(line + 1);
  who = who.substr(0, who.find('\n'));
  const std::size_t close = who.rfind("> ");
  if (close == std::string_view::npos) return commit;
  who.remove_prefix(close + 2);
  std::from_chars(who.data(), who.data() + who.size(), commit.date);
  return commit;
}

}  // namespace orch::objects
