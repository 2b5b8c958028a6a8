// SPDX-License-Identifier: MIT
#include "http/session.h"

#include <array>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <deque>

#include "http/parts.h"

namespace orch::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using Socket = asio::generic::stream_protocol::socket;
using Parser = wire::request_parser<wire::string_body>;
using beast::error_code;

std::string lower(beast::string_view text) {
  std::string out(text.data(), text.size());
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

Response plain(int status, const std::string& text) {
  return {.status = status, .body = text + "\n"};
}

// What a request is refused for before anybody looks at what it wants: each of
// these lets two readers see different requests in the same bytes.
std::optional<Response> refuse_shape(const Parser::value_type& message) {
  if (message.version() != 11) return plain(505, "HTTP/1.1 only");
  for (const auto* once : {"host", "content-length", "origin", "authorization",
                           "content-type", "sec-fetch-site"})
    if (message.count(once) > 1)
      return plain(400, std::string("more than one ") + once);
  if (message.count("transfer-encoding") > 0)
    return plain(411, "a body needs a Content-Length");
  if (message.count("expect") > 0) return plain(417, "nothing is expected");
  if (message.count("host") == 0) return plain(400, "no Host");
  const bool takes_body = message.method() == wire::verb::post;
  const auto length = message.find("content-length");
  if (length != message.end() &&
      length->value().find_first_not_of("0123456789") !=
          beast::string_view::npos)
    return plain(400, "an odd Content-Length");
  if (!takes_body && length != message.end() && length->value() != "0")
    return plain(400, "only POST has a body");
  if (takes_body && length == message.end())
    return plain(411, "a body needs a Content-Length");
  return std::nullopt;
}

std::optional<Request> request_of(const Parser::value_type& message) {
  const auto sent = message.target();
  auto target = parse_target({sent.data(), sent.size()});
  if (!target) return std::nullopt;
  Request out;
  const auto method = message.method_string();
  out.method.assign(method.data(), method.size());
  out.path = std::move(target->path);
  out.query = std::move(target->query);
  for (const auto& field : message)
    out.headers.emplace_back(
        lower(field.name_string()),
        std::string(field.value().data(), field.value().size()));
  return out;
}

Response refusal_of(const error_code& error) {
  if (error == wire::error::header_limit)
    return plain(431, "the header is too large");
  if (error == wire::error::body_limit)
    return plain(413, "the body is too large");
  return plain(400, "no request of HTTP/1.1");
}

class Talk final : public Session,
                   public Stream,
                   public std::enable_shared_from_this<Talk> {
 public:
  Talk(std::shared_ptr<Server::State> state, file::Descriptor fd)
      : state_(std::move(state)),
        socket_(state_->loop.parts().context),
        deadline_(state_->loop.parts().context) {
    error_code error;
    socket_.assign(asio::generic::stream_protocol(AF_UNSPEC, 0), fd.release(),
                   error);
  }
  ~Talk() override {
    if (streams_) --state_->streams;
  }

  void start() override { await_request(state_->limits.header_ms); }
  bool is_idle() const override { return idle_; }

  void close() override {
    error_code ignored;
    deadline_.cancel(ignored);
    socket_.close(ignored);
    state_->remove(this);
  }

  bool send(std::string_view text) override {
    if (!socket_.is_open()) return false;
    if (waiting_ + text.size() > state_->limits.waiting) {
      close();
      return false;
    }
    put(chunk(text));
    return true;
  }

 private:
  using Step = void (Talk::*)();

  void set_deadline(int ms) {
    deadline_.expires_after(std::chrono::milliseconds(ms));
    deadline_.async_wait([self = weak_from_this()](const error_code& error) {
      if (const auto talk = self.lock(); talk && !error) talk->close();
    });
  }

  void await_request(int ms) {
    idle_ = true;
    set_deadline(ms);
    if (buffer_.size() > 0) return read_head();
    socket_.async_wait(Socket::wait_read,
                       [self = shared_from_this()](const error_code& error) {
                         if (error) return self->close();
                         self->set_deadline(self->state_->limits.header_ms);
                         self->read_head();
                       });
  }

  void read_head() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(state_->limits.header));
    parser_->body_limit(state_->limits.body);
    wire::async_read_header(
        socket_, buffer_, *parser_,
        [self = shared_from_this()](const error_code& error, std::size_t) {
          self->after_head(error);
        });
  }

  void after_head(const error_code& error) {
    idle_ = false;
    if (!socket_.is_open()) return close();
    // What is no fault of the bytes: the client is gone.
    if (error && error.category() !=
                     wire::make_error_code(wire::error::bad_value).category())
      return close();
    if (error == wire::error::end_of_stream ||
        error == wire::error::partial_message)
      return close();
    if (error) return refuse(refusal_of(error));
    const auto& message = parser_->get();
    is_head_ = message.method() == wire::verb::head;
    if (auto refusal = refuse_shape(message)) return refuse(*refusal);
    auto request = request_of(message);
    if (!request) return refuse(plain(400, "an odd target"));
    if (auto refusal = state_->site.refuse(*request)) return refuse(*refusal);
    request_ = *std::move(request);
    set_deadline(state_->limits.body_ms);
    wire::async_read(
        socket_, buffer_, *parser_,
        [self = shared_from_this()](const error_code& e, std::size_t) {
          self->after_body(e);
        });
  }

  void after_body(const error_code& error) {
    if (error == wire::error::body_limit) return refuse(refusal_of(error));
    if (error) return close();
    const bool keep = parser_->get().keep_alive();
    request_.body = std::move(parser_->get().body());
    error_code ignored;
    deadline_.cancel(ignored);
    state_->site.serve(
        std::move(request_),
        [weak = std::weak_ptr<Talk>(shared_from_this()), keep](Response r) {
          if (const auto talk = weak.lock()) talk->answer(std::move(r), keep);
        });
  }

  void answer(Response response, bool keep) {
    if (!socket_.is_open()) return;
    if (response.opened) {
      if (state_->streams < state_->limits.streams)
        return open_stream(response);
      response = plain(503, "too many streams");
      response.headers.emplace_back("Retry-After", "5");
    }
    then_ = keep ? &Talk::next : &Talk::linger;
    put(head_of(response, state_->site.headers, Length::Counted,
                keep ? Connection::Keep : Connection::Close) +
        (is_head_ || response.status == 304 ? "" : response.body));
  }

  // What the client still sends is not read as a request.
  void refuse(const Response& response) {
    then_ = &Talk::linger;
    put(head_of(response, state_->site.headers, Length::Counted,
                Connection::Close) +
        (is_head_ ? "" : response.body));
  }

  void open_stream(const Response& response) {
    streams_ = true;
    ++state_->streams;
    put(head_of(response, state_->site.headers, Length::Chunked,
                Connection::Close) +
        chunk(response.body));
    await_end();
    response.opened(shared_from_this());
  }

  // A stream's client says nothing more; its end is noticed at once.
  void await_end() {
    socket_.async_read_some(
        asio::buffer(scrap_),
        [self = shared_from_this()](const error_code& error, std::size_t) {
          if (error) return self->close();
          self->await_end();
        });
  }

  void put(std::string text) {
    waiting_ += text.size();
    output_.push_back(std::move(text));
    if (output_.size() == 1) write();
  }

  void write() {
    set_deadline(state_->limits.write_ms);
    asio::async_write(
        socket_, asio::buffer(output_.front()),
        [self = shared_from_this()](const error_code& error, std::size_t) {
          if (error) return self->close();
          self->written();
        });
  }

  void written() {
    waiting_ -= output_.front().size();
    output_.pop_front();
    if (!output_.empty()) return write();
    error_code ignored;
    deadline_.cancel(ignored);
    if (then_) (this->*std::exchange(then_, nullptr))();
  }

  void next() { await_request(state_->limits.idle_ms); }

  // An answer is lost when the socket is closed over what was not read.
  void linger() {
    constexpr int kLingerMs = 1000;
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    set_deadline(kLingerMs);
    drop_rest();
  }

  void drop_rest() {
    socket_.async_read_some(
        asio::buffer(scrap_),
        [self = shared_from_this()](const error_code& error, std::size_t n) {
          constexpr std::size_t kMost = 1024 * 1024;
          self->dropped_ += n;
          if (error || self->dropped_ > kMost) return self->close();
          self->drop_rest();
        });
  }

  const std::shared_ptr<Server::State> state_;
  Socket socket_;
  asio::steady_timer deadline_;
  beast::flat_buffer buffer_{64 * 1024};
  std::optional<Parser> parser_;
  Request request_;
  std::deque<std::string> output_;
  std::size_t waiting_ = 0, dropped_ = 0;
  std::array<char, 4096> scrap_{};
  Step then_ = nullptr;
  bool idle_ = true, is_head_ = false, streams_ = false;
};

}  // namespace

std::shared_ptr<Session> open_session(std::shared_ptr<Server::State> state,
                                      file::Descriptor socket) {
  return std::make_shared<Talk>(std::move(state), std::move(socket));
}

}  // namespace orch::http
