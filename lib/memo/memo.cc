// SPDX-License-Identifier: MIT
#include "memo/memo.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include "daemon/daemon.h"
#include "file/file.h"
#include "file/range.h"
#include "spool/spool.h"

namespace orch::memo {
namespace {

// The form of the file; another one is not read.
constexpr std::string_view kForm = "git-orch memo 1";
// Of a change that comes so soon after another, a file's times may tell nothing
// (the kernel's clock for them stands still for a tick).
constexpr std::int64_t kTickNs = 40'000'000;

constexpr std::size_t kMostBytes = std::size_t{16} << 20;

std::string path_in(const Repository& repository) {
  return repository.orch_dir() + "/memo";
}

std::int64_t nanoseconds(const timespec& t) {
  return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

std::string number(std::int64_t n) { return std::to_string(n) + " "; }

// Of a file that is there; its last change is entered into `newest`.
std::string stamp_of(const std::string& path, std::int64_t* newest) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0) return "";
  const std::int64_t changed = nanoseconds(s.st_mtim);
  *newest = std::max(*newest, changed);
  return number(static_cast<std::int64_t>(s.st_dev)) +
         number(static_cast<std::int64_t>(s.st_ino)) +
         number(static_cast<std::int64_t>(s.st_size)) + number(changed);
}

std::string list_of(const std::vector<process::Identity>& processes) {
  std::string out;
  for (const process::Identity& p : processes)
    out += number(p.pid) + number(static_cast<std::int64_t>(p.start));
  return out;
}

// A line of the file, taken off its front; false at its end.
bool take_line(std::string_view& rest, std::string_view* line) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return false;
  *line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return true;
}

bool all_live(std::string_view line) {
  const std::string text(line);
  const char* at = text.c_str();
  while (true) {
    char* end = nullptr;
    const long pid = std::strtol(at, &end, 10);
    if (end == at) return true;
    at = end;
    const unsigned long long start = std::strtoull(at, &end, 10);
    if (end == at) return false;
    at = end;
    if (!process::is_alive({static_cast<pid_t>(pid), start})) return false;
  }
}

}  // namespace

Stamp take_stamp(const Repository& repository) {
  Stamp out;
  std::int64_t newest = 0;
  const std::string store = repository.orch_dir() + "/orch.db";
  const std::string base = stamp_of(store, &newest);
  // Without a log the store may lie where a file's times come late.
  const std::string log = stamp_of(store + "-wal", &newest);
  if (base.empty() || log.empty()) return out;
  out.text = base + log;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const std::int64_t age = nanoseconds(now) - newest;
  out.settled = age > kTickNs;
  return out;
}

void keep(const Repository& repository, const Stamp& stamp,
          const Kept& kept) noexcept {
  try {
    if (stamp.text.empty() || !stamp.settled) return;
    if (!spool::is_empty(repository.orch_dir())) return;
    const Stamp now = take_stamp(repository);
    if (now.text != stamp.text) return;
    const std::string path = path_in(repository);
    const std::string fresh = path + ".new-" + std::to_string(::getpid());
    const std::string text = std::string(kForm) + "\n" + stamp.text + "\n" +
                             number(kept.now) + number(kept.until) +
                             (kept.daemon ? "1" : "0") + "\n" +
                             list_of(kept.alive) + "\n" + kept.answer;
    if (!file::create_file(fresh, text, 0600)) return;
    if (::rename(fresh.c_str(), path.c_str()) != 0) ::unlink(fresh.c_str());
  } catch (const std::exception&) {
    return;  // a store that can only be read
  }
}

std::optional<std::string> find(const Repository& repository,
                                std::int64_t now) {
  // Whoever may write here may also put something else in its place.
  const auto file = file::find_own_range(path_in(repository), 0, kMostBytes);
  if (!file || file->bytes.size() == kMostBytes) return std::nullopt;
  std::string_view rest = file->bytes, form, stamp, times, alive;
  if (!take_line(rest, &form) || form != kForm || !take_line(rest, &stamp) ||
      !take_line(rest, &times) || !take_line(rest, &alive))
    return std::nullopt;
  char* end = nullptr;
  const std::string all(times);
  const std::int64_t from = std::strtoll(all.c_str(), &end, 10);
  const std::int64_t until = std::strtoll(end, &end, 10);
  const bool daemon = std::strtol(end, &end, 10) != 0;
  // Before it was computed: the clock was put back.
  if (now < from || now >= until || until - from > kLongestMs)
    return std::nullopt;
  if (take_stamp(repository).text != stamp) return std::nullopt;
  if (!spool::is_empty(repository.orch_dir())) return std::nullopt;
  if (!all_live(alive)) return std::nullopt;
  if (daemon::find_holder(repository.orch_dir()).has_value() != daemon)
    return std::nullopt;
  // JSON has none of these, and a terminal is to see none.
  const bool is_plain = std::none_of(rest.begin(), rest.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  return is_plain ? std::optional(std::string(rest)) : std::nullopt;
}

}  // namespace orch::memo
