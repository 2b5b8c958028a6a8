// SPDX-License-Identifier: MIT
#include "drill/traces.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>

#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "process/signal.h"
#include "text/text.h"

namespace orch::drill {
namespace {

constexpr std::size_t kShown = 120;

bool is_below(const std::string& path, const std::string& directory) {
  return path == directory || path.starts_with(directory + "/");
}

// Whether a text of NUL-separated words names the directory.
bool names(const std::string& words, const std::string& directory) {
  for (std::size_t i = words.find(directory); i != std::string::npos;
       i = words.find(directory, i + 1)) {
    const std::size_t end = i + directory.size();
    if (end == words.size() || words[end] == '/' || words[end] == '\0' ||
        words[end] == ':')
      return true;
  }
  return false;
}

std::string contents_of(const std::string& path) {
  try {
    return file::find_contents(path).value_or("");
  } catch (const Error&) {
    return "";  // another user's, or it has just ended
  }
}

std::string target_of(const std::string& path) {
  try {
    return file::link_target(path).value_or("");
  } catch (const Error&) {
    return "";
  }
}

std::vector<std::string> open_below(const std::string& entry,
                                    const std::string& directory) {
  std::vector<std::string> out;
  try {
    for (const std::string& fd : file::names_in(entry + "/fd")) {
      const std::string path = target_of(entry + "/fd/" + fd);
      if (is_below(path, directory)) out.push_back(path);
    }
  } catch (const Error&) {
    return {};
  }
  return out;
}

std::string home_in(const std::string& directory) {
  return directory + "/home";
}

std::string variable_of(const std::string& environment,
                        const std::string& name) {
  for (const std::string& v : text::split(environment, '\0'))
    if (v.starts_with(name + "=")) return v.substr(name.size() + 1);
  return "";
}

}  // namespace

std::vector<Holder> holders_of(const std::string& directory) {
  std::vector<Holder> out;
  for (const std::string& name : file::names_in("/proc")) {
    if (name[0] < '0' || name[0] > '9') continue;
    const auto pid = static_cast<pid_t>(std::atol(name.c_str()));
    if (pid == ::getpid()) continue;
    const std::string entry = "/proc/" + name;
    const std::string environment = contents_of(entry + "/environ");
    std::string command = contents_of(entry + "/cmdline");
    Holder holder;
    holder.open = open_below(entry, directory);
    if (!is_below(target_of(entry + "/cwd"), directory) &&
        !names(environment, directory) && !names(command, directory) &&
        holder.open.empty())
      continue;
    const auto identity = process::find_identity(pid);
    if (!identity || !process::is_alive(*identity)) continue;
    holder.identity = *identity;
    holder.name = text::trim(contents_of(entry + "/comm"));
    std::replace(command.begin(), command.end(), '\0', ' ');
    holder.command = text::cut(text::printable(command), kShown);
    holder.agent = variable_of(environment, "ORCH_AGENT");
    holder.is_ours = variable_of(environment, "HOME") == home_in(directory);
    holder.program = file::name_of(target_of(entry + "/exe"));
    out.push_back(holder);
  }
  return out;
}

std::vector<std::string> sockets_below(const std::string& directory) {
  // Num RefCount Protocol Flags Type St Inode Path; flag 10000: listens.
  std::vector<std::string> out;
  for (const std::string& line :
       text::split(contents_of("/proc/net/unix"), '\n')) {
    const std::size_t path = line.find('/');
    if (path == std::string::npos ||
        line.find(" 00010000 ") == std::string::npos)
      continue;
    if (is_below(line.substr(path), directory))
      out.push_back(line.substr(path));
  }
  return out;
}

std::vector<std::string> git_locks_in(const std::string& git_dir) {
  std::vector<std::string> out, directories = {git_dir};
  while (!directories.empty()) {
    const std::string directory = directories.back();
    directories.pop_back();
    for (const std::string& name : file::names_in(directory)) {
      const std::string path = file::join(directory, name);
      // Ours are kernel locks, whose files stay; objects are many.
      if (directory == git_dir && (name == "orch" || name == "objects"))
        continue;
      if (file::is_directory(path) && !file::link_target(path))
        directories.push_back(path);
      else if (name.ends_with(".lock"))
        out.push_back(path);
    }
  }
  return out;
}

std::string mark_of(const std::string& directory) {
  return "HOME=" + home_in(directory);
}

bool end_holders(const std::string& directory, std::int64_t most_ms) {
  constexpr int kPauseUs = 20000;
  const std::int64_t until = clock::steady() + most_ms;
  // One that is just becoming another program shows no environment: nobody is
  // there when two looks have found nobody.
  for (int empty = 0; empty < 2; ::usleep(kPauseUs)) {
    const auto left = process::processes_with(mark_of(directory));
    empty = left.empty() ? empty + 1 : 0;
    if (clock::steady() > until) return left.empty();
    const bool is_late = clock::steady() > until - most_ms * 3 / 4;
    for (const process::Seen& h : left) {
      if (!process::is_alive(h.identity)) continue;
      process::send_signal(h.identity.pid, is_late ? SIGKILL : SIGTERM);
      // One that is stopped hears nothing but SIGKILL before it goes on.
      process::send_signal(h.identity.pid, SIGCONT);
    }
  }
  return true;
}

}  // namespace orch::drill
