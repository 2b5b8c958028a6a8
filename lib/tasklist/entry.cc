// SPDX-License-Identifier: MIT
#include "tasklist/entry.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "text/text.h"

namespace orch::tasklist {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

// The bytes of the plain id that `text` begins with, or 0.
std::size_t plain_id_size(std::string_view text) {
  std::size_t at = 0;
  if (text.empty() || !is_upper(text[0])) return 0;
  while (at < text.size() && (is_upper(text[at]) || is_digit(text[at]))) ++at;
  if (at + 1 < text.size() && text[at] == '-' && is_digit(text[at + 1])) {
    for (++at; at < text.size() && is_digit(text[at]);) ++at;
    return at <= 64 ? at : 0;
  }
  const bool digits =
      text[0] == 'T' && at >= 2 && at <= 9 &&
      std::all_of(text.begin() + 1, text.begin() + static_cast<long>(at),
                  is_digit);
  return digits ? at : 0;
}

void drop(std::string_view& rest, std::size_t bytes) {
  rest = text::trim(rest.substr(bytes));
}

// [P], [US1], [Story] at the front, in any order.
void take_markers(std::string_view& rest, Entry& entry) {
  while (rest.starts_with('[')) {
    const std::size_t end = rest.substr(0, 16).find(']');
    if (end == std::string_view::npos) return;
    if (end + 1 < rest.size() && !is_blank(rest[end + 1]) &&
        rest[end + 1] != '[')
      return;  // the text of a link
    const std::string_view mark = rest.substr(1, end - 1);
    const std::size_t stem = mark.starts_with("US")      ? 2
                             : mark.starts_with("Story") ? 5
                                                         : 0;
    const bool numbered = std::all_of(mark.begin() + static_cast<long>(stem),
                                      mark.end(), is_digit) &&
                          (stem == 5 || mark.size() > stem);
    if (mark == "P")
      entry.parallel = true;
    else if (stem > 0 && numbered)
      entry.story = mark;
    else
      return;
    drop(rest, end + 1);
  }
}

// "**", "`" … that `text` begins with; may be empty.
std::string_view emphasis_of(std::string_view text) {
  static constexpr std::array<std::string_view, 6> kMarks = {"**", "__", "~~",
                                                             "*",  "_",  "`"};
  for (const std::string_view mark : kMarks)
    if (text.starts_with(mark)) return text.substr(0, mark.size());
  return {};
}

// What may stand between an id and its title.
void drop_separator(std::string_view& rest) {
  static constexpr std::array<std::string_view, 2> kTight = {":", "："};
  static constexpr std::array<std::string_view, 4> kLoose = {".", "-", "–",
                                                             "—"};
  rest = text::trim(rest);
  for (const std::string_view mark : kTight)
    if (rest.starts_with(mark)) return drop(rest, mark.size());
  for (const std::string_view mark : kLoose)
    if (rest == mark || (rest.starts_with(mark) && is_blank(rest[mark.size()])))
      return drop(rest, mark.size());
}

// Whether an id may end in front of `rest`.
bool ends_id(std::string_view rest, std::string_view emphasis) {
  if (rest.empty() || is_blank(rest[0]) || rest[0] == ':' ||
      (rest[0] & 0x80) != 0)
    return true;
  if (!emphasis.empty() && rest.starts_with(emphasis)) return true;
  return (rest[0] == '.' || rest[0] == '-') &&
         (rest.size() == 1 || is_blank(rest[1]));
}

// "T001", "[T001]", "**T001**:", "**T001: title**", "[T001](url) title".
// Leaves the title in `text`; without an id, all of it.
bool take_id(std::string& text, Entry& entry) {
  std::string_view rest = text;
  const std::string_view emphasis = emphasis_of(rest);
  rest.remove_prefix(emphasis.size());
  const bool bracket = rest.starts_with('[');
  if (bracket) rest.remove_prefix(1);
  const std::size_t size = plain_id_size(rest);
  if (size == 0) return false;
  const std::string id(rest.substr(0, size));
  rest.remove_prefix(size);
  if (bracket) {
    if (!rest.starts_with(']')) return false;
    rest.remove_prefix(1);
    if (rest.starts_with('(')) {
      const std::size_t end = rest.find(')');
      if (end == std::string_view::npos) return false;
      rest.remove_prefix(end + 1);
    }
  }
  if (!ends_id(rest, emphasis)) return false;
  entry.id = id;
  if (rest.starts_with(':')) rest.remove_prefix(1);
  std::string left(rest);
  if (!emphasis.empty())
    if (const std::size_t at = left.find(emphasis); at != std::string::npos)
      left.erase(at, emphasis.size());
  rest = left;
  drop_separator(rest);
  text = std::string(rest);
  return true;
}

// "T002, T003 and T004"; empty unless all are plain ids.
std::vector<std::string> ids_in(std::string_view list) {
  std::string flat(list);
  std::replace_if(
      flat.begin(), flat.end(),
      [](char c) { return c == ',' || c == '&' || c == '\t'; }, ' ');
  std::vector<std::string> ids;
  for (const std::string& word : text::split_list(flat, ' ')) {
    if (word == "and") continue;
    if (!is_plain_id(word)) return {};
    ids.push_back(word);
  }
  return ids;
}

bool starts_with_words(std::string_view text, std::string_view words) {
  return text.size() >= words.size() &&
         std::equal(
             words.begin(), words.end(), text.begin(), [](char word, char c) {
               return word == std::tolower(static_cast<unsigned char>(c));
             });
}

// Takes "(depends on T002, T003)" out of a title, wherever it stands.
std::string take_depends(std::string_view title, Entry& entry) {
  static constexpr std::string_view kWords = "(depends on";
  std::string out;
  std::size_t from = 0;
  for (std::size_t at = title.find('('); at != std::string_view::npos;
       at = title.find('(', at + 1)) {
    if (!starts_with_words(title.substr(at), kWords)) continue;
    const std::size_t inner = at + kWords.size();
    const std::size_t end = title.find_first_of("()", inner);
    if (end == std::string_view::npos) break;
    if (title[end] == '(') continue;
    std::string_view list = title.substr(inner, end - inner);
    if (list.starts_with(':')) list.remove_prefix(1);
    const auto ids = ids_in(list);
    if (ids.empty()) continue;
    entry.depends_on.insert(entry.depends_on.end(), ids.begin(), ids.end());
    out += text::trim_end(title.substr(from, at - from));
    from = end + 1;
  }
  return std::string(text::trim(out + std::string(title.substr(from))));
}

// What a reader sees, taken apart.
Entry read_visible(std::string_view visible) {
  Entry entry;
  std::string_view rest = text::trim(visible);
  take_markers(rest, entry);
  std::string behind(rest);
  if (take_id(behind, entry)) {
    rest = behind;
    take_markers(rest, entry);
  }
  entry.title = take_depends(rest, entry);
  return entry;
}

// A title so that it opens no comment.
std::string shown(std::string_view title) {
  std::string out;
  for (std::size_t at = 0; at < title.size();) {
    const std::size_t open = std::min(title.find("<!--", at), title.size());
    out += title.substr(at, open - at);
    if (open < title.size()) out += "&lt;!--";
    at = open + 4;
  }
  return std::string(text::trim(out));
}

std::string behind_id(const std::string& id, const std::string& text) {
  return id + (id.empty() || text.empty() ? "" : " ") + text;
}

// Moves `key` of the entry's note to `value`.
void take(Note& note, std::string_view key, std::string& value) {
  const auto it = note.find(key);
  if (it == note.end()) return;
  value = it->second;
  note.erase(it);
}

bool same_but_note(const Entry& a, const Entry& b) {
  return a.id == b.id && a.title == b.title && a.parallel == b.parallel &&
         a.story == b.story && a.depends_on == b.depends_on && a.note == b.note;
}

}  // namespace

bool is_plain_id(std::string_view id) {
  return !id.empty() && plain_id_size(id) == id.size();
}

Entry read_entry(std::string_view text) {
  Visible visible = split_notes(text);
  Entry entry = read_visible(visible.text);
  entry.note = std::move(visible.note);
  const std::string seen_id = entry.id;
  take(entry.note, "id", entry.id);
  if (const auto it = entry.note.find("title"); it != entry.note.end()) {
    const Entry meant = read_visible(
        behind_id(entry.id == seen_id ? seen_id : "", shown(it->second)));
    if (meant.title == entry.title && meant.id == seen_id) {
      entry.title = it->second;
      entry.parallel = false;  // what looked like a marker is title
      entry.story.clear();
    }
    entry.note.erase(it);
  }
  if (const auto it = entry.note.find("depends"); it != entry.note.end()) {
    entry.depends_on = text::split_list(it->second, ',');
    entry.note.erase(it);
  }
  return entry;
}

std::string entry_text(const Entry& entry) {
  const std::string id = is_plain_id(entry.id) ? entry.id : "";
  std::string visible = behind_id(id, shown(entry.title));
  if (!entry.depends_on.empty() &&
      std::all_of(entry.depends_on.begin(), entry.depends_on.end(),
                  is_plain_id))
    visible += (visible.empty() ? "(depends on " : " (depends on ") +
               text::join(entry.depends_on, ", ") + ")";
  Note note = entry.note;
  const auto whole = [&] {
    const std::string hidden = note_text(note);
    return visible + (visible.empty() || hidden.empty() ? "" : " ") + hidden;
  };
  if (id.empty()) note["id"] = entry.id;
  if (const std::string out = whole(); same_but_note(read_entry(out), entry))
    return out;
  note["depends"] = text::join(entry.depends_on, ",");
  if (const std::string out = whole(); same_but_note(read_entry(out), entry))
    return out;
  note["title"] = entry.title;
  return whole();
}

}  // namespace orch::tasklist
