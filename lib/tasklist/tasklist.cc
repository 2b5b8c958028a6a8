// SPDX-License-Identifier: MIT
#include "tasklist/tasklist.h"

#include <cctype>
#include <cstdint>
#include <unordered_map>

#include "tasklist/blocks.h"
#include "tasklist/entry.h"
#include "tasklist/items.h"
#include "tasklist/words.h"

namespace orch::tasklist {
namespace {

constexpr std::size_t kLongestSlug = 40;

// FNV-1a: the same on every machine and in every release.
std::uint32_t hash_of(std::string_view bytes) {
  std::uint32_t hash = 2166136261U;
  for (const char c : bytes)
    hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

std::string eight_digits(std::uint32_t number) {
  std::string out(8, '0');
  for (std::size_t i = 8; i-- > 0; number >>= 4)
    out[i] = "0123456789abcdef"[number & 15U];
  return out;
}

// Gives every item an id that no other one has.
class Names {
 public:
  explicit Names(const std::string& file) : file_(file) {}

  void claim(const Item& item) {
    if (!is_task_id(item.id))
      refuse(file_, item.line, item.column,
             "'" + item.id + "' cannot be a task id");
    const auto [it, is_first] = lines_.emplace(item.id, item.line);
    if (!is_first)
      refuse(file_, item.line, item.column,
             "duplicate task id '" + item.id + "', first on line " +
                 std::to_string(it->second));
  }

  // The slug of a title; -2, -3 … behind one that is taken.
  std::string slug(const Item& item) {
    const std::string stem = slug_of(item.title);
    std::string id = stem;
    std::size_t& number = next_.emplace(stem, 2).first->second;
    while (!lines_.emplace(id, item.line).second)
      id = stem + "-" + std::to_string(number++);
    return id;
  }

 private:
  const std::string& file_;
  std::unordered_map<std::string, std::size_t> lines_;  // of each id
  std::unordered_map<std::string, std::size_t> next_;   // number for a stem
};

// All but its parent, and the id of one that does not say it.
NotedItem item_in(const Box& box, const Page& page, std::string_view markdown) {
  Entry entry = read_entry(box.text);
  Item item;
  item.id = std::move(entry.id);
  item.title = std::move(entry.title);
  item.done = markdown[box.offset] != ' ';
  item.parallel = entry.parallel;
  item.story = std::move(entry.story);
  item.section = page.sections[box.section];
  item.depends_on = std::move(entry.depends_on);
  item.line = box.line;
  item.column = box.column;
  item.offset = box.offset;
  return {std::move(item), std::move(entry.note)};
}

}  // namespace

std::string slug_of(std::string_view title) {
  std::string out;
  for (const char c : title) {
    if (out.size() == kLongestSlug) break;
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && std::isalnum(byte))
      out += static_cast<char>(std::tolower(byte));
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  while (out.ends_with('-')) out.pop_back();
  return out.empty() ? "t-" + eight_digits(hash_of(title)) : out;
}

std::vector<NotedItem> read_items(std::string_view markdown,
                                  const std::string& file) {
  const Page page = read_page(markdown, file);
  std::vector<NotedItem> found;
  // For each box the item that it is; an empty box is no task, and what it is
  // in stands for it.
  std::vector<std::size_t> item_of, parent_of;
  for (const Box& box : page.boxes) {
    const std::size_t around =
        box.parent == Box::kNo ? Box::kNo : item_of[box.parent];
    NotedItem one = item_in(box, page, markdown);
    if (one.item.id.empty() && one.item.title.empty()) {
      item_of.push_back(around);
      continue;
    }
    item_of.push_back(found.size());
    parent_of.push_back(around);
    found.push_back(std::move(one));
  }
  Names names(file);
  for (const NotedItem& one : found)
    if (!one.item.id.empty()) names.claim(one.item);
  for (std::size_t i = 0; i < found.size(); ++i) {
    Item& item = found[i].item;
    if (item.id.empty()) item.id = names.slug(item);
    if (parent_of[i] != Box::kNo) item.parent = found[parent_of[i]].item.id;
  }
  return found;
}

std::vector<Item> parse(std::string_view markdown, const std::string& file) {
  std::vector<Item> items;
  for (NotedItem& found : read_items(markdown, file))
    items.push_back(std::move(found.item));
  return items;
}

std::string mark(std::string_view markdown, const std::string& file,
                 const std::map<std::string, bool>& done) {
  std::string out(markdown);
  for (const Item& item : parse(markdown, file)) {
    const auto wanted = done.find(item.id);
    if (wanted != done.end() && wanted->second != item.done)
      out[item.offset] = wanted->second ? 'x' : ' ';
  }
  return out;
}

}  // namespace orch::tasklist
