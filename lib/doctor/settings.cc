// SPDX-License-Identifier: MIT
//
// The configuration: what is written there and means nothing is a mistake that
// nobody else tells of.
#include <algorithm>
#include <array>

#include "config/config.h"
#include "doctor/surroundings.h"
#include "error/error.h"
#include "text/case.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::doctor {
namespace {

// As git-orch-config(5) has them.
constexpr std::array<std::string_view, 30> kKeys = {
    "orch.adviseCommand",    "orch.adviseTimeout",  "orch.allowUnsandboxed",
    "orch.conflictEngine",   "orch.daemon",         "orch.forge",
    "orch.forgeCommand",     "orch.forgeTimeout",   "orch.hookStrict",
    "orch.maxAgents",        "orch.maxUntracked",   "orch.planPrime",
    "orch.planPrimeTimeout", "orch.portRange",      "orch.preRebase",
    "orch.queueJobs",        "orch.queueRetries",   "orch.queueTimeLimit",
    "orch.remote",           "orch.runtime",        "orch.script",
    "orch.snapshotAge",      "orch.snapshotKeep",   "orch.startStagger",
    "orch.suggestCommand",   "orch.suggestTimeout", "orch.tasksFile",
    "orch.tmuxSocket",       "orch.trashAge",       "orch.worktreeRoot"};

std::string_view known_as(const std::string& key) {
  for (const std::string_view k : kKeys)
    if (text::lower(k) == key) return k;
  return {};
}

// What is wrong with the value; empty: nothing that can be told from here.
std::string fault_of(std::string_view key, const std::string& value) {
  const auto is_one_of = [&](std::initializer_list<std::string_view> values) {
    return std::find(values.begin(), values.end(), value) != values.end();
  };
  if (key == "orch.daemon" && !is_one_of({"auto", "off"}))
    return "it is auto or off";
  if (key == "orch.conflictEngine" && !is_one_of({"fast", "git"}))
    return "it is fast or git";
  if (key == "orch.preRebase" && !is_one_of({"block", "warn", "off"}))
    return "it is block, warn or off";
  if (key == "orch.forge" && !is_one_of({"gh", "glab", "tea", "command"}))
    return "it is gh, glab, tea or command";
  const bool is_time = key.ends_with("Timeout") || key.ends_with("Age") ||
                       key == "orch.startStagger" ||
                       key == "orch.queueTimeLimit";
  if (is_time && !text::parse_duration(value)) return "it is no duration";
  return "";
}

}  // namespace

void check_config(const Repository& repository, std::vector<Check>& out) {
  const auto config = config::Config::load(repository);
  std::vector<std::string> names;
  for (const std::string_view k : kKeys) names.emplace_back(k);
  const std::size_t before = out.size();
  for (const std::string& key : config.keys_below("orch.")) {
    // Who is told of what is looked at by itself.
    if (key.starts_with("orch.notify.")) continue;
    const std::string_view known = known_as(key);
    const std::string value = config.text(key, "");
    if (known.empty()) {
      std::vector<std::string> lower;
      for (const std::string& name : names) lower.push_back(text::lower(name));
      const std::string near = text::nearest(key, lower);
      out.push_back({"config", "warn", "there is no key '" + key + "'",
                     near.empty()
                         ? "man git-orch-config"
                         : "it is '" + std::string(known_as(near)) + "'"});
    } else if (const std::string fault = fault_of(known, value);
               !fault.empty()) {
      out.push_back(
          {"config", "warn",
           "bad value '" + value + "' for " + std::string(known) + ": " + fault,
           "git config " + std::string(known) + " <value>"});
    }
  }
  if (out.size() == before)
    out.push_back({"config", "ok", "every key of orch.* is known", ""});
}

}  // namespace orch::doctor
