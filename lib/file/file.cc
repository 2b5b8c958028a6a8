// SPDX-License-Identifier: MIT
#include "file/file.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "error/error.h"

namespace orch::file {
namespace {

std::string quoted(const std::string& path) { return "'" + path + "'"; }

std::int64_t monotonic_ms() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1000000;
}

Descriptor open_lock_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) throw io_error("cannot open lock " + quoted(path), errno);
  return Descriptor(fd);
}

int operation_of(Lock::Mode mode) {
  return mode == Lock::Mode::Shared ? LOCK_SH : LOCK_EX;
}

bool try_lock(int fd, Lock::Mode mode) {
  return ::flock(fd, operation_of(mode) | LOCK_NB) == 0;
}

// Interrupts this thread's blocking call at the deadline, again and again until
// it is destroyed: flock(2) queues its waiters first come, first served, but
// has no time-out of its own.
class Deadline {
 public:
  explicit Deadline(int timeout_ms) {
    // Stays: another thread may be waiting, too.
    struct sigaction action {};
    action.sa_handler = [](int) {};
    ::sigaction(SIGRTMIN, &action, nullptr);
    sigevent event{};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = SIGRTMIN;
    event._sigev_un._tid = ::gettid();
    armed_ = ::timer_create(CLOCK_MONOTONIC, &event, &timer_) == 0;
    itimerspec when{};
    when.it_value.tv_sec = timeout_ms / 1000;
    when.it_value.tv_nsec = (timeout_ms % 1000) * 1000000L + 1;
    when.it_interval.tv_nsec = 10000000;
    if (armed_) ::timer_settime(timer_, 0, &when, nullptr);
  }
  ~Deadline() {
    if (armed_) ::timer_delete(timer_);
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  timer_t timer_{};
  bool armed_ = false;
};

constexpr std::string_view kBeside = ".new-";

// Empty where the file system knows no such files, or without /proc, by which
// it would get its name.
Descriptor open_nameless(const std::string& directory, mode_t mode) {
  static const bool has_proc = ::access("/proc/self/fd", X_OK) == 0;
  if (!has_proc) return {};
  return Descriptor(
      ::open(directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode));
}

bool link_to(int fd, const std::string& path) {
  const std::string nameless = "/proc/self/fd/" + std::to_string(fd);
  return ::linkat(AT_FDCWD, nameless.c_str(), AT_FDCWD, path.c_str(),
                  AT_SYMLINK_FOLLOW) == 0;
}

Descriptor create_file(const std::string& path, const std::string& wanted,
                       mode_t mode) {
  Descriptor fd(::open(path.c_str(),
                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                       mode));
  if (!fd) throw io_error("cannot write " + quoted(wanted), errno);
  return fd;
}

void make_all(const std::string& path, mode_t mode) {
  if (path.empty() || is_directory(path)) return;
  make_all(parent_of(path), mode);
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST)
    throw io_error("cannot create directory " + quoted(path), errno);
  if (!is_directory(path))
    throw io_error("cannot create directory " + quoted(path), ENOTDIR);
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

Descriptor::~Descriptor() { reset(); }

void Descriptor::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

bool has_text(const std::string& path, std::string_view text) {
  if (is_directory(path)) return false;
  const auto bytes = find_contents(path);
  return bytes && bytes->find(text) != std::string::npos;
}

namespace {

std::string read_all_of(int fd, const std::string& what) {
  std::string bytes;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n > 0) {
      bytes.append(buffer.data(), static_cast<std::size_t>(n));
    } else if (n == 0 || errno == ESRCH) {
      return bytes;  // ESRCH: of /proc, and the process is gone
    } else if (errno != EINTR) {
      throw io_error("cannot read" + what, errno);
    }
  }
}

}  // namespace

std::string read_all(int fd) { return read_all_of(fd, ""); }

void write_all(int fd, std::string_view bytes, const std::string& what) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(n));
    else if (errno != EINTR)
      throw io_error("cannot write " + what, errno);
  }
}

std::optional<std::string> find_contents(const std::string& path) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw io_error("cannot open " + quoted(path), errno);
  }
  return read_all_of(fd.get(), " " + quoted(path));
}

std::string load_contents(const std::string& path) {
  auto bytes = find_contents(path);
  if (!bytes) throw io_error("cannot open " + quoted(path), ENOENT);
  return *std::move(bytes);
}

bool create_file(const std::string& path, std::string_view bytes, mode_t mode) {
  const Descriptor fd(
      ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode));
  if (!fd && errno == EEXIST) return false;
  if (!fd) throw io_error("cannot create " + quoted(path), errno);
  write_all(fd.get(), bytes, path);
  return true;
}

void write_atomically(const std::string& path, std::string_view bytes,
                      mode_t mode) {
  // The number of the thread; that of the process when it has only one.
  const std::string beside =
      path + std::string(kBeside) + std::to_string(::gettid());
  ::unlink(beside.c_str());  // of a process that had our number
  Descriptor fd = open_nameless(parent_of(path), mode);
  const bool has_name = !fd;
  if (has_name) fd = create_file(beside, path, mode);
  try {
    write_all(fd.get(), bytes, quoted(path));
    if (::fchmod(fd.get(), mode) != 0 || ::fdatasync(fd.get()) != 0)
      throw io_error("cannot write " + quoted(path), errno);
    if (!has_name && !link_to(fd.get(), beside))
      throw io_error("cannot write " + quoted(path), errno);
    fd = Descriptor();  // nothing runs while open for writing (execve(2))
    file::rename(beside, path);
  } catch (const Error&) {
    ::unlink(beside.c_str());
    throw;
  }
  sync_directory(parent_of(path));
}

namespace {

// The process that writes, or wrote, the file `name` beside another one, whose
// name comes before; absent when it is no such name.
struct Beside {
  std::string of;
  pid_t writer;
};
std::optional<Beside> find_beside(const std::string& name) {
  const std::size_t at = name.rfind(kBeside);
  if (at == std::string::npos || at == 0) return std::nullopt;
  const std::string digits = name.substr(at + kBeside.size());
  if (digits.empty() || digits.size() > 9 ||
      digits.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  return Beside{name.substr(0, at), static_cast<pid_t>(std::stol(digits))};
}

}  // namespace

std::vector<std::string> unfinished_of(const std::string& path) {
  std::vector<std::string> paths;
  for (const std::string& name : names_in(parent_of(path))) {
    const auto beside = find_beside(name);
    if (beside && beside->of == name_of(path))
      paths.push_back(join(parent_of(path), name));
  }
  return paths;
}

void remove_unfinished(const std::string& path) {
  for (const std::string& unfinished : unfinished_of(path)) remove(unfinished);
}

void remove_written(const std::string& path) {
  remove(path);
  remove_unfinished(path);
}

std::vector<std::string> abandoned_in(const std::string& directory) {
  constexpr std::int64_t kOldMs = 60 * 1000;
  std::vector<std::string> names;
  for (const std::string& name : names_in(directory)) {
    const auto beside = find_beside(name);
    if (!beside) continue;
    // A writer in another container has a number that means nothing here.
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    const bool is_old = modified_ms(join(directory, name)) + kOldMs <
                        static_cast<std::int64_t>(now.tv_sec) * 1000;
    if (is_old && ::kill(beside->writer, 0) != 0 && errno == ESRCH)
      names.push_back(name);
  }
  return names;
}

bool exists(const std::string& path) {
  struct stat s {};
  return ::lstat(path.c_str(), &s) == 0;
}

bool is_directory(const std::string& path) {
  struct stat s {};
  return ::stat(path.c_str(), &s) == 0 && S_ISDIR(s.st_mode);
}

bool is_empty_directory(const std::string& path) {
  return is_directory(path) && names_in(path).empty();
}

void make_private_directories(const std::string& path) { make_all(path, 0700); }
void make_directories(const std::string& path) { make_all(path, 0777); }

std::optional<std::string> link_target(const std::string& path) {
  std::array<char, PATH_MAX> buffer;
  const ssize_t n = ::readlink(path.c_str(), buffer.data(), buffer.size());
  if (n < 0) return std::nullopt;
  return std::string(buffer.data(), static_cast<std::size_t>(n));
}

std::int64_t modified_ms(const std::string& path) {
  struct stat s {};
  if (::lstat(path.c_str(), &s) != 0) return 0;
  return static_cast<std::int64_t>(s.st_mtim.tv_sec) * 1000 +
         s.st_mtim.tv_nsec / 1000000;
}

void remove(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR)
    throw io_error("cannot remove " + quoted(path), errno);
}

void rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0)
    throw io_error("cannot rename " + quoted(from) + " to " + quoted(to),
                   errno);
}

void sync_file(const std::string& path) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0)
    throw io_error("cannot sync " + quoted(path), errno);
}

void sync_directory(const std::string& path) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0)
    throw io_error("cannot sync directory " + quoted(path), errno);
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::string join(const std::string& directory, const std::string& name) {
  if (directory.empty() || name.starts_with('/')) return name;
  return directory.ends_with('/') ? directory + name : directory + "/" + name;
}

std::string current_directory() {
  std::array<char, PATH_MAX> buffer;
  if (!::getcwd(buffer.data(), buffer.size()))
    throw io_error("cannot find the current directory", errno);
  return buffer.data();
}

std::string resolve(const std::string& path) {
  const std::string absolute =
      path.starts_with('/') ? path : join(current_directory(), path);
  std::array<char, PATH_MAX> buffer;
  if (::realpath(absolute.c_str(), buffer.data())) return buffer.data();
  const std::string name = name_of(absolute);
  const std::string parent = parent_of(absolute);
  if (parent == absolute || absolute == "/") return "/";
  const std::string base = resolve(parent);
  if (name.empty() || name == ".") return base;
  if (name == "..") return parent_of(base);
  return join(base, name);
}

std::string own_program() { return link_target("/proc/self/exe").value_or(""); }

std::optional<Lock> Lock::try_take(const std::string& path, Mode mode) {
  Descriptor fd = open_lock_file(path);
  if (!try_lock(fd.get(), mode)) return std::nullopt;
  return Lock(std::move(fd));
}

Lock Lock::take(const std::string& path, Mode mode, int timeout_ms,
                const std::string& what) {
  Descriptor fd = open_lock_file(path);
  const std::int64_t deadline = monotonic_ms() + timeout_ms;
  if (try_lock(fd.get(), mode)) return Lock(std::move(fd));
  const Deadline interrupt(timeout_ms);
  while (::flock(fd.get(), operation_of(mode)) != 0) {
    if (errno != EINTR) throw io_error("cannot lock " + what, errno);
    if (monotonic_ms() >= deadline)
      throw Error(ErrorCode::Contended,
                  "cannot lock " + what + ": another process holds it",
                  "try again when it has finished");
  }
  return Lock(std::move(fd));
}

}  // namespace orch::file
