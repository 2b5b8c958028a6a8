// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "error/error.h"
#include "tasklist/blocks.h"
#include "tasklist/forms.h"
#include "text/text.h"

namespace orch::tasklist {
namespace {

constexpr std::array<std::string_view, 8> kColumns = {
    "id",         "title",   "status", "owner",
    "depends_on", "section", "parent", "held"};

std::string cell(const std::string& text) {
  const bool plain = text.find_first_of(",\"\r\n") == std::string::npos &&
                     text::trim(text).size() == text.size();
  if (plain) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

struct Cell {
  std::string text;
  std::size_t line = 1;
  std::size_t column = 1;  // in bytes
};

// Records of RFC 4180; lines may end in LF or CR alone too.
class Reader {
 public:
  Reader(std::string_view bytes, const std::string& file)
      : bytes_(bytes), file_(file) {
    if (bytes.starts_with("\xEF\xBB\xBF")) at_ = start_ = 3;
  }

  // The next record that is no empty line; false at the end.
  bool next(std::vector<Cell>& record) {
    while (at_ < bytes_.size() && is_break(bytes_[at_])) end_line();
    record.clear();
    if (at_ >= bytes_.size()) return false;
    for (;;) {
      record.push_back(read_cell());
      if (at_ >= bytes_.size()) return true;
      if (is_break(bytes_[at_])) {
        end_line();
        return true;
      }
      ++at_;  // the comma
    }
  }

  [[noreturn]] void fail(const Cell& at, const std::string& what) const {
    refuse(file_, at.line, at.column, what);
  }

 private:
  static bool is_break(char c) { return c == '\r' || c == '\n'; }

  void end_line() {
    at_ += bytes_.substr(at_, 2) == "\r\n" ? 2 : 1;
    start_ = at_;
    ++line_;
  }

  Cell here() const { return {{}, line_, at_ - start_ + 1}; }

  Cell read_cell() {
    Cell out = here();
    if (at_ < bytes_.size() && bytes_[at_] == '"') {
      read_quoted(out);
      return out;
    }
    std::size_t end = bytes_.find_first_of(",\"\r\n", at_);
    if (end == std::string_view::npos) end = bytes_.size();
    out.text = bytes_.substr(at_, end - at_);
    at_ = end;
    if (at_ < bytes_.size() && bytes_[at_] == '"')
      fail(here(), "quote within a cell that does not begin with one");
    return out;
  }

  void read_quoted(Cell& out) {
    for (++at_;;) {
      if (at_ >= bytes_.size()) fail(out, "quoted cell has no end");
      const char c = bytes_[at_];
      if (c == '"' && bytes_.substr(at_, 2) != "\"\"") break;
      if (is_break(c)) {
        const std::size_t from = at_;
        end_line();
        out.text += bytes_.substr(from, at_ - from);
        continue;
      }
      out.text += c;
      at_ += c == '"' ? 2 : 1;
    }
    ++at_;
    if (at_ < bytes_.size() && bytes_[at_] != ',' && !is_break(bytes_[at_]))
      fail(here(), "text behind a quoted cell");
  }

  std::string_view bytes_;
  const std::string& file_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t start_ = 0;  // of the line
};

constexpr std::size_t kNo = static_cast<std::size_t>(-1);
using Places = std::array<std::size_t, kColumns.size()>;

// Where each of our columns is; others are passed over.
Places places_in(const std::vector<Cell>& heading, const Reader& reader,
                 const std::string& file) {
  Places places;
  places.fill(kNo);
  for (std::size_t i = 0; i < heading.size(); ++i) {
    const auto it =
        std::find(kColumns.begin(), kColumns.end(), heading[i].text);
    if (it == kColumns.end()) continue;
    std::size_t& place =
        places[static_cast<std::size_t>(it - kColumns.begin())];
    if (place != kNo)
      reader.fail(heading[i], "column '" + heading[i].text + "' twice");
    place = i;
  }
  for (const std::size_t column : {0, 1})
    if (places[column] == kNo)
      refuse(file, 1, 1,
             "heading has no column '" + std::string(kColumns[column]) + "'");
  return places;
}

}  // namespace

std::string write_csv(const std::vector<Task>& tasks) {
  // The last column is there only when a task needs it.
  const bool any_held = std::any_of(tasks.begin(), tasks.end(),
                                    [](const Task& t) { return t.held; });
  std::string out =
      text::join({kColumns.begin(), kColumns.end() - (any_held ? 0 : 1)}, ",") +
      "\r\n";
  for (const Task& t : tasks) {
    out += text::join(
        {cell(t.id), cell(t.title), cell(t.status), cell(t.owner),
         cell(text::join(t.depends_on, " ")), cell(t.section), cell(t.parent)},
        ",");
    if (any_held) out += t.held ? ",yes" : ",";
    out += "\r\n";
  }
  return out;
}

std::vector<Task> parse_csv(std::string_view bytes, const std::string& file) {
  Reader reader(bytes, file);
  std::vector<Cell> record;
  if (!reader.next(record)) refuse(file, 1, 1, "no heading");
  const Places places = places_in(record, reader, file);
  const std::size_t width = record.size();
  Checked tasks;
  while (reader.next(record)) {
    if (record.size() != width)
      reader.fail(record[0], "expected " + text::count_of(width, "cell") +
                                 ", found " + std::to_string(record.size()));
    const auto at = [&](std::size_t column) {
      return places[column] == kNo ? std::string()
                                   : record[places[column]].text;
    };
    Task task{at(0), at(1), at(2), at(3), {}, at(5), at(6), at(7) == "yes"};
    std::string ids = at(4);
    std::replace_if(
        ids.begin(), ids.end(), [](char c) { return c == ',' || c == ';'; },
        ' ');
    task.depends_on = text::split_list(ids, ' ');
    const Cell& first = record[places[0]];
    tasks.add(std::move(task), file + ":" + std::to_string(first.line) + ":" +
                                   std::to_string(first.column) + ": ");
  }
  return tasks.take();
}

}  // namespace orch::tasklist
