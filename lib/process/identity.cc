// SPDX-License-Identifier: MIT
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "file/file.h"
#include "process/foreground.h"
#include "process/namespace.h"
#include "process/process.h"

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

std::vector<Seen> processes_below(const std::string& directory) {
  std::vector<Seen> out;
  for (const std::string& name : file::names_in("/proc")) {
    if (name[0] < '0' || name[0] > '9') continue;
    const auto cwd = file::link_target("/proc/" + name + "/cwd");
    if (!cwd || (*cwd != directory && !cwd->starts_with(directory + "/")))
      continue;
    const auto pid = static_cast<pid_t>(std::strtol(name.c_str(), nullptr, 10));
    const auto identity = find_identity(pid);
    auto comm = file::find_contents("/proc/" + name + "/comm");
    if (!identity || !comm) continue;
    while (!comm->empty() && comm->back() == '\n') comm->pop_back();
    out.push_back({*identity, *comm, *cwd});
  }
  return out;
}

std::int64_t pid_namespace() {
  struct stat s {};
  return ::stat("/proc/self/ns/pid", &s) == 0
             ? static_cast<std::int64_t>(s.st_ino)
             : 0;
}

}  // namespace orch::process
