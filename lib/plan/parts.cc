// SPDX-License-Identifier: MIT
#include "plan/parts.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "plan/sections.h"
#include "text/text.h"

namespace orch::plan {
namespace {

using Kind = Line::Kind;

bool is_caps(std::string_view name) {
  bool letter = false;
  for (const char c : name) {
    if (std::islower(static_cast<unsigned char>(c)) != 0) return false;
    letter |= std::isupper(static_cast<unsigned char>(c)) != 0;
  }
  return letter;
}

// A heading, however it is written.
struct Mark {
  Meaning meaning;
  std::string_view name;
  std::string_view text;  // behind it on its line
  bool strong = false;    // in Markdown
};

// "Goal: text" as the text of a Markdown heading is one with text.
std::optional<Mark> strong_mark(const Line& line) {
  if (const auto meaning = meaning_of(line.text))
    return Mark{*meaning, line.text, {}, true};
  const auto label = label_of(line.text);
  if (!label || !label->colon) return std::nullopt;
  const auto meaning = meaning_of(label->name);
  if (!meaning) return std::nullopt;
  return Mark{*meaning, label->name, label->text, true};
}

class Cutter {
 public:
  explicit Cutter(const std::vector<Line>& lines) : lines_(lines) {
    for (const Line& line : lines)
      if (line.kind == Kind::Heading)
        if (const auto mark = strong_mark(line); mark && mark->meaning.section)
          strong_.insert(*mark->meaning.section);
  }

  std::vector<Part> cut() {
    parts_.emplace_back();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const Line& line = lines_[i];
      if (line.kind == Kind::Heading)
        add_heading(line);
      else if (const auto mark = weak_mark(i))
        add_weak(*mark, line);
      else
        parts_.back().lines.push_back(line);
      after_label_ = after_label_now_;
      after_label_now_ = false;
    }
    return std::move(parts_);
  }

 private:
  struct Open {
    int level;
    Part part;  // without lines
    bool weak = false;
  };

  static bool is_unlike(const Part& a, const Part& b) {
    return a.kind != b.kind || a.section != b.section || a.name != b.name;
  }

  // The part that the innermost open heading has.
  void go_on() {
    Part part;
    if (!open_.empty()) part = open_.back().part;
    if (is_unlike(part, parts_.back())) parts_.push_back(std::move(part));
  }

  void open(const Mark& mark, int level, const Line& line) {
    Part part;
    part.kind = mark.meaning.section ? Part::Kind::Known
                : mark.meaning.apart ? Part::Kind::Apart
                                     : Part::Kind::Other;
    part.section = mark.meaning.section.value_or(Section::Project);
    part.name = mark.name;
    open_.push_back({level, part, !mark.strong});
    parts_.push_back(std::move(part));
    if (mark.text.empty()) return;
    Line text = line;
    text.kind = Kind::Text;
    text.text = text.raw = mark.text;
    text.indent = 0;
    parts_.back().lines.push_back(text);
  }

  void add_heading(const Line& line) {
    while (!open_.empty() && open_.back().level >= line.level) open_.pop_back();
    const auto mark = strong_mark(line);
    if (mark && opens(mark->meaning)) return open(*mark, line.level, line);
    if (is_inside()) {
      go_on();
      parts_.back().lines.push_back(line);
      return;
    }
    Part part;
    if (titled_ || has_known_) {
      part.kind = Part::Kind::Other;
      part.name = line.text;
    }
    titled_ = true;
    open_.push_back({line.level, part, false});
    parts_.push_back(part);
    // The title keeps its line, from which its name is read.
    if (part.kind == Part::Kind::Top) parts_.back().lines.push_back(line);
  }

  // Whether the heading above is of a section, or of any but the title.
  bool is_inside() const {
    return !open_.empty() && open_.back().part.kind != Part::Kind::Top;
  }

  bool opens(const Meaning& meaning) {
    const bool inside_known =
        is_inside() && open_.back().part.kind == Part::Kind::Known;
    const bool inside_apart =
        is_inside() && open_.back().part.kind == Part::Kind::Apart;
    bool opens = true;
    if (inside_apart)
      opens = meaning.section && meaning.canonical;
    else if (inside_known && !meaning.section)
      opens = meaning.apart;
    else if (inside_known && !meaning.canonical)
      opens = *meaning.section != Section::Goal &&
              *meaning.section != Section::Project;
    has_known_ |= opens && meaning.section.has_value();
    return opens;
  }

  bool follows_paragraph(std::size_t i) const {
    if (i == 0 || after_label_) return false;
    const Kind above = lines_[i - 1].kind;
    return above == Kind::Text ||
           (above == Kind::Item && lines_[i].indent >= 2);
  }

  bool is_label(std::size_t i, const Label& label, const Meaning& meaning) {
    const bool caps = is_caps(label.name);
    const bool capital =
        std::isupper(static_cast<unsigned char>(label.name[0])) != 0;
    const bool behind = follows_paragraph(i);
    if (label.emphasis) return !behind || capital;
    if (caps) return true;
    if (label.colon)
      return !behind || (capital && meaning.canonical && meaning.section);
    return !behind && meaning.section && (capital || meaning.canonical);
  }

  // What is no Markdown heading, and one all the same. Where the text has a
  // Markdown heading for a section, nothing else opens that section.
  std::optional<Mark> weak_mark(std::size_t i) {
    const Line& line = lines_[i];
    if (line.indent > 3 || (line.kind != Kind::Text && line.kind != Kind::Item))
      return std::nullopt;
    const auto label = label_of(line.text);
    if (!label) return std::nullopt;
    const auto meaning = meaning_of(label->name);
    if (!meaning) return std::nullopt;
    // Of items only "1. GOAL" and "2. Constraints:".
    if (line.kind == Kind::Item &&
        (line.indent > 0 || !label->text.empty() || !meaning->section ||
         std::isdigit(static_cast<unsigned char>(
             line.raw.empty() ? ' ' : line.raw[0])) == 0 ||
         (!label->colon && !is_caps(label->name))))
      return std::nullopt;
    if (meaning->section ? strong_.contains(*meaning->section)
                         : !strong_.empty())
      return std::nullopt;
    const bool once = meaning->section == Section::Goal ||
                      meaning->section == Section::Project;
    if (once && weak_.contains(*meaning->section)) return std::nullopt;
    if (!is_label(i, *label, *meaning)) return std::nullopt;
    return Mark{*meaning, label->name, label->text, false};
  }

  void add_weak(const Mark& mark, const Line& line) {
    while (!open_.empty() && open_.back().weak) open_.pop_back();
    const int level = open_.empty() ? 1 : open_.back().level + 1;
    if (mark.meaning.section) weak_.insert(*mark.meaning.section);
    has_known_ |= mark.meaning.section.has_value();
    open(mark, level, line);
    after_label_now_ = true;
  }

  const std::vector<Line>& lines_;
  std::set<Section> strong_, weak_;
  std::vector<Part> parts_;
  std::vector<Open> open_;
  bool titled_ = false, has_known_ = false;
  bool after_label_ = false, after_label_now_ = false;
};

}  // namespace

std::vector<Part> parts_of(const std::vector<Line>& lines) {
  return Cutter(lines).cut();
}

std::string raw_text_of(const Part& part) {
  std::string out;
  for (const Line& line : part.lines) {
    const std::string_view raw = text::trim_end(line.raw);
    if (raw.empty() && (out.empty() || out.ends_with("\n\n"))) continue;
    (out += raw) += '\n';
  }
  return std::string(text::trim_end(out));
}

std::string prose_of(const Part& part) {
  std::string out;
  Kind before = Kind::Blank;
  for (const Line& line : part.lines) {
    if (line.kind == Kind::Rule) continue;
    if (line.kind == Kind::Blank) {
      before = line.kind;
      continue;
    }
    if (!out.empty()) {
      const bool joined = line.kind == Kind::Text &&
                          (before == Kind::Text || before == Kind::Item);
      out += joined ? " " : before == Kind::Blank ? "\n\n" : "\n";
    }
    if (line.kind == Kind::Item) out += "- ";
    out += line.kind == Kind::Code ? text::trim_end(line.raw) : line.text;
    before = line.kind;
  }
  return out;
}

}  // namespace orch::plan
