// SPDX-License-Identifier: MIT
#include "furnishing/ports.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "clock/clock.h"
#include "error/error.h"
#include "port/port.h"
#include "store/ports.h"
#include "text/text.h"

namespace orch::furnishing {
namespace {

std::optional<int> port_number(std::string_view text) {
  int value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() ||
      value < 1024 || value > 65535)
    return std::nullopt;
  return value;
}

class Leasing {
 public:
  Leasing(const Repository& repository, store::Store& store,
          const store::Agent& agent, PortRange range, const Listener& listener)
      : repository_(repository),
        store_(store),
        agent_(agent),
        range_(range),
        listener_(listener) {}

  // Looks at the machine without a lock; false when another took a port
  // meanwhile that was chosen here, and it has to be done again.
  bool try_lease(const std::vector<std::string>& names);
  Variables variables() const;

 private:
  int choose(const std::string& name);
  bool write() const;
  void tell_of_changes() const;

  const Repository& repository_;
  store::Store& store_;
  const store::Agent& agent_;
  PortRange range_;
  const Listener& listener_;
  std::map<std::string, int> held_, chosen_;
  std::set<int> taken_;  // by others, and chosen
};

int Leasing::choose(const std::string& name) {
  const auto mine = held_.find(name);
  if (mine != held_.end() &&
      port::is_free(mine->second, port::Ask::NobodyHears))
    return mine->second;
  const int size = range_.last - range_.first + 1;
  const std::uint64_t seed =
      text::hash(repository_.common_dir + '\0' + agent_.address + '\0' + name);
  for (int i = 0; i < size; ++i) {
    const int port =
        range_.first + static_cast<int>((seed + static_cast<std::uint64_t>(i)) %
                                        static_cast<std::uint64_t>(size));
    if (!taken_.contains(port) && port::is_free(port, port::Ask::Unused))
      return port;
  }
  throw Error(ErrorCode::Contended,
              "no port of " + std::to_string(range_.first) + "-" +
                  std::to_string(range_.last) + " is free for '" + name +
                  "' of '" + agent_.address + "'",
              "git config orch.portRange <first>-<last>");
}

bool Leasing::write() const {
  store::Transaction transaction(store_);
  store::release_ports_of_the_gone(store_);
  for (const auto& [name, port] : held_)
    if (!chosen_.contains(name)) store::release_port(store_, agent_.id, name);
  for (const auto& [name, port] : chosen_)
    if (!store::take_port(store_, {.port = port,
                                   .agent_id = agent_.id,
                                   .name = name,
                                   .taken_at = clock::now()}))
      return false;
  transaction.commit();
  return true;
}

void Leasing::tell_of_changes() const {
  for (const auto& [name, port] : chosen_) {
    const auto before = held_.find(name);
    if (before != held_.end() && before->second != port && listener_.note)
      listener_.note("somebody else listens on port " +
                     std::to_string(before->second) + ": '" + name + "' of '" +
                     agent_.address + "' is now " + std::to_string(port));
  }
}

bool Leasing::try_lease(const std::vector<std::string>& names) {
  held_.clear();
  chosen_.clear();
  taken_.clear();
  for (const store::Port& p : store::list_ports(store_)) {
    if (p.agent_id == agent_.id) held_[p.name] = static_cast<int>(p.port);
    taken_.insert(static_cast<int>(p.port));
  }
  for (const std::string& name : names)
    taken_.insert(chosen_[name] = choose(name));
  if (held_ != chosen_ && !write()) return false;
  tell_of_changes();
  return true;
}

Variables Leasing::variables() const {
  Variables out;
  for (const auto& [name, port] : chosen_)
    out.emplace_back(name, std::to_string(port));
  return out;
}

}  // namespace

PortRange port_range(const config::Config& config) {
  const auto text = config.find("orch.portrange");
  if (!text) return {};
  const std::size_t dash = text->find('-');
  const auto first = port_number(text->substr(0, dash));
  const auto last = dash == std::string::npos
                        ? std::nullopt
                        : port_number(text->substr(dash + 1));
  if (!first || !last || *first > *last)
    throw Error(ErrorCode::Usage,
                "bad value '" + text::printable(*text) +
                    "' for 'orch.portRange': it is no range of ports from "
                    "1024 to 65535",
                "git config orch.portRange 20000-29999");
  return {*first, *last};
}

Variables lease_ports(const Repository& repository, store::Store& store,
                      const store::Agent& agent,
                      const std::vector<std::string>& names, PortRange range,
                      const Listener& listener) {
  Leasing leasing(repository, store, agent, range, listener);
  while (!leasing.try_lease(names)) {
  }
  return leasing.variables();
}

}  // namespace orch::furnishing
