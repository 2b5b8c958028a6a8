// SPDX-License-Identifier: MIT
#include "plan/lines.h"

#include <algorithm>

#include "error/error.h"
#include "text/text.h"

namespace orch::plan {
namespace {

constexpr std::size_t kLargest = 1UL << 20;
constexpr std::size_t kLongestUnderlined = 200;
constexpr std::string_view kMark = "\xEF\xBB\xBF";
constexpr std::string_view kHint =
    "a specification is text: see 'git orch plan --help'";

using Kind = Line::Kind;

[[noreturn]] void refuse_at(std::string_view bytes, std::size_t at,
                            const std::string& file, const std::string& what) {
  const std::string_view before = bytes.substr(0, at);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  throw Error(ErrorCode::Usage,
              file + ":" + std::to_string(line) + ":" +
                  std::to_string(at - start + 1) + ": " + what,
              std::string(kHint));
}

// The first byte that is not UTF-8.
std::size_t first_foreign(std::string_view bytes) {
  const std::string good = text::to_utf8(bytes);
  const auto at =
      std::mismatch(bytes.begin(), bytes.end(), good.begin(), good.end());
  return static_cast<std::size_t>(at.first - bytes.begin());
}

void require_text(std::string_view bytes, const std::string& file) {
  if (bytes.size() > kLargest)
    throw Error(ErrorCode::Usage, file + ": larger than 1 MiB",
                std::string(kHint));
  if (const std::size_t at = bytes.find('\0'); at != std::string_view::npos)
    refuse_at(bytes, at, file, "a NUL byte, so no text");
  if (!text::is_utf8(bytes))
    refuse_at(bytes, first_foreign(bytes), file, "not UTF-8");
}

std::string with_newlines(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '\r')
      out += bytes[i];
    else if (i + 1 == bytes.size() || bytes[i + 1] != '\n')
      out += '\n';
  }
  return out;
}

void blank(std::string& text, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i)
    if (text[i] != '\n') text[i] = ' ';
}

// "---", then "key: value", "- value" and indented lines, then "---".
void blank_front_matter(std::string& text) {
  if (!text.starts_with("---\n")) return;
  std::size_t start = 4;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line(text.data() + start, end - start);
    if (text::trim_end(line) == "---" && start > 4) return blank(text, 0, end);
    const bool fits = text::trim(line).empty() || line[0] == ' ' ||
                      line[0] == '#' || line.starts_with("- ") ||
                      line.find(':') != std::string_view::npos;
    if (!fits) return;
    start = end + 1;
  }
}

std::size_t indent_of(std::string_view line) {
  std::size_t columns = 0;
  for (const char c : line) {
    if (c == ' ')
      ++columns;
    else if (c == '\t')
      columns += 4 - columns % 4;
    else
      break;
  }
  return columns;
}

bool is_run(std::string_view line, char c) {
  return line.find_first_not_of(c) == std::string_view::npos;
}

// The length of the fence that a line opens, or 0.
std::size_t fence_size(std::string_view line) {
  if (line.empty() || (line[0] != '`' && line[0] != '~')) return 0;
  const std::size_t size =
      std::min(line.find_first_not_of(line[0]), line.size());
  const bool inline_code =
      line[0] == '`' && line.find('`', size) != std::string_view::npos;
  return size < 3 || inline_code ? 0 : size;
}

// Whether `line` ends the fence that `open` began.
bool closes(std::string_view line, std::string_view open, std::size_t size) {
  return line.size() >= size && !line.empty() && is_run(line, open[0]);
}

// Whether a line is a rule: three or more of one of "-*_", with blanks.
bool is_rule(std::string_view line) {
  if (line.empty() || std::string_view("-*_").find(line[0]) == line.npos)
    return false;
  const auto count = std::count(line.begin(), line.end(), line[0]);
  const auto blanks = std::count_if(
      line.begin(), line.end(), [](char c) { return c == ' ' || c == '\t'; });
  return count >= 3 && static_cast<std::size_t>(count + blanks) == line.size();
}

// The bytes of the item's mark that a line begins with, or 0.
std::size_t marker_size(std::string_view line) {
  static constexpr std::string_view kBullet = "•";
  std::size_t size = 0;
  if (line.starts_with(kBullet)) return kBullet.size();
  if (!line.empty() && std::string_view("-*+").find(line[0]) != line.npos) {
    size = 1;
  } else {
    while (size < line.size() && size < 9 && line[size] >= '0' &&
           line[size] <= '9')
      ++size;
    if (size == 0 || size == line.size() ||
        (line[size] != '.' && line[size] != ')'))
      return 0;
    ++size;
  }
  return size == line.size() || line[size] == ' ' || line[size] == '\t' ? size
                                                                        : 0;
}

int atx_level(std::string_view line) {
  const std::size_t size = std::min(line.find_first_not_of('#'), line.size());
  if (size == 0 || size > 6) return 0;
  if (size < line.size() && line[size] != ' ' && line[size] != '\t') {
    // "#GOAL" as people type it; but "#12" and "#!" are no headings.
    const char c = line[size];
    if (c < 'A' || c > 'Z') return 0;
  }
  return static_cast<int>(size);
}

std::string_view atx_text(std::string_view line) {
  line = text::trim(
      line.substr(std::min(line.find_first_not_of('#'), line.size())));
  std::string_view bare = line;
  while (bare.ends_with('#')) bare.remove_suffix(1);
  return bare.empty() || bare.ends_with(' ') ? text::trim(bare) : line;
}

// Without the marks of quotes.
std::string_view unquoted(std::string_view line) {
  std::string_view rest = line;
  while (true) {
    const std::size_t at = rest.find_first_not_of(" \t");
    if (at == std::string_view::npos || rest[at] != '>') return rest;
    rest.remove_prefix(at + 1);
    if (rest.starts_with(' ')) rest.remove_prefix(1);
  }
}

class LineReader {
 public:
  std::vector<Line> read(std::string_view text) {
    std::size_t start = 0;
    for (std::size_t number = 1; start <= text.size(); ++number) {
      const std::size_t end = std::min(text.find('\n', start), text.size());
      add(text.substr(start, end - start), number);
      start = end + 1;
    }
    return std::move(lines_);
  }

 private:
  void add(std::string_view raw, std::size_t number) {
    Line line;
    line.number = number;
    line.raw = raw;
    const std::string_view bare = unquoted(raw);
    line.indent = indent_of(bare);
    line.text = text::trim(bare);
    if (fence_ > 0) {
      line.kind = Kind::Code;
      if (closes(line.text, open_, fence_)) {
        line.kind = Kind::Rule;
        fence_ = 0;
      }
    } else if (const std::size_t size = fence_size(line.text)) {
      line.kind = Kind::Rule;
      fence_ = size;
      open_ = line.text;
    } else {
      classify(line);
    }
    lines_.push_back(line);
  }

  void classify(Line& line) {
    if (line.text.empty()) return;
    line.kind = Kind::Text;
    if ((line.indent < 4 && underlines(line)) || is_rule(line.text)) {
      line.kind = Kind::Rule;
    } else if (const int level = atx_level(line.text);
               level > 0 && line.indent < 4) {
      line.kind = Kind::Heading;
      line.level = level;
      line.text = atx_text(line.text);
    } else if (marker_size(line.text) > 0) {
      line.kind = Kind::Item;
      while (const std::size_t size = marker_size(line.text))
        line.text = text::trim(line.text.substr(size));
    }
  }

  // "====" or "----" below one line of text, which it makes a heading.
  bool underlines(const Line& line) {
    const char c = line.text[0];
    if ((c != '=' && c != '-') || line.text.size() < 2 ||
        !is_run(line.text, c) || lines_.empty())
      return false;
    Line& above = lines_.back();
    const bool single =
        above.kind == Kind::Text && above.indent < 4 &&
        above.text.size() <= kLongestUnderlined &&
        (lines_.size() < 2 || (lines_[lines_.size() - 2].kind != Kind::Text &&
                               lines_[lines_.size() - 2].kind != Kind::Item));
    // A sentence above a line of dashes is meant to be parted by it.
    if (!single || above.text[0] == '|' ||
        (c == '-' && above.text.ends_with('.')))
      return false;
    above.kind = Kind::Heading;
    above.level = c == '=' ? 1 : 2;
    return true;
  }

  std::vector<Line> lines_;
  std::size_t fence_ = 0;  // of the open one
  std::string_view open_;
};

// Blanks comments outside of fences. A note of the task list (see
// tasklist/note.h) stays, and so does what has no end.
class Comments {
 public:
  explicit Comments(std::string& text) : text_(text), next_(text.find(kOpen)) {}

  void blank_all() {
    std::size_t start = 0;
    while (next_ != std::string::npos && start < text_.size()) {
      const std::size_t end = std::min(text_.find('\n', start), text_.size());
      start = end + 1;
      if (next_ < end || !fence_.empty() || fence_size(line_at(end)) > 0)
        start = past(end);
      begin_ = start;
    }
  }

 private:
  static constexpr std::string_view kOpen = "<!--", kClose = "-->";

  std::string_view line_at(std::size_t end) const {
    return text::trim(std::string_view(text_).substr(begin_, end - begin_));
  }

  // Where to go on behind the line that ends at `end`.
  std::size_t past(std::size_t end) {
    const std::string_view line = line_at(end);
    if (!fence_.empty()) {
      if (closes(line, fence_, fence_.size())) fence_.clear();
      find_from(end);
      return end + 1;
    }
    if (const std::size_t size = fence_size(line)) {
      fence_.assign(size, line[0]);
      find_from(end);
      return end + 1;
    }
    while (next_ < end) {
      const std::size_t close = text_.find(kClose, next_ + kOpen.size());
      if (close == std::string::npos) {
        next_ = close;
        return end + 1;
      }
      const std::size_t behind = close + kClose.size();
      if (!std::string_view(text_).substr(next_).starts_with("<!-- orch:"))
        blank(text_, next_, behind);
      find_from(behind);
      if (behind > end) end = std::min(text_.find('\n', behind), text_.size());
    }
    return end + 1;
  }

  void find_from(std::size_t at) {
    if (next_ < at) next_ = text_.find(kOpen, at);
  }

  std::string& text_;
  std::size_t next_;       // the first comment that is not seen yet
  std::size_t begin_ = 0;  // of the line
  std::string fence_;      // the open one
};

// A page that was copied with a fence around it.
void unwrap(std::string& text) {
  const std::size_t start = text.find_first_not_of(" \n\t");
  const std::size_t end = std::min(text.find('\n', start), text.size());
  const std::string line(text::trim_end(text.substr(start, end - start)));
  const std::size_t size = fence_size(line);
  const std::string info = size == 0 ? "" : line.substr(size);
  if (info != "markdown" && info != "md") return;
  const std::size_t tail = text::trim_end(text).size();
  const std::size_t last = text.rfind('\n', tail - 1) + 1;
  if (last <= end || !closes(text.substr(last, tail - last), line, size))
    return;
  blank(text, start, end);
  blank(text, last, tail);
}

}  // namespace

std::string readable_text(std::string_view bytes, const std::string& file) {
  require_text(bytes, file);
  if (bytes.starts_with(kMark)) bytes.remove_prefix(kMark.size());
  std::string text = with_newlines(bytes);
  blank_front_matter(text);
  if (!text::trim(text).empty()) unwrap(text);
  Comments(text).blank_all();
  if (text::trim(text).empty())
    throw Error(ErrorCode::Usage, file + ":1:1: no text",
                "say what is wanted under headings GOAL and REQUIREMENTS");
  return text;
}

std::vector<Line> lines_of(std::string_view text) {
  return LineReader().read(text);
}

}  // namespace orch::plan
