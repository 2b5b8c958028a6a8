// SPDX-License-Identifier: MIT
#include <map>

#include "agent/agent.h"
#include "audit/audit.h"
#include "clock/clock.h"
#include "event/record.h"
#include "file/file.h"
#include "store/events.h"
#include "store/features.h"
#include "text/text.h"

namespace orch::audit {
namespace {

constexpr char kTimes[] = "audit.files.times";
constexpr char kContents[] = "audit.files";

// Policy and roles of the repository, by their names below our directory.
std::vector<std::string> rule_files(const std::string& directory) {
  std::vector<std::string> out = {"policy.yaml"};
  for (const std::string& name : file::names_in(directory + "/roles"))
    if (name.ends_with(".yaml")) out.push_back("roles/" + name);
  return out;
}

std::string times_of(const std::string& directory,
                     const std::vector<std::string>& names) {
  std::vector<std::string> parts;
  for (const std::string& name : names) {
    const std::string path = file::join(directory, name);
    parts.push_back(name + " " + std::to_string(file::modified_ms(path)) + " " +
                    std::to_string(file::regular_size(path).value_or(-1)));
  }
  return text::hex(event::derived_id(parts));
}

// "<digest> <name>", a line each.
std::string contents_of(const std::string& directory,
                        const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    const std::string path = file::join(directory, name);
    if (!file::regular_size(path)) continue;  // a pipe would be waited for
    if (const auto bytes = file::find_contents(path))
      out += text::hex(event::derived_id({*bytes})) + " " + name + "\n";
  }
  return out;
}

std::map<std::string, std::string> parse(const std::string& contents) {
  std::map<std::string, std::string> out;
  for (const std::string& line : text::split_list(contents, '\n')) {
    const std::size_t space = line.find(' ');
    if (space != std::string::npos)
      out[line.substr(space + 1)] = line.substr(0, space);
  }
  return out;
}

std::vector<std::string> differences(const std::string& before,
                                     const std::string& now) {
  const auto was = parse(before), is = parse(now);
  std::vector<std::string> out;
  for (const auto& [name, digest] : is) {
    const auto old = was.find(name);
    if (old == was.end())
      out.push_back(name + " is new");
    else if (old->second != digest)
      out.push_back(name + " changed");
  }
  for (const auto& [name, digest] : was)
    if (!is.contains(name)) out.push_back(name + " is gone");
  return out;
}

std::string running(store::Store& store) {
  std::vector<std::string> out;
  for (const store::Agent& a : store::list_agents(store))
    if (agent::is_running(agent::observed(a))) out.push_back(a.address);
  return out.empty() ? "nobody" : text::join(out, ", ");
}

}  // namespace

int compare_rules(const Repository& repository, store::Store& store) {
  const std::string directory = repository.orch_dir();
  const auto names = rule_files(directory);
  const std::string times = times_of(directory, names);
  if (store::find_meta(store, kTimes) == times) return 0;
  const std::string now = contents_of(directory, names);
  const auto before = store::find_meta(store, kContents);
  const auto changed =
      before ? differences(*before, now) : std::vector<std::string>();
  store::Transaction transaction(store);
  if (!changed.empty())
    store::insert_event(store, {.role = "orch",
                                .type = "policy_changed",
                                .message = text::join(changed, ", ") +
                                           "; running: " + running(store),
                                .at = clock::now()});
  store::set_meta(store, kTimes, times);
  store::set_meta(store, kContents, now);
  transaction.commit();
  return static_cast<int>(changed.size());
}

}  // namespace orch::audit
