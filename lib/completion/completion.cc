// SPDX-License-Identifier: MIT
#include "completion/completion.h"

#include <algorithm>
#include <map>
#include <optional>

#include "completion/synopsis.h"
#include "text/text.h"

namespace orch::completion {
namespace {

struct Option {
  std::string name;        // "--message"
  std::string short_name;  // "-m", or empty
  std::string value;       // "<text>", or empty
  std::string about;
};

// "    -m, --message <text>      the text"
std::optional<Option> option_in(const std::string& line) {
  const std::string_view trimmed = text::trim(line);
  if (!line.starts_with("    -") || trimmed.size() < 2) return std::nullopt;
  const std::size_t gap = trimmed.find("  ");
  std::string syntax(trimmed.substr(0, gap));
  Option option;
  if (gap != std::string::npos) option.about = text::trim(trimmed.substr(gap));
  for (const std::string& part : text::split(syntax, ' ')) {
    if (part.starts_with("--"))
      option.name = part.substr(0, part.find_first_of("[="));
    else if (part.starts_with("-"))
      option.short_name = part.substr(0, 2);
    else
      option.value = part;
  }
  if (option.name.empty()) return std::nullopt;
  return option;
}

bool is_plain(const std::string& word) {
  return !word.empty() &&
         word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") ==
             std::string::npos;
}

// A list is of single words, parted by commas and "or": "one, two (default) or
// three". What stands in brackets, "only" and "or a number" are no words of it.
std::vector<std::string> words_listed_in(std::string list) {
  for (std::size_t open; (open = list.find(" (")) != std::string::npos;) {
    const std::size_t end = list.find(')', open);
    if (end == std::string::npos) return {};
    list.erase(open, end - open + 1);
  }
  for (std::size_t i = 0; (i = list.find(" or ", i)) != std::string::npos;)
    list.replace(i, 4, ", ");
  std::vector<std::string> words;
  for (const std::string& part : text::split(list, ',')) {
    std::string word(text::trim(part));
    if (word.starts_with("a ")) continue;
    if (word.starts_with("only ")) word = word.substr(5);
    if (!is_plain(word)) return {};
    words.push_back(word);
  }
  if (words.size() < 2) return {};
  return words;
}

// The list in what is said of an option: all of it, or what follows a colon, or
// precedes a semicolon.
std::vector<std::string> choices_in(const std::string& about) {
  for (const std::string& part : text::split(about, ';')) {
    const std::size_t colon = part.find(": ");
    const auto words = words_listed_in(
        colon == std::string::npos ? part : part.substr(colon + 2));
    if (!words.empty()) return words;
  }
  return {};
}

std::optional<Source> source_of(std::string placeholder, bool of_option) {
  placeholder.resize(std::min(placeholder.size(), placeholder.find(',')));
  static const std::map<std::string, Source> kSources = {
      {"<agent>", Source::Agents},     {"<spec-id>", Source::Features},
      {"<id>", Source::Ids},           {"<other>", Source::Ids},
      {"<task-id>", Source::Tasks},    {"<branch>", Source::Branches},
      {"<rev>", Source::Revisions},    {"<commit>", Source::Revisions},
      {"<role>", Source::Roles},       {"<team>", Source::Teams},
      {"<runtime>", Source::Runtimes}, {"<file>", Source::Files},
      {"<files>", Source::Files},      {"<spec>", Source::Files},
      {"<path>", Source::Files},       {"<dir>", Source::Directories},
      {"<repo>", Source::Directories}, {"<worktree>", Source::Directories},
      {"<type>", Source::EventTypes}};
  // A plan is a file, but `--plan` is what an account allows.
  if (placeholder == "<plan>" && !of_option) return Source::Files;
  const auto found = kSources.find(placeholder);
  if (found == kSources.end()) return std::nullopt;
  return found->second;
}

struct Help {
  std::vector<std::string> synopsis;
  std::vector<Option> options;
};

// Lines that a narrow terminal made two are one again.
std::vector<std::string> unfolded(const std::string& text) {
  constexpr std::size_t kDeepest = 8;  // no line begins behind so many blanks
  std::vector<std::string> lines;
  for (const std::string& line : text::split(text, '\n')) {
    const std::size_t start = line.find_first_not_of(' ');
    if (start == std::string::npos || start < kDeepest || lines.empty()) {
      lines.push_back(line);
      continue;
    }
    // The first line of what is said of an option is parted from it by two.
    const bool is_said =
        lines.back().starts_with("    -") &&
        text::trim(lines.back()).find("  ") == std::string::npos;
    lines.back() += (is_said ? "  " : " ") + line.substr(start);
  }
  return lines;
}

Help read(const std::string& text) {
  Help help;
  for (const std::string& line : unfolded(text)) {
    for (const std::string start : {"usage: git orch ", "   or: git orch "}) {
      if (!line.starts_with(start)) continue;
      const std::size_t space = line.find(' ', start.size());
      help.synopsis.push_back(
          space == std::string::npos ? "" : line.substr(space + 1));
    }
    if (const auto option = option_in(line)) help.options.push_back(*option);
  }
  return help;
}

const Option* find(const Help& help, const std::string& name) {
  for (const Option& option : help.options)
    if (option.name == name || option.short_name == name) return &option;
  return nullptr;
}

void add_values(const Help& help, const Option& option, Wanted* out) {
  for (const std::string& line : help.synopsis) {
    const auto choices = read_synopsis(line, {}).choices;
    for (const std::string& name : {option.name, option.short_name})
      if (const auto found = choices.find(name); found != choices.end())
        for (const std::string& word : found->second)
          if (std::none_of(out->words.begin(), out->words.end(),
                           [&](const Word& w) { return w.text == word; }))
            out->words.push_back({word, ""});
  }
  if (!out->words.empty()) return;
  for (const std::string& word : choices_in(option.about))
    out->words.push_back({word, ""});
  if (!out->words.empty()) return;
  if (const auto source = option.name == "--task"
                              ? Source::Tasks
                              : source_of(option.value, true))
    out->sources.insert(*source);
}

}  // namespace

Wanted complete(const std::string& text,
                const std::vector<std::string>& words) {
  Wanted out;
  if (words.empty()) return out;
  const Help help = read(text);
  std::vector<std::string> operands;
  const Option* open = nullptr;  // its value comes next
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "--") return out;
    if (open) {
      open = nullptr;
    } else if (words[i].size() > 1 && words[i].starts_with("-")) {
      open = find(help, words[i]);
      if (open && open->value.empty()) open = nullptr;
    } else {
      operands.push_back(words[i]);
    }
  }
  const std::string& typed = words.back();
  const std::size_t equals = typed.find('=');
  if (!open && typed.starts_with("--") && equals != std::string::npos) {
    open = find(help, typed.substr(0, equals));
    if (!open) return out;
    out.prefix = typed.substr(0, equals + 1);
  }
  if (open) {
    add_values(help, *open, &out);
  } else if (typed.starts_with("-")) {
    for (const Option& option : help.options)
      out.words.push_back(
          {option.name + (option.value.empty() ? "" : "="), option.about});
  } else {
    for (const std::string& line : help.synopsis)
      for (const std::string& term : read_synopsis(line, operands).next) {
        if (const auto source = source_of(term, false))
          out.sources.insert(*source);
        else if (is_plain(term) &&
                 std::none_of(out.words.begin(), out.words.end(),
                              [&](const Word& w) { return w.text == term; }))
          out.words.push_back({term, ""});
      }
  }
  return out;
}

std::vector<Word> verbs_in(const std::string& help) {
  std::vector<Word> verbs;
  for (const std::string& line : text::split(help, '\n')) {
    const std::size_t gap = line.find(' ', 3);
    if (!line.starts_with("   ") || gap == std::string::npos || gap < 4 ||
        !is_plain(line.substr(3, gap - 3)))
      continue;
    verbs.push_back(
        {line.substr(3, gap - 3), std::string(text::trim(line.substr(gap)))});
  }
  return verbs;
}

}  // namespace orch::completion
