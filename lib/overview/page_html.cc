// SPDX-License-Identifier: MIT
//
// A page that needs nothing else: no script, no address. Its one style sheet is
// named in its own policy by its hash, so that no other one would work.
#include <cctype>
#include <string_view>

#include "git/git.h"
#include "overview/overview.h"
#include "overview/page_tables.h"
#include "text/sha256.h"
#include "text/text.h"

namespace orch::overview {
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --ink: #1c2024; --paper: #fcfcfd;
  --faint: #60646c; --line: #d9d9e0; --head: #f0f0f3; --good: #1f6e40;
  --busy: #8a4b00; --bad: #b4232a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #edeef0; --paper: #111113; --faint: #b0b4ba; --line: #363a3f;
    --head: #1f2226; --good: #5bd093; --busy: #ffb45e; --bad: #ff9592; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 75rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; }
.faint { color: var(--faint); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none;
  margin: 1rem 0 0; padding: 0; }
a { color: inherit; text-underline-offset: .2em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem;
  font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { background: var(--head); white-space: nowrap; }
td { min-width: 4rem; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
.good { color: var(--good); } .busy { color: var(--busy); }
.bad { color: var(--bad); }
@media print {
  :root { --ink: #000; --paper: #fff; --faint: #333; --line: #999;
    --head: #eee; --good: #000; --busy: #000; --bad: #000; }
  main { max-width: none; padding: 0; } nav { display: none; }
  .scroll { overflow: visible; } tr { break-inside: avoid; }
  thead { display: table-header-group; } h2 { break-after: avoid; } }
)";

// Text and the value of an attribute; nothing in it can mean anything.
std::string shown(const std::string& bytes) {
  std::string out;
  for (const char c : text::printable(bytes)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// "Known blockers" -> "known-blockers"; headings are ours.
std::string id_of(const std::string& heading) {
  std::string out;
  for (const char c : heading)
    out += c == ' '
               ? '-'
               : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string_view tone_of(std::string_view word) {
  const auto is = [&](std::initializer_list<std::string_view> words) {
    for (const std::string_view w : words)
      if (word == w) return true;
    return false;
  };
  if (is({"idle", "done", "landed", "merged", "approved", "passed"}))
    return "good";
  if (is({"busy", "doing", "starting", "limited", "queued", "target-dirty",
          "warning"}))
    return "busy";
  if (is({"needs-human", "exited", "lost", "blocked", "rejected", "failed",
          "critical"}))
    return "bad";
  return "";
}

std::string cell(const std::string& column, const std::string& bytes) {
  const std::string text = shown(bytes);
  // Only what can be nothing but the address of a page elsewhere.
  if (column == "Address" && bytes.starts_with("https://"))
    return "<td><a href=\"" + text + "\" rel=\"noopener noreferrer\">" + text +
           "</a></td>";
  if (column == "Commit" || column == "Branch")
    return "<td><code>" + text + "</code></td>";
  if (column == "Status" || column == "Severity")
    if (const std::string_view tone = tone_of(bytes); !tone.empty())
      return "<td class=\"" + std::string(tone) + "\">" + text + "</td>";
  return "<td>" + text + "</td>";
}

std::string section(const PageTable& table) {
  const std::string id = id_of(table.heading);
  std::string out = "<section id=\"" + id + "\">\n<h2 id=\"" + id +
                    "-heading\">" + table.heading + "</h2>\n";
  if (table.rows.empty())
    return out + "<p class=\"faint\">None.</p>\n</section>\n";
  out +=
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
      "aria-labelledby=\"" +
      id + "-heading\"><table>\n<thead><tr>";
  for (const std::string& column : table.columns)
    out += "<th scope=\"col\">" + column + "</th>";
  out += "</tr></thead>\n<tbody>\n";
  for (const auto& cells : table.rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < cells.size(); ++i)
      out += cell(table.columns[i], cells[i]);
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n</section>\n";
}

std::string head(const std::string& title) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
         "<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\""
         "default-src 'none'; style-src 'sha256-" +
         text::base64(text::sha256(kStyle)) +
         "'; base-uri 'none'; form-action 'none'\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, "
         "initial-scale=1\">\n"
         "<meta name=\"referrer\" content=\"no-referrer\">\n"
         "<meta name=\"generator\" content=\"git orch\">\n<title>" +
         title + "</title>\n<style>" + std::string(kStyle) +
         "</style>\n</head>\n";
}

}  // namespace

std::string feature_html(store::Store& store, const FeatureStatus& fs) {
  const store::Feature& f = fs.feature;
  const auto tables = page_tables(store, fs);
  std::string out =
      head(shown(f.name)) + "<body>\n<main>\n<h1>" + shown(f.name) +
      "</h1>\n<p>Feature <code>" + shown(f.spec_id) + "</code>, " +
      shown(f.status) + ", from <code>" + shown(git::short_branch(f.base)) +
      "</code>, integration branch <code>" + shown(f.integration_branch) +
      "</code>.</p>\n<nav "
      "aria-label=\"Sections\"><ul>\n";
  for (const PageTable& table : tables)
    out += "<li><a href=\"#" + id_of(table.heading) + "\">" + table.heading +
           "</a> <span class=\"faint\">" + std::to_string(table.rows.size()) +
           "</span></li>\n";
  out += "</ul></nav>\n";
  for (const PageTable& table : tables) out += section(table);
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace orch::overview
