// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Strict YAML: a tree of scalars, lists and maps, and nothing that can surprise
// a reader of a permission list. Anchors, aliases, tags, merge keys, duplicate
// keys, a NUL byte, more than 64 levels and more than 1 MiB are errors. The
// library stays behind one source file.
namespace orch::yaml {

class Node {
 public:
  enum class Kind { Null, Scalar, List, Map };

  // Not defaulted: clang 14 would look into `members` before this is complete.
  Node() {}

  Kind kind = Kind::Null;
  std::string scalar;
  std::vector<Node> items;
  std::vector<std::pair<std::string, Node>> members;  // in file order
  int line = 0;                                       // from 1
  int column = 0;                                     // from 1
  int key_line = 0, key_column = 0;  // of its key, inside a map

  // The member `key` of a map, or null.
  const Node* find(std::string_view key) const;
};

// `file` only names the source in errors, which read `file:line:column: …`.
// Throws Error{Usage} when `text` is not strict YAML.
Node parse(std::string_view text, const std::string& file);

// Typed reading of a map with known keys; each throws Error{Usage} with
// file:line:column when the value has another shape.
class Reader {
 public:
  Reader(const Node& map, std::string file);

  std::optional<std::string> text(std::string_view key);
  std::optional<bool> flag(std::string_view key);
  std::optional<int> number(std::string_view key);
  // A list of scalars; one scalar counts as a list of one.
  std::vector<std::string> texts(std::string_view key);
  // A map of scalars to scalars, in file order.
  std::vector<std::pair<std::string, std::string>> pairs(std::string_view key);
  const Node* map(std::string_view key);
  const Node* list(std::string_view key);

  // A reader of `map`, which stands under `key` in this one or is an item of
  // the list there. What it is asked for counts as asked for here.
  Reader inner(const Node& map, std::string_view key) const;
  // Every key that was asked for so far, those of inner readers as "a.b".
  const std::vector<std::string>& asked() const { return *asked_; }

  // Throws when the map has a key that was never asked for, naming the nearest
  // known one.
  void reject_unknown_keys() const;

  [[noreturn]] void fail(const Node& at, const std::string& what) const;

 private:
  const Node* take(std::string_view key);

  const Node& map_;
  std::string file_;
  std::string prefix_;  // of the keys in `asked_`
  std::vector<std::string> known_;
  std::shared_ptr<std::vector<std::string>> asked_;
};

}  // namespace orch::yaml
