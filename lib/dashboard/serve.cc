// SPDX-License-Identifier: MIT
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>

#include "clock/clock.h"
#include "dashboard/access.h"
#include "dashboard/browser_file.h"
#include "dashboard/dashboard.h"
#include "dashboard/site.h"
#include "error/error.h"
#include "http/listen.h"
#include "http/server.h"
#include "text/text.h"

namespace orch::dashboard {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr int kEndMs = 1000;

// What ends us, as something to wait for. Before any thread is started.
file::Descriptor open_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int s : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, s);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  file::Descriptor fd(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd) throw io_error("cannot wait for signals", errno);
  return fd;
}

// Takes the socket's file away at the end.
class Place {
 public:
  explicit Place(std::string path) : path_(std::move(path)) {}
  ~Place() { clear(); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  void clear() {
    if (!path_.empty()) ::unlink(path_.c_str());
    path_.clear();
  }

 private:
  std::string path_;
};

std::string url_of(const Options& options, int port, const std::string& token) {
  std::string host = options.host == "::1" ? "[::1]" : options.host;
  host = port == 0 ? "localhost" : host + ":" + std::to_string(port);
  return "http://" + host + "/?token=" + token;
}

}  // namespace

void serve(const repository::Repository& repository, const Options& options,
           const std::function<void(const Address& address)>& ready) {
  file::Descriptor socket =
      options.socket.empty() ? http::listen_loopback(options.host, options.port)
                             : http::listen_path(options.socket);
  Place place(options.socket);
  const int port = options.socket.empty() ? http::port_of(socket) : 0;
  const file::Descriptor signals = open_signals();
  const std::string token = text::hex(clock::random_bytes(kTokenBytes));
  http::Loop loop;
  Site site(loop, repository, rules_for(port, options.names, token),
            options.writes);
  auto server =
      std::make_unique<http::Server>(loop, std::move(socket), site.as_served());
  loop.on_readable(signals.get(), [&] {
    signalfd_siginfo info{};
    if (::read(signals.get(), &info, sizeof info) > 0) loop.stop();
  });
  Address address{.url = url_of(options, port, token), .browser_file = {}};
  std::optional<BrowserFile> browser_file;
  if (options.for_browser)
    address.browser_file = browser_file.emplace(repository, address.url).path();
  ready(address);
  loop.run();
  server.reset();
  browser_file.reset();
  place.clear();
  // Who hangs in a file or a lock cannot be told; programs get their signal.
  if (!site.end(clock::steady() + kEndMs)) ::_exit(0);
}

}  // namespace orch::dashboard
