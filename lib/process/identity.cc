// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>

#include "file/file.h"
#include "process/child.h"
#include "process/foreground.h"
#include "process/group.h"
#include "process/namespace.h"
#include "process/process.h"
#include "process/signal.h"

namespace orch::process {
namespace {

// The fields of /proc/PID/stat after the name, which may hold anything.
std::vector<std::string> stat_fields(pid_t pid) {
  const auto bytes =
      file::find_contents("/proc/" + std::to_string(pid) + "/stat");
  std::vector<std::string> fields;
  if (!bytes) return fields;
  const std::size_t name_end = bytes->rfind(')');
  if (name_end == std::string::npos) return fields;
  std::size_t at = name_end + 2;
  while (at < bytes->size()) {
    const std::size_t end = bytes->find_first_of(" \n", at);
    fields.push_back(bytes->substr(at, end - at));
    if (end == std::string::npos) break;
    at = end + 1;
  }
  return fields;
}

constexpr std::size_t kState = 0, kParent = 1, kGroup = 2, kFront = 5,
                      kStart = 19;

}  // namespace

std::optional<Identity> find_identity(pid_t pid) {
  const auto fields = stat_fields(pid);
  if (fields.size() <= kStart) return std::nullopt;
  return Identity{pid, std::strtoull(fields[kStart].c_str(), nullptr, 10)};
}

Identity self() { return find_identity(::getpid()).value_or(Identity{}); }

bool is_alive(const Identity& identity) {
  if (identity.pid <= 0) return false;
  const auto fields = stat_fields(identity.pid);
  if (fields.size() <= kStart) return false;
  const bool same =
      std::strtoull(fields[kStart].c_str(), nullptr, 10) == identity.start;
  return same && fields[kState] != "Z" && fields[kState] != "X";
}

bool is_in_front(const Identity& identity) {
  const auto fields = stat_fields(identity.pid);
  return is_alive(identity) && fields.size() > kStart &&
         fields[kState] != "T" && fields[kGroup] == fields[kFront];
}

std::vector<Identity> ancestors() { return ancestry_of(::getppid()); }

std::vector<Identity> ancestry_of(pid_t pid) {
  std::vector<Identity> out;
  while (pid > 1 && out.size() < 256) {
    const auto fields = stat_fields(pid);
    if (fields.size() <= kStart) break;
    out.push_back({pid, std::strtoull(fields[kStart].c_str(), nullptr, 10)});
    pid = static_cast<pid_t>(std::strtol(fields[kParent].c_str(), nullptr, 10));
  }
  return out;
}

std::string boot_id() {
  auto id = file::find_contents("/proc/sys/kernel/random/boot_id");
  if (!id) return "";
  while (!id->empty() && id->back() == '\n') id->pop_back();
  return *id;
}

namespace {

// Those in /proc for which `is_meant` is true, which gets their directory
// there.
std::vector<Seen> processes_that(
    const std::function<bool(const std::string&)>& is_meant) {
  std::vector<Seen> out;
  for (const std::string& name : file::names_in("/proc")) {
    if (name[0] < '0' || name[0] > '9') continue;
    const std::string entry = "/proc/" + name;
    if (!is_meant(entry)) continue;
    const auto pid = static_cast<pid_t>(std::strtol(name.c_str(), nullptr, 10));
    const auto identity = find_identity(pid);
    auto comm = file::find_contents(entry + "/comm");
    if (!identity || !comm) continue;
    while (!comm->empty() && comm->back() == '\n') comm->pop_back();
    out.push_back(
        {*identity, *comm, file::link_target(entry + "/cwd").value_or("")});
  }
  return out;
}

// One that stands still acts on it when it goes on.
void hang_up_on(pid_t pid) {
  send_signal(pid, SIGHUP);
  send_signal(pid, SIGCONT);
}

bool ignores_hang_ups(const std::string& entry) {
  const std::string status =
      file::find_contents(entry + "/status").value_or("");
  const std::size_t at = status.find("\nSigIgn:\t");
  return at != std::string::npos &&
         (std::strtoull(status.c_str() + at + 9, nullptr, 16) &
          (1ULL << (SIGHUP - 1))) != 0;
}

std::vector<Identity> others_in_our_group() {
  const std::string own = std::to_string(::getpid());
  std::vector<Identity> out;
  for (const Seen& seen : processes_that([&](const std::string& entry) {
         const auto pid = static_cast<pid_t>(std::atoi(entry.c_str() + 6));
         const auto fields = stat_fields(pid);
         return pid != ::getpid() && fields.size() > kGroup &&
                fields[kGroup] == own && !ignores_hang_ups(entry);
       }))
    if (is_alive(seen.identity)) out.push_back(seen.identity);
  return out;
}

}  // namespace

void hang_up_on_our_group(std::int64_t grace_ms) {
  if (::getpgrp() != ::getpid()) return;
  auto left = others_in_our_group();
  for (const Identity& other : left) hang_up_on(other.pid);
  const std::int64_t from = monotonic_ms();
  for (; !left.empty(); left = others_in_our_group()) {
    const std::int64_t waited = monotonic_ms() - from;
    // One that a file system holds does not even die of that.
    if (waited >= 2 * grace_ms) return;
    if (waited >= grace_ms)
      for (const Identity& other : left) send_signal(other.pid, SIGKILL);
    const timespec pause{0, 5'000'000};
    ::nanosleep(&pause, nullptr);
  }
}

std::vector<Seen> processes_below(const std::string& directory) {
  return processes_that([&](const std::string& entry) {
    const auto cwd = file::link_target(entry + "/cwd");
    return cwd && (*cwd == directory || cwd->starts_with(directory + "/"));
  });
}

std::vector<Seen> processes_with(const std::string& variable) {
  return processes_that([&](const std::string& entry) {
    // Those of others cannot be read.
    const file::Descriptor fd(
        ::open((entry + "/environ").c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return false;
    std::string all = std::string(1, '\0');
    char part[65536];
    for (ssize_t n = 0; (n = ::read(fd.get(), part, sizeof part)) > 0;)
      all.append(part, static_cast<std::size_t>(n));
    return (all + '\0').find('\0' + variable + '\0') != std::string::npos;
  });
}

std::int64_t pid_namespace() {
  struct stat s {};
  return ::stat("/proc/self/ns/pid", &s) == 0
             ? static_cast<std::int64_t>(s.st_ino)
             : 0;
}

}  // namespace orch::process
