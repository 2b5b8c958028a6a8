// SPDX-License-Identifier: MIT
#include "tasklist/blocks.h"

#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>

#include <algorithm>
#include <memory>

#include "error/error.h"
#include "tasklist/nesting.h"
#include "text/text.h"

namespace orch::tasklist {
namespace {

constexpr std::size_t kLargest = 16UL << 20;
constexpr std::size_t kLongestHeading = 256;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// The tree of blocks. The library's way to a tree, cmark_parser_finish, also
// parses what is inside paragraphs; that takes six times as long and, for
// "<?<?<?…", the square of the size. So we only feed, and an extension that
// opens nothing shows us the root. The library's own `tasklist` extension is
// of no use here: it misses boxes in quotes and in "- - [ ] x", and takes any
// "[x]" of the line for the box.
class Tree {
 public:
  explicit Tree(std::string_view markdown)
      : extension_(cmark_syntax_extension_new("orch")),
        parser_(cmark_parser_new(CMARK_OPT_DEFAULT)) {
    cmark_syntax_extension_set_private(extension_.get(), &root_, nullptr);
    cmark_syntax_extension_set_open_block_func(extension_.get(), see);
    cmark_parser_attach_syntax_extension(parser_.get(), extension_.get());
    cmark_parser_feed(parser_.get(), markdown.data(), markdown.size());
    // Ends the last line, whatever it ended in, and the last paragraph.
    cmark_parser_feed(parser_.get(), "\n\n", 2);
  }

  // Null when the text has no paragraph, and therefore no box. Owned by this.
  cmark_node* root() const { return root_; }

 private:
  static cmark_node* see(cmark_syntax_extension* extension, int /*indented*/,
                         cmark_parser* /*parser*/, cmark_node* around,
                         unsigned char* /*line*/, int /*size*/) {
    auto* root = static_cast<cmark_node**>(
        cmark_syntax_extension_get_private(extension));
    if (*root) return nullptr;
    while (cmark_node* above = cmark_node_parent(around)) around = above;
    *root = around;
    return nullptr;
  }

  struct Free {
    void operator()(cmark_parser* p) const { cmark_parser_free(p); }
    void operator()(cmark_syntax_extension* e) const {
      cmark_syntax_extension_free(cmark_get_default_mem_allocator(), e);
    }
  };

  cmark_node* root_ = nullptr;
  std::unique_ptr<cmark_syntax_extension, Free> extension_;
  std::unique_ptr<cmark_parser, Free> parser_;
};

// The lines of a text, which end in LF, CRLF or CR.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    for (std::size_t at = 0; at < text.size(); ++at)
      if (text[at] == '\n' || (text[at] == '\r' && !is_crlf(at)))
        starts_.push_back(at + 1);
  }

  std::size_t start(std::size_t number) const {
    return number <= starts_.size() ? starts_[number - 1] : text_.size();
  }
  std::size_t count() const { return starts_.size(); }
  // Without its end.
  std::string_view line(std::size_t number) const {
    std::string_view line =
        text_.substr(start(number), start(number + 1) - start(number));
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
      line.remove_suffix(1);
    return line;
  }

 private:
  bool is_crlf(std::size_t at) const {
    return at + 1 < text_.size() && text_[at + 1] == '\n';
  }

  std::string_view text_;
  std::vector<std::size_t> starts_ = {0};
};

// A line inside `quotes` block quotes, without their marks.
std::string_view inside(std::string_view line, std::size_t quotes) {
  for (;;) {
    line = text::trim(line);
    if (quotes == 0 || !line.starts_with('>')) return line;
    line.remove_prefix(1);
    --quotes;
  }
}

bool is_underline(std::string_view line) {
  return !line.empty() && (line[0] == '=' || line[0] == '-') &&
         line.find_first_not_of(line[0]) == std::string_view::npos;
}

class Walk {
 public:
  Walk(std::string_view markdown, const cmark_node* root)
      : text_(markdown), lines_(markdown) {
    page_.sections.emplace_back();
    around_.push_back({});
    cmark_iter* iter = cmark_iter_new(const_cast<cmark_node*>(root));
    for (cmark_event_type event = cmark_iter_next(iter);
         event != CMARK_EVENT_DONE; event = cmark_iter_next(iter))
      visit(cmark_iter_get_node(iter), event == CMARK_EVENT_ENTER);
    cmark_iter_free(iter);
  }

  Page take() { return std::move(page_); }

 private:
  // What the innermost list item or quote says about what is in it.
  struct Around {
    std::size_t section = 0;
    std::size_t box = Box::kNo;
    std::size_t quotes = 0;
  };

  void visit(cmark_node* node, bool enter) {
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_ITEM || type == CMARK_NODE_BLOCK_QUOTE) {
      if (!enter) {
        around_.pop_back();
        return;
      }
      around_.push_back(around_.back());
      if (type == CMARK_NODE_BLOCK_QUOTE)
        ++around_.back().quotes;
      else
        item(cmark_node_first_child(node));
    } else if (type == CMARK_NODE_HEADING && enter && node != boxed_) {
      heading(node);
    }
  }

  static std::size_t line_of(cmark_node* node) {
    return static_cast<std::size_t>(cmark_node_get_start_line(node));
  }
  std::size_t offset_of(cmark_node* node) const {
    return lines_.start(line_of(node)) +
           static_cast<std::size_t>(cmark_node_get_start_column(node)) - 1;
  }

  void item(cmark_node* first) {
    if (!first) return;
    const cmark_node_type type = cmark_node_get_type(first);
    if (type != CMARK_NODE_PARAGRAPH && type != CMARK_NODE_HEADING) return;
    const std::size_t at = offset_of(first);
    const std::string_view box = text_.substr(std::min(at, text_.size()), 4);
    if (box.size() < 3 || box[0] != '[' || box[2] != ']' ||
        (box[1] != ' ' && box[1] != 'x' && box[1] != 'X') ||
        (box.size() == 4 && !is_blank(box[3]) && box[3] != '\n' &&
         box[3] != '\r'))
      return;
    boxed_ = first;
    Box found;
    found.offset = at + 1;
    found.line = line_of(first);
    found.column = found.offset - lines_.start(found.line) + 1;
    found.text = text_of(first, at + 3);
    found.section = around_.back().section;
    found.parent = around_.back().box;
    around_.back().box = page_.boxes.size();
    page_.boxes.push_back(std::move(found));
  }

  // The lines of a paragraph or underlined heading from `from`, as one.
  std::string text_of(cmark_node* node, std::size_t from) const {
    const bool is_heading = cmark_node_get_type(node) == CMARK_NODE_HEADING;
    const std::size_t first = line_of(node);
    // Of a heading the library says a wrong end.
    const std::size_t last =
        is_heading ? lines_.count()
                   : static_cast<std::size_t>(cmark_node_get_end_line(node));
    std::string out(
        text::trim(lines_.line(first).substr(from - lines_.start(first))));
    for (std::size_t n = first + 1; n <= last; ++n) {
      const std::string_view line =
          inside(lines_.line(n), around_.back().quotes);
      if (is_heading && is_underline(line)) break;
      if (!out.empty() && !line.empty()) out += ' ';
      out += line;
    }
    return out;
  }

  void heading(cmark_node* node) {
    const std::size_t at = offset_of(node);
    const std::size_t line = line_of(node);
    const std::string_view source =
        lines_.line(line).substr(at - lines_.start(line));
    const std::size_t marks =
        std::min(source.find_first_not_of('#'), source.size());
    const bool is_atx = marks > 0 && marks <= 6 &&
                        (marks == source.size() || is_blank(source[marks]));
    page_.sections.push_back(
        heading_text(is_atx ? source : "# " + text_of(node, at)));
    around_.back().section = page_.sections.size() - 1;
  }

  std::string_view text_;
  Lines lines_;
  std::vector<Around> around_;
  const cmark_node* boxed_ = nullptr;  // the last paragraph with a box
  Page page_;
};

void require_no_nul(std::string_view markdown, const std::string& file) {
  const std::size_t nul = markdown.find('\0');
  if (nul == std::string_view::npos) return;
  const Lines above(markdown.substr(0, nul));
  refuse(file, above.count(), nul - above.start(above.count()) + 1,
         "NUL byte in a text file");
}

}  // namespace

void refuse(const std::string& file, std::size_t line, std::size_t column,
            const std::string& what, const std::string& hint) {
  throw Error(ErrorCode::Usage,
              file + ":" + std::to_string(line) + ":" + std::to_string(column) +
                  ": " + what,
              hint);
}

Page read_page(std::string_view markdown, const std::string& file) {
  if (markdown.size() > kLargest)
    refuse(file, 1, 1, "task list is larger than 16 MiB");
  require_no_nul(markdown, file);
  require_shallow(markdown, file);
  const Tree tree(markdown);
  if (!tree.root()) return {{}, {""}};
  return Walk(markdown, tree.root()).take();
}

std::string heading_text(std::string_view source) {
  source.remove_prefix(std::min(source.find_first_not_of('#'), source.size()));
  source = text::trim(source);
  const std::size_t last = source.find_last_not_of('#');
  if (last == std::string_view::npos)
    source = {};
  else if (is_blank(source[last]))  // "a #" but not "a#"
    source = text::trim(source.substr(0, last));
  std::size_t size = std::min(source.size(), kLongestHeading);
  if (size < source.size())  // not within a character
    while (size > 0 && (source[size] & 0xC0) == 0x80) --size;
  return std::string(source.substr(0, size));
}

}  // namespace orch::tasklist
