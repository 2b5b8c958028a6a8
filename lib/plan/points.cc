// SPDX-License-Identifier: MIT
#include <cctype>

#include "plan/parts.h"
#include "text/text.h"

namespace orch::plan {
namespace {

using Kind = Line::Kind;

// "|---|:--|"
bool is_table_rule(std::string_view row) {
  return row.find('-') != std::string_view::npos &&
         row.find_first_not_of("|-: \t") == std::string_view::npos;
}

std::string row_text(std::string_view row) {
  return text::join(text::split_list(row, '|'), ", ");
}

class Collector {
 public:
  explicit Collector(Points which) : which_(which) {}

  std::vector<Point> collect(const std::vector<Line>& lines) {
    for (const Line& line : lines) add(line);
    end();
    return std::move(points_);
  }

 private:
  enum class In { Nothing, Paragraph, Item };

  void add(const Line& line) {
    switch (line.kind) {
      case Kind::Blank:
        after_blank_ = true;
        return;
      case Kind::Heading:
        end();
        heading_ = line.text;
        break;
      case Kind::Item:
        add_item(line);
        break;
      case Kind::Text:
        line.text[0] == '|' ? add_row(line) : add_text(line);
        break;
      case Kind::Rule:
      case Kind::Code:
        if (in_ == In::Paragraph) end();
        after_blank_ = true;
        return;
    }
    after_blank_ = false;
  }

  void begin(In in, const Line& line) {
    end();
    in_ = in;
    point_ = {std::string(line.text), heading_, line.number};
  }

  void end() {
    const bool wanted =
        in_ == In::Item || (in_ == In::Paragraph && which_ == Points::All);
    if (wanted && !text::trim(point_.text).empty())
      points_.push_back(std::move(point_));
    point_ = {};
    in_ = In::Nothing;
    nested_ = false;
  }

  bool introduces() const {
    std::string_view text = point_.text;
    while (text.ends_with('*') || text.ends_with('_')) text.remove_suffix(1);
    return text.ends_with(':');
  }

  void add_item(const Line& line) {
    if (in_ == In::Paragraph && introduces()) point_.text.clear();
    if (in_ != In::Item || line.indent < indent_ + 2) {
      begin(In::Item, line);
      indent_ = line.indent;
      return;
    }
    if (line.text.empty()) return;
    point_.text += nested_ ? "; " : introduces() ? " " : ": ";
    point_.text += line.text;
    nested_ = true;
  }

  void add_text(const Line& line) {
    const bool goes_on =
        in_ != In::Nothing &&
        (!after_blank_ || (in_ == In::Item && line.indent >= indent_ + 2));
    if (!goes_on) return begin(In::Paragraph, line);
    (point_.text += ' ') += line.text;
  }

  void add_row(const Line& line) {
    if (is_table_rule(line.text)) {
      // What stood above it was the heading of the table.
      if (row_above_ && points_.size() == rows_end_) points_.pop_back();
      row_above_ = false;
      return;
    }
    Line row = line;
    const std::string text = row_text(line.text);
    row.text = text;
    begin(In::Item, row);
    end();
    row_above_ = !text.empty();
    rows_end_ = points_.size();
  }

  Points which_;
  std::vector<Point> points_;
  Point point_;
  In in_ = In::Nothing;
  std::string heading_;
  std::size_t indent_ = 0;    // of the open item
  std::size_t rows_end_ = 0;  // how many points there were behind a row
  bool nested_ = false, after_blank_ = false, row_above_ = false;
};

}  // namespace

std::vector<Point> points_of(const Part& part, Points which) {
  return Collector(which).collect(part.lines);
}

}  // namespace orch::plan
