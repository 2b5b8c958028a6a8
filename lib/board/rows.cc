// SPDX-License-Identifier: MIT
#include "board/rows.h"

#include "cli/output.h"
#include "text/text.h"
#include "text/time.h"
#include "text/words.h"

namespace orch::board {

using cli::Tone;
using json::Value;

std::string text_of(const Value& value) {
  const std::string* text = value.as_string();
  return text ? *text : "";
}

std::int64_t number_of(const Value& value) {
  return value.as_integer().value_or(0);
}

const json::Array& rows_of(const Value& value) {
  static const json::Array none;
  const json::Array* rows = value.as_array();
  return rows ? *rows : none;
}

std::string age_of(const Value& time, const Look& look) {
  const auto instant = text::parse_iso_time(text_of(time));
  return instant ? text::short_age(look.now - *instant) : "never";
}

std::string ago(const Value& time, const Look& look) {
  const std::string age = age_of(time, look);
  return age == "never" || age == "now" ? age : age + " ago";
}

std::string counted(const Value& n, const char* what) {
  return text::count_of(static_cast<std::size_t>(number_of(n)), what);
}

bool passes(const Value& agent, const std::string& filter) {
  if (filter.empty()) return true;
  for (const char* key : {"id", "state", "branch", "task", "runtime"})
    if (text_of(agent[key]).find(filter) != std::string::npos) return true;
  return false;
}

std::string mark_of(const std::string& item, const Look& look) {
  if (look.marked.empty()) return "";
  return item == look.marked ? "> " : "  ";
}

namespace {

// Of one repository among several: "shop: ".
std::string place_of(const Value& row) {
  const std::string path = text_of(row["repository"]);
  return path.empty()
             ? ""
             : text::printable(path.substr(path.rfind('/') + 1)) + ": ";
}

// "git orch", wherever it is typed.
std::string program_for(const Value& row) {
  const std::string path = text_of(row["repository"]);
  return path.empty()
             ? "git orch"
             : "git -C " + text::printable(text::shell_word(path)) + " orch";
}

}  // namespace

std::string needs_text(const Value& data, const Look& look) {
  const json::Array& needs = rows_of(data["needs"]);
  if (needs.empty()) return "";
  std::string out = cli::toned("needs you", Tone::Bad) + "\n";
  cli::Table table({"", "WHAT", "SINCE", "TYPE"});
  for (const Value& n : needs)
    table.add({"!", place_of(n) + text_of(n["text"]), age_of(n["since"], look),
               text_of(n["command"])},
              {text_of(n["severity"]) == "critical" ? Tone::Bad : Tone::Busy,
               Tone::Strong});
  const std::string all = table.text();
  return out + all.substr(all.find('\n') + 1) + "\n";
}

namespace {

std::string list_of(const Value& paths) {
  constexpr std::size_t kMost = 3;
  std::string out;
  std::size_t n = 0;
  for (const Value& p : rows_of(paths)) {
    if (n++ == kMost) break;
    out += (out.empty() ? "" : ", ") + text::printable(text_of(p));
  }
  const std::size_t all = rows_of(paths).size();
  if (all > kMost) out += " and " + std::to_string(all - kMost) + " more";
  return out;
}

std::string conflicts_text(const Value& data) {
  std::string out;
  for (const Value& c : rows_of(data["open_conflicts"])) {
    const bool collide = text_of(c["kind"]) == "collision";
    out += cli::toned(collide ? "collision" : "stale",
                      collide ? Tone::Bad : Tone::Busy) +
           ": " + place_of(c) + text::printable(text_of(c["a"])) +
           (collide ? " and " : " against ") +
           text::printable(text_of(c["b"])) + " in " + list_of(c["paths"]) +
           "; " + program_for(c) + " conflicts show " +
           std::to_string(number_of(c["id"])) + "\n";
  }
  return out;
}

std::string landed_text(const Value& data, const Look& look) {
  std::string out;
  for (const Value& l : rows_of(data["landed"]))
    out += "landed: " + place_of(l) + text::printable(text_of(l["agent"])) +
           ", " + text_of(l["commit"]).substr(0, 10) + " into " +
           text::printable(text_of(l["into"])) + ", " + ago(l["at"], look) +
           "\n";
  return out;
}

std::string limits_text(const Value& data, const Look& look) {
  std::string out;
  for (const Value& l : rows_of(data["limits"])) {
    const Value& wakes =
        l["wakes_at"].is_null() ? l["resets_at"] : l["wakes_at"];
    const auto at = text::parse_iso_time(text_of(wakes));
    out +=
        cli::toned("limited", Tone::Busy) + ": " + place_of(l) +
        text::printable(text_of(l["agent"])) +
        (at && *at > look.now ? " wakes in " + text::short_age(*at - look.now)
                              : std::string(" wakes now")) +
        ", at " + text_of(wakes) + "\n";
  }
  return out;
}

std::string asks_text(const Value& data) {
  std::string out;
  for (const Value& a : rows_of(data["asks"]))
    if (!a["awaits_person"].as_bool().value_or(false))
      out += place_of(a) + "ask " + std::to_string(number_of(a["id"])) +
             " waits for " + text::printable(text_of(a["approver"])) + ": " +
             text::printable(text_of(a["agent"])) +
             " asks: " + text::printable(text_of(a["action"])) + "\n";
  return out;
}

std::string last_text(const Value& data, const Look& look) {
  std::string out = "last tick " + ago(data["tick"]["last"], look) + ", " +
                    counted(data["tick"]["overdue"], "check-in") + " overdue";
  if (number_of(data["queue"]) > 0)
    out += "; " + counted(data["queue"], "item") + " in the queue";
  return out + "\n";
}

}  // namespace

std::string below_text(const Value& data, const Look& look) {
  std::string out =
      conflicts_text(data) + limits_text(data, look) + landed_text(data, look);
  for (const Value& address : rows_of(data["unscheduled"]))
    out += "error: " + text::printable(text_of(address)) +
           " has no check-in ahead\n";
  return out + asks_text(data) + last_text(data, look);
}

}  // namespace orch::board
