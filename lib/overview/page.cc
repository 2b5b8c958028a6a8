// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>
#include <string_view>

#include "git/git.h"
#include "overview/overview.h"
#include "overview/page_tables.h"
#include "text/text.h"

namespace orch::overview {
namespace {

bool is_alphanumeric(const std::string& text, std::size_t i) {
  return i < text.size() && std::isalnum(static_cast<unsigned char>(text[i]));
}

// Text in a Markdown table: nothing in it may close the cell or mean anything.
// An underscore inside a word means nothing anyway (CommonMark, 6.2).
std::string cell(const std::string& bytes) {
  constexpr std::string_view kActive = "\\|<>`*_[]~&#!";
  const std::string shown = text::printable(bytes);
  std::string out;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const bool in_word = shown[i] == '_' && i > 0 &&
                         is_alphanumeric(shown, i - 1) &&
                         is_alphanumeric(shown, i + 1);
    if (kActive.find(shown[i]) != std::string_view::npos && !in_word)
      out += '\\';
    out += shown[i];
  }
  return out;
}

// A code span, whose fence is longer than any run of backticks inside
// (CommonMark, 6.1).
std::string code(const std::string& bytes) {
  const std::string inside = text::printable(bytes);
  std::size_t run = 0, longest = 0;
  for (const char c : inside) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  const char* blank = longest > 0 ? " " : "";
  return fence + blank + inside + blank + fence;
}

std::string row(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& c : cells) out += " " + cell(c) + " |";
  return out + "\n";
}

// A table below a heading; "None." when it has no rows.
std::string section(const PageTable& table) {
  std::string out = "\n## " + table.heading + "\n\n";
  if (table.rows.empty()) return out + "None.\n";
  out += row(table.columns) + "|";
  for (std::size_t i = 0; i < table.columns.size(); ++i) out += "---|";
  out += "\n";
  for (const auto& cells : table.rows) out += row(cells);
  return out;
}

}  // namespace

std::string feature_page(store::Store& store, const FeatureStatus& fs) {
  const store::Feature& f = fs.feature;
  std::string out = "# " + cell(f.name) + "\n\nFeature " + code(f.spec_id) +
                    ", " + f.status + ", from " +
                    code(git::short_branch(f.base)) + ", integration branch " +
                    code(f.integration_branch) + ".\n";
  for (const PageTable& table : page_tables(store, fs)) out += section(table);
  return out;
}

}  // namespace orch::overview
