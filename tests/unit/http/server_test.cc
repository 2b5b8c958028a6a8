// SPDX-License-Identifier: MIT
#include "http/server.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "error/error.h"
#include "http/listen.h"
#include "support/http.h"

namespace orch::http {
namespace {

using test::HttpClient;

// A server in a thread of its own. What a test looks at meanwhile is asked for
// in that thread.
class HttpServer : public ::testing::Test {
 protected:
  void serve(const Limits& limits) {
    file::Descriptor socket = listen_loopback("127.0.0.1", 0);
    port = port_of(socket);
    site.refuse = [](const Request& request) -> std::optional<Response> {
      if (request.path == "/refused") return Response{.status = 403};
      return std::nullopt;
    };
    site.serve = [this](const Request& request, const Answer& answer) {
      if (request.path == "/later")
        return loop.after(20, [answer] { answer({.body = "later"}); });
      if (request.path == "/never") return;
      Response out{.body = request.method + " " + request.body};
      if (request.path == "/stream")
        out.opened = [this](const std::shared_ptr<Stream>& s) { stream = s; };
      answer(std::move(out));
    };
    server = std::make_unique<Server>(loop, std::move(socket), site, limits);
    thread = std::thread([this] { loop.run(); });
  }
  ~HttpServer() override {
    loop.stop();
    if (thread.joinable()) thread.join();
    server.reset();
  }
  std::string get(const std::string& path) const {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  Loop loop;
  Site site;
  std::unique_ptr<Server> server;
  std::shared_ptr<Stream> stream;
  std::thread thread;
  int port = 0;
};

TEST_F(HttpServer, AnswersOneAfterTheOther) {
  serve({});
  HttpClient client(port);
  client.send(get("/later") + "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " +
              "3\r\n\r\nabc" + get("/"));
  EXPECT_EQ(client.read_answer()->body, "later");
  EXPECT_EQ(client.read_answer()->body, "POST abc");
  EXPECT_EQ(client.read_answer()->body, "GET ");
}

TEST_F(HttpServer, RefusesBeforeItReadsTheBody) {
  serve({.body_ms = 600'000});
  HttpClient client(port);
  client.send("POST /refused HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n");
  EXPECT_EQ(client.read_answer()->status, 403);
  EXPECT_TRUE(client.ends());
}

TEST_F(HttpServer, EndsWithAClientThatIsSlow) {
  serve({.header_ms = 50, .body_ms = 50, .idle_ms = 600'000});
  HttpClient header(port), body(port);
  header.send("GET / HTTP/1.1\r\nHo");
  body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na");
  EXPECT_TRUE(header.ends());
  EXPECT_TRUE(body.ends());
}

TEST_F(HttpServer, EndsWithAClientThatAsksNothingMore) {
  serve({.idle_ms = 50});
  HttpClient idle(port);
  idle.send(get("/"));
  const auto answer = idle.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(idle.ends());
}

TEST_F(HttpServer, DropsAStreamWhoseClientDoesNotRead) {
  serve({.waiting = 10'000});
  HttpClient client(port);
  client.send(get("/stream"));
  ASSERT_TRUE(client.read_through("\r\n\r\n"));
  // More than the kernel's buffers and ours hold.
  std::thread sender([this] {
    for (bool taken = true; taken;) {
      bool done = false;
      std::mutex mutex;
      std::condition_variable said;
      loop.post([&] {
        const std::lock_guard lock(mutex);
        taken = stream->send(std::string(5000, 'x'));
        done = true;
        said.notify_one();
      });
      std::unique_lock lock(mutex);
      said.wait(lock, [&] { return done; });
    }
  });
  sender.join();
  EXPECT_TRUE(client.ends());
}

TEST_F(HttpServer, HasRoomForSoManyStreams) {
  serve({.connections = 10, .streams = 2});
  std::vector<HttpClient> open;
  for (int i = 0; i < 3; ++i) {
    open.emplace_back(port);
    open.back().send(get("/stream"));
    const auto head = open.back().read_through("\r\n\r\n");
    ASSERT_TRUE(head);
    EXPECT_TRUE(head->starts_with(i < 2 ? "HTTP/1.1 200" : "HTTP/1.1 503"));
  }
}

TEST_F(HttpServer, RefusesWhoComesWhenAllAreBusy) {
  serve({.connections = 2, .streams = 2});
  HttpClient first(port), second(port);
  for (HttpClient* client : {&first, &second}) {
    client->send(get("/stream"));
    ASSERT_TRUE(client->read_through("\r\n\r\n"));
  }
  HttpClient third(port);
  EXPECT_EQ(third.read_answer()->status, 503);
  EXPECT_TRUE(third.ends());
}

TEST(HttpListen, IsOnTheLoopbackOnly) {
  for (const char* host : {"0.0.0.0", "::", "", "*", "127.0.0.2", "10.0.0.1"})
    EXPECT_THROW(listen_loopback(host, 0), Error) << host;
  const file::Descriptor first = listen_loopback("localhost", 0);
  EXPECT_THROW(listen_loopback("127.0.0.1", port_of(first)), Error);
}

}  // namespace
}  // namespace orch::http
