// SPDX-License-Identifier: MIT
#include "tasklist/words.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "text/case.h"
#include "text/text.h"

namespace orch::tasklist {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_word_byte(char c) { return is_alnum(c) || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_empty(std::string_view line) { return text::trim(line).empty(); }

using text::lower;

// T and at least three digits, as a word.
struct Word {
  std::string id;
  std::size_t at = 0;
};

std::vector<Word> task_words(std::string_view text) {
  std::vector<Word> out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != 'T' || (i > 0 && is_word_byte(text[i - 1]))) continue;
    std::size_t end = i + 1;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end - i >= 4 && (end == text.size() || !is_word_byte(text[end])) &&
        is_task_id(text.substr(i, end - i)))
      out.push_back({std::string(text.substr(i, end - i)), i});
    i = end - 1;
  }
  return out;
}

// Whether "done", "completes", "closes" or "fixes" stands before `at`, with
// nothing but blanks and a colon between.
bool is_completed_at(std::string_view text, std::size_t at) {
  static constexpr std::size_t kLongest = 9;  // "completes"
  std::size_t end = at;
  while (end > 0 && (is_blank(text[end - 1]) || text[end - 1] == ':')) --end;
  std::size_t start = end;
  while (start > 0 && end - start <= kLongest && is_word_byte(text[start - 1]))
    --start;
  const std::string word = lower(text.substr(start, end - start));
  return word == "done" || word == "completes" || word == "closes" ||
         word == "fixes";
}

// The bytes of a trailer's key, or 0 for another line: letters, digits and
// dashes, then blanks, then a colon.
std::size_t key_size(std::string_view line) {
  std::size_t size = 0;
  while (size < line.size() && (is_alnum(line[size]) || line[size] == '-'))
    ++size;
  std::size_t colon = size;
  while (colon < line.size() && is_blank(line[colon])) ++colon;
  return colon < line.size() && line[colon] == ':' ? size : 0;
}

bool is_task_key(std::string_view key) {
  return key == "orch-task" || key == "orch-task-done";
}

// The lines of a message's trailers, by the rules of git-interpret-trailers(1):
// the last paragraph, if it is not the first, and all of it is trailers; or at
// least a quarter, when one of them is git's or ours. Comments do not count.
std::vector<std::string> trailer_lines(std::string_view message) {
  std::vector<std::string> lines = text::split(message, '\n');
  while (!lines.empty() && (is_empty(lines.back()) || lines.back()[0] == '#'))
    lines.pop_back();
  std::size_t start = lines.size();
  std::size_t trailers = 0, others = 0, folded = 0;
  bool known = false;
  while (start > 0 && !is_empty(lines[start - 1])) {
    const std::string& line = lines[--start];
    if (line[0] == '#') {  // as git counts: what is folded below is no value
      others += std::exchange(folded, 0);
    } else if (line.starts_with("Signed-off-by: ") ||
               line.starts_with("(cherry picked from commit ")) {
      ++trailers;
      folded = 0;
      known = true;
    } else if (const std::size_t size = key_size(line)) {
      ++trailers;
      folded = 0;
      known |= is_task_key(lower(std::string_view(line).substr(0, size)));
    } else if (is_blank(line[0])) {
      ++folded;
    } else {
      others += 1 + std::exchange(folded, 0);
    }
  }
  others += folded;
  const auto block = lines.begin() + static_cast<std::ptrdiff_t>(start);
  const bool first = std::all_of(lines.begin(), block, is_empty);
  if (first || trailers == 0 ||
      (others > 0 && (!known || trailers * 3 < others)))
    return {};
  lines.erase(lines.begin(), block);
  return lines;
}

// The ids that the trailers `key` (in lower case) give.
std::vector<std::string> trailer_ids(const std::vector<std::string>& lines,
                                     std::string_view key) {
  std::string values;
  bool ours = false;
  for (const std::string& line : lines) {
    std::string_view value = line;
    if (!is_blank(line[0])) {  // a comment too ends what is folded above it
      const std::size_t size = key_size(line);
      ours = size > 0 && lower(value.substr(0, size)) == key;
      if (ours) value.remove_prefix(value.find(':') + 1);
    }
    if (ours) (values += ' ') += value;
  }
  std::replace_if(
      values.begin(), values.end(),
      [](char c) { return c == ',' || c == '\t'; }, ' ');
  std::vector<std::string> ids;
  for (std::string& id : text::split_list(values, ' '))
    if (is_task_id(id)) ids.push_back(std::move(id));
  return ids;
}

// Tasks in order, each once: what is said first counts.
class Named {
 public:
  void add(const std::string& id, bool completed) {
    if (known_.insert(id).second) tasks_.push_back({id, completed});
  }
  std::vector<NamedTask> take() { return std::move(tasks_); }

 private:
  std::vector<NamedTask> tasks_;
  std::unordered_set<std::string> known_;
};

}  // namespace

bool is_task_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && is_alnum(id[0]) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return is_word_byte(c) || c == '.' || c == '-';
         });
}

std::vector<NamedTask> named_tasks(std::string_view message) {
  const std::string_view subject = message.substr(0, message.find('\n'));
  const bool quotes = !reverted_commits(message).empty();
  const std::vector<std::string> trailers = trailer_lines(message);
  Named named;
  for (const std::string& id : trailer_ids(trailers, "orch-task-done"))
    named.add(id, true);
  if (!quotes)
    for (const Word& word : task_words(message))
      if (is_completed_at(message, word.at)) named.add(word.id, true);
  for (const std::string& id : trailer_ids(trailers, "orch-task"))
    named.add(id, false);
  if (!quotes)
    for (const Word& word : task_words(subject)) named.add(word.id, false);
  return named.take();
}

std::vector<std::string> reverted_commits(std::string_view message) {
  static constexpr std::string_view kWords = "This reverts commit ";
  std::vector<std::string> out;
  for (std::size_t at = message.find(kWords); at != std::string_view::npos;
       at = message.find(kWords, at + kWords.size())) {
    if (at > 0 && message[at - 1] != '\n') continue;
    const std::size_t start = at + kWords.size();
    std::size_t end = start;
    while (end < message.size() && is_word_byte(message[end])) ++end;
    const std::string id = lower(message.substr(start, end - start));
    const bool is_hex =
        id.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (is_hex && (id.size() == 40 || id.size() == 64)) out.push_back(id);
  }
  return out;
}

}  // namespace orch::tasklist
