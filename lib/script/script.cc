// SPDX-License-Identifier: MIT
#include "script/script.h"

#include <map>

#include "error/error.h"
#include "text/text.h"

namespace orch::script {
namespace {

struct Arity {
  std::size_t least, most;
};

const std::map<std::string, Arity, std::less<>>& verbs() {
  constexpr std::size_t kAny = 1000;
  static const std::map<std::string, Arity, std::less<>> kVerbs = {
      {"await-message", {0, 1}}, {"await-file", {1, 1}},   {"say", {1, kAny}},
      {"edit", {3, 3}},          {"append", {2, 2}},       {"commit", {1, 1}},
      {"run", {1, kAny}},        {"eat-enter", {1, 1}},    {"dialog", {1, 1}},
      {"limit", {1, 1}},         {"hang", {0, 0}},         {"exit", {1, 1}},
      {"no-ack", {0, 0}},        {"die-at-prompt", {0, 0}}};
  return kVerbs;
}

[[noreturn]] void fail(const std::string& file, int line,
                       const std::string& what) {
  throw Error(ErrorCode::Usage,
              file + ":" + std::to_string(line) + ": " + what);
}

std::vector<std::string> split_words(const std::string& line,
                                     const std::string& file, int number) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false, started = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
      started = true;
    } else if (!quoted && (c == ' ' || c == '\t')) {
      if (started) words.push_back(word);
      word.clear();
      started = false;
    } else if (!quoted && !started && c == '#') {
      break;
    } else {
      word += c;
      started = true;
    }
  }
  if (quoted) fail(file, number, "a quote is not closed");
  if (started) words.push_back(word);
  return words;
}

constexpr char kPasteStart[] = "\x1b[200~";
constexpr char kPasteEnd[] = "\x1b[201~";

}  // namespace

std::vector<Step> parse(std::string_view text, const std::string& file) {
  std::vector<Step> steps;
  int number = 0;
  for (const std::string& line : text::split(text, '\n')) {
    auto words = split_words(line, file, ++number);
    if (words.empty()) continue;
    const auto verb = verbs().find(words[0]);
    if (verb == verbs().end()) {
      std::vector<std::string> known;
      for (const auto& [name, arity] : verbs()) known.push_back(name);
      const std::string near = text::nearest(words[0], known);
      fail(file, number,
           "unknown step '" + words[0] + "'" +
               (near.empty() ? "" : ", did you mean '" + near + "'?"));
    }
    Step step{words[0], {words.begin() + 1, words.end()}, number};
    if (step.words.size() < verb->second.least ||
        step.words.size() > verb->second.most)
      fail(file, number,
           "step '" + step.verb + "' has " +
               text::count_of(step.words.size(), "word") + " behind it");
    steps.push_back(std::move(step));
  }
  return steps;
}

void Draft::end_sequence() {
  if (sequence_ == kPasteStart)
    in_paste_ = true;
  else if (sequence_ == kPasteEnd)
    in_paste_ = false;
  sequence_.clear();
}

bool Draft::take(char byte) {
  if (!sequence_.empty()) {
    sequence_ += byte;
    const bool csi = sequence_.size() >= 2 && sequence_[1] == '[';
    const bool complete =
        !csi || (sequence_.size() > 2 && byte >= 0x40 && byte <= 0x7E);
    if (complete) end_sequence();
    return false;
  }
  if (byte == '\x1b') {
    sequence_ = byte;
    return false;
  }
  if (in_paste_) {
    text_ += byte == '\r' ? '\n' : byte;
    return false;
  }
  switch (byte) {
    case '\r':
    case '\n':
      submitted_ = std::move(text_);
      text_.clear();
      return !submitted_.empty();
    case '\x7f':
    case '\b':
      // A whole character: its continuation bytes go with it.
      while (!text_.empty()) {
        const bool continuation =
            (static_cast<unsigned char>(text_.back()) & 0xC0) == 0x80;
        text_.pop_back();
        if (!continuation) break;
      }
      return false;
    case '\x15':  // C-u
      text_.clear();
      return false;
    default:
      if (static_cast<unsigned char>(byte) >= 0x20) text_ += byte;
      return false;
  }
}

}  // namespace orch::script
