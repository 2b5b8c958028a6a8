// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Requests and answers of HTTP/1.1 (RFC 9112), as values.
namespace orch::http {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;  // as it was sent
  std::string path;    // decoded, begins with "/"
  Pairs query;         // decoded
  Pairs headers;       // names in lower case
  std::string body;

  // The first header, or parameter, of that name; absent when there is none.
  std::optional<std::string> header(std::string_view name) const;
  std::optional<std::string> parameter(std::string_view name) const;
};

// A client that is sent pieces until it goes away.
class Stream {
 public:
  virtual ~Stream() = default;
  // False when the client is gone, or so slow that it is dropped now.
  virtual bool send(std::string_view text) = 0;
};

struct Response {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body = {};
  Pairs headers = {};
  // Set: the answer stays open, and this is called with its stream, in the
  // loop's thread, once `body` is on its way.
  std::function<void(std::shared_ptr<Stream>)> opened = {};
};

// The path and the parameters of a request's target, percent-decoded. Absent
// for what no client of ours sends: another form than "/path?query", bad
// escapes, control characters, also when escaped.
struct Target {
  std::string path;
  Pairs query;
};
std::optional<Target> parse_target(std::string_view target);

// "OK", for a status that we send.
std::string_view reason_of(int status);

// What stands before the body, with its empty line.
enum class Length { Counted, Chunked };
enum class Connection { Keep, Close };
std::string head_of(const Response& response, const Pairs& always,
                    Length length, Connection connection);
// A piece of a chunked body; of nothing: nothing, since that would end it.
std::string chunk(std::string_view bytes);

// One server-sent event (the data in lines), and a comment that only keeps the
// connection alive.
std::string event(std::string_view name, std::string_view data);
std::string comment(std::string_view text);

}  // namespace orch::http
