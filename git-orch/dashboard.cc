// SPDX-License-Identifier: MIT
#include "dashboard/dashboard.h"

#include <unistd.h>

#include <cstdio>

#include "cli/output.h"
#include "error/error.h"
#include "process/process.h"

namespace orch {
namespace {

using cli::Invocation;

constexpr std::int64_t kMostPort = 65535;

std::string host_of(const Invocation& invocation) {
  const std::string host = invocation.find("host").value_or("127.0.0.1");
  if (host == "127.0.0.1" || host == "localhost" || host == "::1") return host;
  if (host == "[::1]") return "::1";
  throw UsageError("'" + host +
                       "' is not the loopback: the page is never served to "
                       "other machines",
                   "ssh -L <port>:127.0.0.1:<port> <machine>, or a proxy with "
                   "TLS and '--behind-proxy <name>'");
}

std::string require_name(const std::string& name) {
  const bool fits = !name.empty() && name.size() <= 255 &&
                    name.find_first_not_of(
                        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789.-:[]") == std::string::npos;
  if (!fits) throw UsageError("'" + name + "' is no name of a host");
  return name;
}

dashboard::Options options_of(const Invocation& invocation) {
  dashboard::Options out{.host = host_of(invocation), .names = {}};
  const std::int64_t port = invocation.number("port").value_or(0);
  if (port < 0 || port > kMostPort)
    throw UsageError("'--port' must be between 0 and 65535");
  out.port = static_cast<int>(port);
  if (const auto path = invocation.find("socket")) {
    if (invocation.has("port") || invocation.has("host"))
      throw UsageError("either '--socket' or '--port' and '--host'");
    if (invocation.has("open"))
      throw UsageError("a browser opens no '--socket'");
    if (path->empty()) throw UsageError("'--socket' needs a path");
    out.socket = *path;
  }
  for (const std::string& name : invocation.all("behind-proxy"))
    out.names.push_back(require_name(name));
  out.for_browser = invocation.has("open");
  if (invocation.has("allow-write")) out.writes = dashboard::Writes::Allowed;
  return out;
}

void open_browser(const Invocation& invocation, const std::string& file) {
  for (const char* opener : {"xdg-open", "open"})
    if (process::find_on_path(opener) &&
        process::start_detached({.argv = {opener, file}}))
      return;
  cli::note(invocation, "nothing here opens a browser: open the address");
}

int run(const Invocation& invocation) {
  invocation.expect_operands(0, 0);
  const dashboard::Options options = options_of(invocation);
  const auto repository = repository::require();
  dashboard::serve(repository, options, [&](const dashboard::Address& is) {
    json::Object data{{"url", is.url}, {"pid", ::getpid()}};
    if (!options.socket.empty()) data.emplace_back("socket", options.socket);
    cli::print(invocation, {.data = data, .human = is.url + "\n"});
    if (invocation.has("open")) open_browser(invocation, is.browser_file);
  });
  return kDone;
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "dashboard",
    .group = cli::Group::Seeing,
    .summary = "a page that shows all of it, live, on this machine",
    .synopsis = {"[--port <n>] [--host <host>] [--behind-proxy <name>]... "
                 "[--open] [--allow-write]",
                 "--socket <path> [--behind-proxy <name>]... [--allow-write]"},
    .options = {{"port", 0, Arity::One, "n", "the port; default: a free one"},
                {"host", 0, Arity::One, "host",
                 "127.0.0.1 (default), localhost or ::1; never more"},
                {"socket", 0, Arity::One, "path",
                 "a socket in the file system instead of a port"},
                {"behind-proxy", 0, Arity::Many, "name",
                 "also answer requests for this host, which a proxy passes on"},
                {"open", 0, Arity::Flag, "", "open the page in a browser"},
                {"allow-write", 0, Arity::Flag, "",
                 "let the page send, answer, pause, resume and integrate"}},
    .run = run};

}  // namespace orch
