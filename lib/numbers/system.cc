// SPDX-License-Identifier: MIT
#include "numbers/system.h"

#include <set>

#include "clock/stopwatch.h"
#include "file/file.h"
#include "git/git.h"
#include "message/message.h"
#include "store/event_days.h"
#include "store/features.h"
#include "tmux/tmux.h"

namespace orch::numbers {
namespace {

constexpr int kSampleMs = 100;

// Above these, something is said.
constexpr double kMostCpu = 80, kMostMemory = 85, kMostSwap = 20,
                 kMostDisk = 90;
constexpr std::int64_t kMostAgents = 10;

bool is_running(const store::Agent& agent) {
  static const std::set<std::string> kGone = {"exited", "lost", "stopped",
                                              "unknown"};
  return !kGone.contains(agent.state);
}

template <typename Act>
std::int64_t timed_ms(Act act) {
  const std::int64_t start = clock::steady_us();
  act();
  return (clock::steady_us() - start + 500) / 1000;
}

std::optional<double> share_of(const std::optional<std::int64_t>& part,
                               const std::optional<std::int64_t>& whole) {
  if (!part || !whole || *whole <= 0) return std::nullopt;
  return 100.0 * static_cast<double>(*part) / static_cast<double>(*whole);
}

std::optional<std::int64_t> rest_of(const std::optional<std::int64_t>& whole,
                                    const std::optional<std::int64_t>& part) {
  if (!whole || !part) return std::nullopt;
  return *whole - *part;
}

std::string percent_text(double percent) {
  return std::to_string(static_cast<int>(percent)) + " %";
}

}  // namespace

System look_at_system(const repository::Repository& repository,
                      store::Store* store) {
  System s;
  s.machine = vitals::measure(repository.common_dir, kSampleMs);
  const tmux::Server server = message::server_of(repository);
  bool serves = false;
  const std::int64_t tmux_ms = timed_ms([&] { serves = server.is_running(); });
  if (serves) {
    s.tmux_ms = tmux_ms;
    s.panes = static_cast<std::int64_t>(server.find_started_with("").size());
  }
  s.git_ms = timed_ms([&] {
    git::run(repository, {.args = {"rev-parse", "--git-dir"}});
  });
  if (!store) return s;
  for (const store::Agent& agent : store::list_agents(*store))
    if (is_running(agent)) ++s.agents_running;
  const std::string path = store::Store::path_in(repository.orch_dir());
  for (const char* end : {"", "-wal"})
    s.store_bytes += file::regular_size(path + end).value_or(0);
  for (const store::NamedCount& type : store::list_event_types(*store))
    s.events += type.count;
  return s;
}

json::Object system_json(const System& s) {
  const vitals::Vitals& m = s.machine;
  const auto load = [&](double vitals::Load::*part) {
    return m.load ? json::Value(*m.load.*part) : json::Value();
  };
  return {{"load1", load(&vitals::Load::one)},
          {"load5", load(&vitals::Load::five)},
          {"load15", load(&vitals::Load::fifteen)},
          {"cpus", m.cpus},
          {"cpu_percent", m.cpu_percent},
          {"memory_total", m.memory.total},
          {"memory_available", m.memory.available},
          {"swap_total", m.memory.swap_total},
          {"swap_used", m.memory.swap_used},
          {"disk_total", m.disk_total},
          {"disk_free", m.disk_free},
          {"processes", m.processes},
          {"uptime_s", m.uptime_s},
          {"agents_running", s.agents_running},
          {"panes", s.panes},
          {"tmux_ms", s.tmux_ms},
          {"git_ms", s.git_ms},
          {"store_bytes", s.store_bytes},
          {"spool_records", s.spool_records},
          {"events", s.events}};
}

std::vector<Advice> advise(const System& s) {
  std::vector<Advice> out;
  const vitals::Vitals& m = s.machine;
  const auto above = [&](const std::optional<double>& percent, double most,
                         const char* what, const std::string& thing,
                         const std::string& advice) {
    if (percent && *percent > most)
      out.push_back(
          {what, thing + " " + percent_text(*percent) + " used: " + advice});
  };
  above(m.cpu_percent, kMostCpu, "cpu", "the CPUs are",
        "pause agents (git orch pause) or run fewer gates at a time");
  above(share_of(rest_of(m.memory.total, m.memory.available), m.memory.total),
        kMostMemory, "memory", "the memory is",
        "stop agents that wait (git orch agent stop)");
  above(share_of(m.memory.swap_used, m.memory.swap_total), kMostSwap, "swap",
        "the swap space is", "stop agents that wait (git orch agent stop)");
  above(share_of(rest_of(m.disk_total, m.disk_free), m.disk_total), kMostDisk,
        "disk", "the disk is", "git orch gc");
  if (s.agents_running > kMostAgents)
    out.push_back({"agents", std::to_string(s.agents_running) +
                                 " agents run: more than " +
                                 std::to_string(kMostAgents) +
                                 " are hard to follow and meet limits sooner"});
  return out;
}

}  // namespace orch::numbers
