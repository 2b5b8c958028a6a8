// SPDX-License-Identifier: MIT
#include "tasklist/note.h"

#include <cctype>
#include <optional>
#include <vector>

#include "text/text.h"

namespace orch::tasklist {
namespace {

constexpr std::string_view kOpen = "<!--";
constexpr std::string_view kClose = "-->";
constexpr std::string_view kOurs = "orch:";

std::string encode(std::string_view bytes) {
  static constexpr std::string_view kPlain = "._/@:,+";
  std::string out;
  for (const char c : bytes) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) ||
                       kPlain.find(c) != std::string_view::npos ||
                       (c == '-' && !out.ends_with('-'));
    if (plain)
      out += c;
    else
      out += "%" + text::hex({&c, 1});
  }
  return out;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// A "%" without two digits stands for itself.
std::string decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
        digit(text[i + 2]) >= 0) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// Absent when a comment is not ours.
std::optional<Note> note_of(std::string_view comment) {
  comment = text::trim(comment);
  if (!comment.starts_with(kOurs)) return std::nullopt;
  Note note;
  for (const std::string& part :
       text::split_list(comment.substr(kOurs.size()), ' ')) {
    const std::size_t equals = part.find('=');
    if (equals != std::string::npos)
      note.emplace(part.substr(0, equals),
                   decode(std::string_view(part).substr(equals + 1)));
  }
  return note;
}

// The ends of code spans: for each run of backticks that opens one, where it
// is over. A run is closed by the next one of the same length.
std::map<std::size_t, std::size_t> code_spans(std::string_view text) {
  struct Run {
    std::size_t at, size;
  };
  std::vector<Run> runs;
  for (std::size_t at = text.find('`'); at != std::string_view::npos;) {
    std::size_t end = text.find_first_not_of('`', at);
    if (end == std::string_view::npos) end = text.size();
    runs.push_back({at, end - at});
    at = text.find('`', end);
  }
  std::map<std::size_t, std::size_t> closes, last;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    const auto found = last.find(run->size);
    if (found != last.end()) closes[run->at] = found->second + run->size;
    last[run->size] = run->at;
  }
  return closes;
}

// Takes the text from `start` out; of the blanks around it one stays.
void append_behind_gap(std::string& out, std::string_view rest) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!out.empty() && is_blank(out.back()) && !rest.empty() &&
         is_blank(rest.front()))
    rest.remove_prefix(1);
  out += rest;
}

}  // namespace

std::string note_text(const Note& note) {
  if (note.empty()) return {};
  std::string out = "<!-- orch:";
  for (const auto& [key, value] : note) out += " " + key + "=" + encode(value);
  return out + " -->";
}

Visible split_notes(std::string_view text) {
  Visible out;
  if (text.find(kOpen) == std::string_view::npos) {
    out.text = text;
    return out;
  }
  const auto spans = code_spans(text);
  bool have_note = false;
  std::size_t from = 0;  // what is not yet in `out`
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\\') {
      at += 2;
    } else if (text[at] == '`') {
      const auto span = spans.find(at);
      if (span != spans.end())
        at = span->second;
      else  // the whole run is text
        at = std::min(text.find_first_not_of('`', at), text.size());
    } else if (text.substr(at).starts_with(kOpen)) {
      const std::size_t end = text.find(kClose, at + kOpen.size());
      if (end == std::string_view::npos) break;
      append_behind_gap(out.text, text.substr(from, at - from));
      const std::size_t inner = at + kOpen.size();
      if (auto note = note_of(text.substr(inner, end - inner));
          note && !have_note) {
        out.note = std::move(*note);
        have_note = true;
      }
      at = from = end + kClose.size();
    } else {
      ++at;
    }
  }
  append_behind_gap(out.text, text.substr(from));
  return out;
}

}  // namespace orch::tasklist
