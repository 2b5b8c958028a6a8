// SPDX-License-Identifier: MIT
#include "notify/sinks.h"

#include <algorithm>
#include <map>

#include "error/error.h"
#include "process/process.h"
#include "text/text.h"
#include "zone/zone.h"

namespace orch::notify {
namespace {

constexpr std::string_view kPrefix = "orch.notify.";
constexpr std::size_t kLongestName = 40;

struct Found {
  std::map<std::string, std::string> values;
  std::string problem, hint;
};

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

// What must be on PATH for it; empty: that shows when it is used.
std::string program_of(const notice::Sink& sink) {
  switch (sink.type) {
    case notice::Type::Command:
    case notice::Type::Sendmail:
      return sink.argv[0];
    case notice::Type::Webhook:
    case notice::Type::Slack:
    case notice::Type::Discord:
      return "curl";
    case notice::Type::Desktop:
      return "notify-send";
    case notice::Type::Tmux:
      break;
  }
  return "";
}

Configured configured(const std::string& name, const Found& found) {
  Configured out{
      .name = name, .sink = {}, .problem = found.problem, .hint = found.hint};
  if (!out.problem.empty()) return out;
  if (!is_name(name)) {
    out.problem = "'" + name + "' is no name for a sink";
    out.hint = "letters, digits, '-' and '_', forty at most";
    return out;
  }
  try {
    out.sink = notice::parse_sink(name, found.values);
  } catch (const Error& e) {
    out.problem = e.what();
    out.hint = e.hint();
    return out;
  }
  if (const auto& quiet = out.sink.quiet;
      quiet && !quiet->zone.empty() && !zone::system().find(quiet->zone)) {
    out.problem = "there is no time zone '" + quiet->zone + "'";
    out.hint = "a name as Europe/Berlin, or UTC";
    return out;
  }
  std::string program = program_of(out.sink);
  // Where mail servers put it, which is on few users' PATH.
  if (program == "sendmail" && !process::find_on_path(program) &&
      process::find_on_path("/usr/sbin/sendmail"))
    program = out.sink.argv[0] = "/usr/sbin/sendmail";
  if (!program.empty() && !process::find_on_path(program)) {
    out.problem = "cannot find '" + program + "'";
    out.hint = "install it, or say where it is";
  }
  return out;
}

}  // namespace

std::vector<Configured> sinks_of(const config::Config& config) {
  std::map<std::string, Found> found;
  for (const std::string& key : config.keys_below(std::string(kPrefix))) {
    const std::string rest = key.substr(kPrefix.size());
    // The name of a section may hold dots, that of a key none.
    const std::size_t dot = rest.rfind('.');
    const std::string name = rest.substr(0, dot);
    const std::string what =
        dot == std::string::npos ? "command" : rest.substr(dot + 1);
    Found& f = found[name];
    const auto& keys = notice::sink_keys();
    if (std::find(keys.begin(), keys.end(), what) == keys.end()) {
      const std::string near = text::nearest(what, keys);
      f.problem = "there is no key '" + what + "'";
      f.hint = near.empty() ? "man git-orch-config" : "it is '" + near + "'";
    } else if (const auto value = config.find_trusted(key)) {
      f.values[what] = *value;
    } else {
      f.problem = "'" + what +
                  "' says what leaves this machine, so it does not count in "
                  "the configuration of a repository";
      f.hint = "git config --global " + key + " <value>";
    }
  }
  std::vector<Configured> out;
  for (const auto& [name, f] : found) out.push_back(configured(name, f));
  return out;
}

}  // namespace orch::notify
