// SPDX-License-Identifier: MIT
#include "board/board.h"
#include "board/rows.h"
#include "cli/output.h"
#include "text/bar.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::board {
namespace {

using cli::Tone;
using json::Value;

std::string glyph_of(const std::string& state, bool ascii) {
  struct Glyph {
    const char *state, *wide, *plain;
  };
  static constexpr Glyph kGlyphs[] = {
      {"idle", "○", "o"},        {"busy", "●", "*"},    {"starting", "◔", "~"},
      {"needs-human", "!", "!"}, {"limited", "◷", "z"}, {"exited", "✗", "x"},
      {"lost", "✗", "x"},        {"stopped", "·", "."}};
  for (const Glyph& g : kGlyphs)
    if (state == g.state) return ascii ? g.plain : g.wide;
  return "?";
}

// "+1 -2, 3 dirty files".
std::string work_of(const Value& agent) {
  if (agent["ahead"].is_null()) return "";
  std::string out = "+" + std::to_string(number_of(agent["ahead"])) + " -" +
                    std::to_string(number_of(agent["behind"]));
  if (number_of(agent["dirty"]) > 0)
    out += ", " + counted(agent["dirty"], "dirty file");
  return out;
}

std::string agents_text(const json::Array& agents, const Look& look) {
  std::vector<std::string> headings = {"AGENT", "STATE",  "SINCE",
                                       "TASK",  "UNREAD", "BRANCH"};
  if (look.verbose)
    headings.insert(headings.end(), {"COMMITS", "SOURCE", "PID"});
  cli::Table table(headings);
  for (const Value& a : agents) {
    if (!passes(a, look.filter)) continue;
    const std::string state = text_of(a["state"]);
    const std::string address = text_of(a["id"]);
    const bool is_marked = !look.marked.empty() && address == look.marked;
    const std::string task = text_of(a["task"]);
    std::vector<std::string> cells = {mark_of(address, look) + address,
                                      glyph_of(state, look.ascii) + " " + state,
                                      age_of(a["since"], look),
                                      task.empty() ? "-" : task,
                                      std::to_string(number_of(a["unread"])),
                                      text_of(a["branch"])};
    if (look.verbose)
      cells.insert(
          cells.end(),
          {work_of(a), text_of(a["source"]),
           a["pid"].is_null() ? "" : std::to_string(number_of(a["pid"]))});
    table.add(cells,
              {is_marked ? Tone::Strong : Tone::Plain, cli::tone_of(state)});
  }
  return table.empty() ? "" : table.text();
}

// The done part of a bar, and the rest of it.
std::string progress_bar(std::int64_t done, std::int64_t all, bool ascii) {
  constexpr int kWidth = 10;
  std::string out = text::bar(done, all, kWidth, !ascii);
  for (std::size_t n = text::display_width(out); n < kWidth; ++n)
    out += ascii ? "." : "░";
  return out;
}

std::string counts_text(const Value& feature, const Look& look) {
  const Value& t = feature["tasks"];
  const std::int64_t done = number_of(t["done"]);
  const std::int64_t all = done + number_of(t["open"]) + number_of(t["doing"]) +
                           number_of(t["blocked"]);
  const auto part = [&](const char* key) {
    return std::to_string(number_of(t[key])) + " " + key;
  };
  std::string out = "tasks ";
  if (all > 0) out += progress_bar(done, all, look.ascii) + " ";
  out += part("open") + ", " + part("doing") + ", " + part("blocked") + ", " +
         part("done") + "; ";
  const std::string conflicts = counted(feature["conflicts"], "conflict");
  out += (number_of(feature["conflicts"]) > 0 ? cli::toned(conflicts, Tone::Bad)
                                              : conflicts) +
         ", " + counted(feature["blockers"], "blocker") + ", " +
         counted(feature["prs"], "PR") + ", " +
         counted(feature["tests"], "test result");
  return out + "\n";
}

std::string feature_text(const Value& f, const Look& look) {
  const std::string agents = agents_text(rows_of(f["agents"]), look);
  if (agents.empty() && !look.filter.empty()) return "";
  return cli::toned(text::printable(text_of(f["spec_id"])), Tone::Strong) +
         "  " + text::printable(text_of(f["status"])) + ", from " +
         text::printable(text_of(f["base"])) + ", into " +
         text::printable(text_of(f["integration_branch"])) + "\n" + agents +
         counts_text(f, look) + "\n";
}

}  // namespace

std::string status_text(const Value& data, const Look& look) {
  std::string out = needs_text(data, look);
  if (look.summary_first) out += below_text(data, look) + "\n";
  for (const Value& f : rows_of(data["features"])) out += feature_text(f, look);
  if (rows_of(data["features"]).empty())
    out += "no features; git orch init-feature <spec-id> makes one\n";
  if (const std::string others = agents_text(rows_of(data["agents"]), look);
      !others.empty())
    out += cli::toned("outside features", Tone::Strong) + "\n" + others + "\n";
  return look.summary_first ? out : out + below_text(data, look);
}

}  // namespace orch::board
