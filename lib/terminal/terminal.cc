// SPDX-License-Identifier: MIT
#include "terminal/terminal.h"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "error/error.h"

namespace orch::terminal {
namespace {

// Alternate screen, no cursor, no wrapping; and back.
constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
constexpr std::string_view kLeave = "\x1b[?7h\x1b[?25h\x1b[?1049l";
// The terminal shows nothing in between (synchronized output); one that does
// not know it ignores it.
constexpr std::string_view kBegin = "\x1b[?2026h", kEnd = "\x1b[?2026l";

void write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (n <= 0) return;  // nobody looks any more
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

sigset_t watched() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int s : {SIGTERM, SIGHUP, SIGINT, SIGWINCH}) ::sigaddset(&set, s);
  return set;
}

// The bytes of the UTF-8 sequence that begins so; 1 for anything else.
std::size_t length_of(unsigned char first) {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}

}  // namespace

bool is_interactive() {
  return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
}

Screen::Screen() {
  if (!is_interactive() || ::tcgetattr(STDIN_FILENO, &before_) != 0)
    throw UsageError("this needs a terminal");
  const sigset_t set = watched();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  signals_ = file::Descriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  enter();
}

Screen::~Screen() {
  leave();
  const sigset_t set = watched();
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

void Screen::enter() {
  termios raw = before_;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG | IEXTEN);
  raw.c_iflag &= ~static_cast<tcflag_t>(IXON | ICRNL);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
  write_all(kEnter);
  shown_.clear();
  measure();
}

void Screen::leave() {
  write_all(kLeave);
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
}

void Screen::measure() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
    rows_ = size.ws_row;
}

void Screen::draw(const std::vector<std::string>& lines) {
  const std::size_t count = std::min(lines.size(), rows_);
  std::string out;
  for (std::size_t i = 0; i < std::max(count, shown_.size()); ++i) {
    const std::string line = i < count ? lines[i] : "";
    if (i < shown_.size() && shown_[i] == line) continue;
    // Cleared first: behind a full line the cursor still stands on its end.
    out += "\x1b[" + std::to_string(i + 1) + ";1H\x1b[m\x1b[K" + line;
  }
  shown_.assign(lines.begin(), lines.begin() + static_cast<long>(count));
  if (!out.empty()) write_all(std::string(kBegin) + out + std::string(kEnd));
}

Press Screen::decode(std::string bytes) {
  const auto rest_from = [&](std::size_t n) {
    pending_ = bytes.substr(std::min(n, bytes.size()));
  };
  const unsigned char first = static_cast<unsigned char>(bytes[0]);
  if (bytes.starts_with("\x1b[") || bytes.starts_with("\x1bO")) {
    // Up to the letter that ends it.
    std::size_t end = 2;
    while (end < bytes.size() && (bytes[end] < '@' || bytes[end] > '~')) ++end;
    const char last = end < bytes.size() ? bytes[end] : '\0';
    rest_from(end + 1);
    if (last == 'A') return {Key::Up, ""};
    if (last == 'B') return {Key::Down, ""};
    return {};
  }
  if (first == 0x1b) {
    rest_from(1);
    return {Key::Escape, ""};
  }
  if (first == 3 || first == 4) return {Key::End, ""};
  if (first == '\r' || first == '\n') {
    rest_from(1);
    return {Key::Enter, ""};
  }
  if (first == 0x7f || first == 8) {
    rest_from(1);
    return {Key::Erase, ""};
  }
  const std::size_t length = length_of(first);
  rest_from(length);
  if (first < 0x20) return {};
  return {Key::Text, bytes.substr(0, length)};
}

Press Screen::wait(int also, int timeout_ms) {
  if (!pending_.empty()) return decode(std::exchange(pending_, {}));
  std::array<pollfd, 3> fds{{{STDIN_FILENO, POLLIN, 0},
                             {signals_.get(), POLLIN, 0},
                             {also, POLLIN, 0}}};
  if (::poll(fds.data(), fds.size(), timeout_ms) <= 0) return {};
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) > 0) {
    if (info.ssi_signo != SIGWINCH) return {Key::End, ""};
    measure();
    // Everything anew: the terminal has moved what stood on it.
    shown_.clear();
    write_all("\x1b[2J");
    return {Key::Resize, ""};
  }
  if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR)) == 0) return {};
  std::array<char, 256> buffer{};
  const ssize_t n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  if (n <= 0) return {Key::End, ""};
  return decode(std::string(buffer.data(), static_cast<std::size_t>(n)));
}

}  // namespace orch::terminal
