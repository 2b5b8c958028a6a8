// SPDX-License-Identifier: MIT
#include <cctype>

#include "git/git.h"
#include "hook/fold.h"

namespace orch::hook {
namespace {

bool is_word_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// The task id (T and at least three digits, as a word) at or after `from`.
std::string find_id(const std::string& text, std::size_t from,
                    std::size_t* at) {
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] != 'T' || (i > 0 && is_word_byte(text[i - 1]))) continue;
    std::size_t end = i + 1;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    if (end - i < 4 || (end < text.size() && is_word_byte(text[end]))) continue;
    *at = i;
    return text.substr(i, end - i);
  }
  return "";
}

// The word before `at`, in lower case, a colon behind it left out.
std::string word_before(const std::string& text, std::size_t at) {
  std::size_t end = at;
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == ':')) --end;
  std::size_t start = end;
  while (start > 0 && is_word_byte(text[start - 1])) --start;
  std::string word = text.substr(start, end - start);
  for (char& c : word)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return word;
}

bool completes(const std::string& word) {
  return word == "done" || word == "completes" || word == "closes" ||
         word == "fixes";
}

}  // namespace

NamedTask task_of(const std::string& subject, const std::string& body) {
  git::Commit commit;
  commit.body = body;
  if (std::string id = commit.trailer("Orch-Task-Done"); !id.empty())
    return {id, true};
  for (const std::string& text : {subject, body}) {
    std::size_t at = 0;
    for (std::string id = find_id(text, 0, &at); !id.empty();
         id = find_id(text, at + 1, &at))
      if (completes(word_before(text, at))) return {id, true};
  }
  if (std::string id = commit.trailer("Orch-Task"); !id.empty())
    return {id, false};
  std::size_t at = 0;
  return {find_id(subject, 0, &at), false};
}

}  // namespace orch::hook
