// SPDX-License-Identifier: MIT
#include "hook/store_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>

#include "error/error.h"

namespace orch::hook {
namespace {

// A reader's own lock and shared memory, and what it keeps of its answer, are
// no news.
bool is_news(std::string_view name) {
  return !name.ends_with("-shm") && !name.ends_with(".lock") &&
         !name.starts_with("memo");
}

}  // namespace

StoreWatch::StoreWatch() : fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (!fd_) throw io_error("cannot watch files", errno);
}

void StoreWatch::add_directory(const std::string& id, const std::string& path) {
  const int watch = ::inotify_add_watch(
      fd_.get(), path.c_str(),
      IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM |
          IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
  if (watch >= 0) ids_[watch] = id;
}

void StoreWatch::add(const std::string& id,
                     const repository::Repository& repository) {
  const std::string orch = repository.orch_dir();
  add_directory(id, orch);
  add_directory(id, orch + "/spool");
  add_directory(id, orch + "/log");
}

std::set<std::string> StoreWatch::take() {
  std::set<std::string> out;
  alignas(inotify_event) std::array<char, 16 * 1024> bytes;
  ssize_t n = 0;
  while ((n = ::read(fd_.get(), bytes.data(), bytes.size())) > 0)
    for (const char* at = bytes.data(); at < bytes.data() + n;) {
      const auto* e = reinterpret_cast<const inotify_event*>(at);
      at += sizeof(inotify_event) + e->len;
      const std::string_view name = e->len > 0 ? e->name : "";
      if ((e->mask & IN_Q_OVERFLOW) != 0)
        for (const auto& [watch, id] : ids_) out.insert(id);
      const auto found = ids_.find(e->wd);
      if (found == ids_.end()) continue;
      if (is_news(name)) out.insert(found->second);
      if ((e->mask & IN_IGNORED) != 0) ids_.erase(found);
    }
  return out;
}

}  // namespace orch::hook
