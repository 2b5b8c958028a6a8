// SPDX-License-Identifier: MIT
//
// What clients send to the server, over a pair of sockets: a whole connection,
// without a network.
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cctype>

#include "file/file.h"
#include "fuzz/targets.h"
#include "http/parts.h"
#include "http/session.h"

namespace orch::fuzz {
namespace {

// What one connection led to.
struct Talked {
  std::vector<orch::http::Request> requests;
  std::string answers;
};

void check_request(const orch::http::Request& request,
                   const orch::http::Limits& limits) {
  require(request.path.starts_with('/'), "a path begins with a slash");
  for (const char c : request.path)
    require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f,
            "a path has no control characters");
  std::size_t hosts = 0;
  for (const auto& [name, value] : request.headers) {
    for (const char c : name)
      require(std::isupper(static_cast<unsigned char>(c)) == 0,
              "names of headers are small");
    require(value.find_first_of("\r\n") == std::string::npos,
            "a header is one line");
    if (name == "host") ++hosts;
    require(name != "transfer-encoding", "no body comes in chunks");
  }
  require(hosts == 1, "a request names one host");
  require(request.body.size() <= limits.body, "a body is bounded");
  require(request.body.empty() || request.method == "POST",
          "only POST has a body");
}

std::string read_all_there(int fd) {
  std::string out;
  std::array<char, 4096> bytes{};
  for (ssize_t n = 0; (n = ::read(fd, bytes.data(), bytes.size())) > 0;)
    out.append(bytes.data(), static_cast<std::size_t>(n));
  return out;
}

// Sends the pieces one after the other, and what is sent back to each is read
// before the next. Then the client says that it has said all.
Talked talk(const std::vector<std::string_view>& pieces) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
                   ends.data()) != 0)
    throw std::runtime_error("no sockets");
  const file::Descriptor client(ends[0]);
  Talked out;
  orch::http::Loop loop;
  const orch::http::Limits limits{.header = 2048, .body = 4096};
  const orch::http::Site site{.refuse = [](const orch::http::Request& request)
                                  -> std::optional<orch::http::Response> {
                                if (request.path != "/refused")
                                  return std::nullopt;
                                return orch::http::Response{.status = 403,
                                                            .body = "no\n"};
                              },
                              .serve =
                                  [&](const orch::http::Request& request,
                                      const orch::http::Answer& answer) {
                                    check_request(request, limits);
                                    out.requests.push_back(request);
                                    answer({.body = "served\n"});
                                  }};
  const auto state =
      std::make_shared<orch::http::Server::State>(loop, site, limits);
  const auto session = open_session(state, file::Descriptor(ends[1]));
  state->sessions.push_back(session);
  session->start();
  const auto turn = [&] {
    while (loop.parts().context.poll() > 0)
      out.answers += read_all_there(client.get());
    out.answers += read_all_there(client.get());
  };
  for (std::string_view piece : pieces)
    while (!piece.empty()) {
      const ssize_t n = ::send(client.get(), piece.data(), piece.size(),
                               MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n > 0) piece.remove_prefix(static_cast<std::size_t>(n));
      turn();
      if (n <= 0) break;
    }
  ::shutdown(client.get(), SHUT_WR);
  turn();
  state->end();
  turn();
  return out;
}

// "HTTP/1.1 200 OK", as often as there are answers.
std::size_t count_of_answers(const std::string& answers) {
  std::size_t count = 0;
  for (std::size_t at = 0;
       (at = answers.find("HTTP/1.1 ", at)) != std::string::npos; ++at)
    ++count;
  return count;
}

}  // namespace

void http(std::string_view input) {
  if (const auto target = orch::http::parse_target(input)) {
    require(target->path.starts_with('/'), "a path begins with a slash");
    for (const auto& [name, value] : target->query)
      for (const char c : name + value)
        require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f,
                "a parameter has no control characters");
  }
  const Talked whole = talk({input});
  require(whole.answers.empty() || whole.answers.starts_with("HTTP/1.1 "),
          "an answer is one");
  require(count_of_answers(whole.answers) >= whole.requests.size(),
          "every request that is served is answered");
  // A reader that saw other requests in the same bytes could be fooled.
  const std::size_t half = input.size() / 2;
  const Talked parts = talk({input.substr(0, half), input.substr(half)});
  require(parts.requests.size() == whole.requests.size(),
          "how bytes are cut into pieces makes no request");
  for (std::size_t i = 0; i < whole.requests.size(); ++i)
    require(parts.requests[i].path == whole.requests[i].path &&
                parts.requests[i].query == whole.requests[i].query &&
                parts.requests[i].headers == whole.requests[i].headers &&
                parts.requests[i].body == whole.requests[i].body,
            "how bytes are cut into pieces changes no request");
}

}  // namespace orch::fuzz
