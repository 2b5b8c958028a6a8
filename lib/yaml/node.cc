// SPDX-License-Identifier: MIT
#include "yaml/node.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "error/error.h"
#include "text/text.h"

namespace orch::yaml {
namespace {

constexpr std::size_t kMaxBytes = 1 << 20;
constexpr std::size_t kMaxDepth = 64;

[[noreturn]] void fail_at(const std::string& file, int line, int column,
                          const std::string& what) {
  throw Error(ErrorCode::Usage, file + ":" + std::to_string(line) + ":" +
                                    std::to_string(column) + ": " + what);
}

// Builds our tree from the library's events and refuses, before any node is
// built, what the library would accept silently (its node pass keeps duplicate
// keys, ignores merge keys and can be made to recurse for ever by an alias).
class Builder : public YAML::EventHandler {
 public:
  Builder(Node& root, std::string file, std::string_view text)
      : root_(root), file_(std::move(file)), text_(text) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) refuse(mark, "more than one document");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check(mark, "", anchor);
    Node node = make(Node::Kind::Null, mark);
    if (awaiting_key()) refuse(mark, "a key is missing");
    // The library takes a key without ':' and puts its value where the key is.
    if (!open_.empty() && open_.back().has_key &&
        open_.back().key_mark.line == mark.line &&
        open_.back().key_mark.column == mark.column)
      refuse(mark, "no ':' behind key '" + open_.back().key + "'");
    add(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "aliases are not allowed");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    check(mark, tag, anchor);
    if (tag == "!") require_closed(mark);
    if (awaiting_key()) {
      if (value == "<<") refuse(mark, "merge keys are not allowed");
      Open& top = open_.back();
      if (top.node.find(value)) refuse(mark, "duplicate key '" + value + "'");
      top.key = value;
      top.key_mark = mark;
      top.has_key = true;
      return;
    }
    Node node = make(Node::Kind::Scalar, mark);
    node.scalar = value;
    add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::List);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::Map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    std::string key;
    bool has_key = false;
    YAML::Mark key_mark = {};
  };

  [[noreturn]] void refuse(const YAML::Mark& mark, const std::string& what) {
    fail_at(file_, mark.line + 1, mark.column + 1, what);
  }
  void check(const YAML::Mark& mark, const std::string& tag,
             YAML::anchor_t anchor) {
    if (anchor != 0) refuse(mark, "anchors are not allowed");
    if (!tag.empty() && tag != "?" && tag != "!")
      refuse(mark, "tags are not allowed");
  }
  bool awaiting_key() const {
    return !open_.empty() && open_.back().node.kind == Node::Kind::Map &&
           !open_.back().has_key;
  }
  static Node make(Node::Kind kind, const YAML::Mark& mark) {
    Node node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }
  void open(const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor, Node::Kind kind) {
    check(mark, tag, anchor);
    if (awaiting_key()) refuse(mark, "a key must be a scalar");
    if (open_.size() >= kMaxDepth) refuse(mark, "nested too deeply");
    open_.push_back({make(kind, mark)});
  }
  void close() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(node));
  }
  void add(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (open_.back().node.kind == Node::Kind::List) {
      open_.back().node.items.push_back(std::move(node));
    } else {
      node.key_line = open_.back().key_mark.line + 1;
      node.key_column = open_.back().key_mark.column + 1;
      open_.back().node.members.emplace_back(std::move(open_.back().key),
                                             std::move(node));
      open_.back().has_key = false;
    }
  }

  // The library takes the end of the file for a closing quote.
  void require_closed(const YAML::Mark& mark) {
    const auto at = static_cast<std::size_t>(mark.pos);
    if (at >= text_.size()) return;
    const char quote = text_[at];
    if (quote != '"' && quote != '\'') return;
    for (std::size_t i = at + 1; i < text_.size(); ++i) {
      if (quote == '"' && text_[i] == '\\')
        ++i;
      else if (text_[i] == quote)
        return;
    }
    refuse(mark, "a quote is not closed");
  }

  Node& root_;
  std::string file_;
  std::string_view text_;
  std::vector<Open> open_;
  int documents_ = 0;
};

// The library takes one for the end of the text.
void refuse_nul(std::string_view text, const std::string& file) {
  const std::size_t at = text.find('\0');
  if (at == std::string_view::npos) return;
  const std::string_view before = text.substr(0, at);
  const std::size_t line_start = before.rfind('\n') + 1;
  fail_at(file,
          1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')),
          1 + static_cast<int>(at - line_start), "a NUL byte");
}

// The library stumbles behind a tab in the indentation, and blames that place.
void refuse_tab(std::string_view text, int line, const std::string& file) {
  const auto lines = text::split(text, '\n');
  if (line < 0 || static_cast<std::size_t>(line) >= lines.size()) return;
  const std::string& at = lines[static_cast<std::size_t>(line)];
  const std::size_t first = std::min(at.find_first_not_of(' '), at.size());
  if (first < at.size() && at[first] == '\t')
    fail_at(file, line + 1, static_cast<int>(first) + 1,
            "a tab; lines are indented by blanks");
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const auto& [name, value] : members)
    if (name == key) return &value;
  return nullptr;
}

Node parse(std::string_view text, const std::string& file) {
  if (text.size() > kMaxBytes) fail_at(file, 1, 1, "larger than 1 MiB");
  if (!text::is_utf8(text)) fail_at(file, 1, 1, "not valid UTF-8");
  refuse_nul(text, file);
  std::istringstream in{std::string(text)};
  Node root;
  Builder builder(root, file, text);
  try {
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& e) {
    refuse_tab(text, e.mark.line, file);
    fail_at(file, e.mark.line + 1, e.mark.column + 1, e.msg);
  }
  return root;
}

Reader::Reader(const Node& map, std::string file)
    : map_(map),
      file_(std::move(file)),
      asked_(std::make_shared<std::vector<std::string>>()) {
  if (map.kind != Node::Kind::Map) fail(map, "expected a map");
}

void Reader::fail(const Node& at, const std::string& what) const {
  fail_at(file_, std::max(at.line, 1), std::max(at.column, 1), what);
}

const Node* Reader::take(std::string_view key) {
  known_.emplace_back(key);
  asked_->push_back(prefix_ + std::string(key));
  const Node* node = map_.find(key);
  if (!node || node->kind == Node::Kind::Null) return nullptr;
  return node;
}

std::optional<std::string> Reader::text(std::string_view key) {
  const Node* node = take(key);
  if (!node) return std::nullopt;
  if (node->kind != Node::Kind::Scalar)
    fail(*node, "'" + std::string(key) + "' must be a text");
  return node->scalar;
}

std::optional<bool> Reader::flag(std::string_view key) {
  const Node* node = take(key);
  if (!node) return std::nullopt;
  if (node->scalar == "true") return true;
  if (node->scalar == "false") return false;
  fail(*node, "'" + std::string(key) + "' must be true or false");
}

std::optional<int> Reader::number(std::string_view key) {
  const Node* node = take(key);
  if (!node) return std::nullopt;
  int value = 0;
  const char* end = node->scalar.data() + node->scalar.size();
  const auto [stop, error] = std::from_chars(node->scalar.data(), end, value);
  if (error != std::errc() || stop != end || node->scalar.empty())
    fail(*node, "'" + std::string(key) + "' must be a whole number");
  return value;
}

std::vector<std::string> Reader::texts(std::string_view key) {
  const Node* node = take(key);
  if (!node) return {};
  if (node->kind == Node::Kind::Scalar) return {node->scalar};
  if (node->kind != Node::Kind::List)
    fail(*node, "'" + std::string(key) + "' must be a list");
  std::vector<std::string> out;
  for (const Node& item : node->items) {
    if (item.kind != Node::Kind::Scalar)
      fail(item, "'" + std::string(key) + "' must hold texts only");
    out.push_back(item.scalar);
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> Reader::pairs(
    std::string_view key) {
  const Node* node = take(key);
  if (!node) return {};
  if (node->kind != Node::Kind::Map)
    fail(*node, "'" + std::string(key) + "' must be a map");
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& [name, value] : node->members) {
    if (value.kind != Node::Kind::Scalar)
      fail(value, "'" + name + "' must be a text");
    out.emplace_back(name, value.scalar);
  }
  return out;
}

const Node* Reader::map(std::string_view key) {
  const Node* node = take(key);
  if (node && node->kind != Node::Kind::Map)
    fail(*node, "'" + std::string(key) + "' must be a map");
  return node;
}

const Node* Reader::list(std::string_view key) {
  const Node* node = take(key);
  if (node && node->kind != Node::Kind::List)
    fail(*node, "'" + std::string(key) + "' must be a list");
  return node;
}

Reader Reader::inner(const Node& map, std::string_view key) const {
  Reader reader(map, file_);
  reader.prefix_ = prefix_ + std::string(key) + ".";
  reader.asked_ = asked_;
  return reader;
}

void Reader::reject_unknown_keys() const {
  for (const auto& [name, value] : map_.members) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    const std::string near = text::nearest(name, known_);
    Node at;
    at.line = value.key_line;
    at.column = value.key_column;
    fail(at, "unknown key '" + name + "'" +
                 (near.empty() ? "" : ", did you mean '" + near + "'?"));
  }
}

}  // namespace orch::yaml
