// SPDX-License-Identifier: MIT
#pragma once

#include "support/http.h"
#include "support/sandbox.h"

// A repository with a team of two, and the server that shows it.
namespace orch::test {

class DashboardTest : public ::testing::Test {
 protected:
  void make_team() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  }

  // Starts it in the background, and waits until it has said where it is.
  void serve(const std::string& options = "", const std::string& in = "") {
    box.run_in(box.root(), {"rm", "-f", box.path("said")});  // by another
    const Result started = box.run_in(
        in.empty() ? box.repo() : in,
        {"sh", "-ec",
         "git-orch-dashboard --json " + options + " >" + box.path("said") +
             " 2>" + box.path("complained") + " </dev/null & echo $!"});
    ASSERT_EQ(started.status, 0) << started.err;
    ASSERT_TRUE(eventually([&] { return holds_line(box.path("said")); }))
        << box.read(box.path("complained"));
    const auto said = json::parse(box.read(box.path("said")));
    ASSERT_TRUE(said);
    url = *(*said)["data"]["url"].as_string();
    pid = std::to_string(*(*said)["data"]["pid"].as_integer());
    token = url.substr(url.find("token=") + 6);
    const std::size_t colon = url.find(':', 7);
    if (colon != std::string::npos) port = std::atoi(url.c_str() + colon + 1);
  }
  bool holds_line(const std::string& path) const {
    return box.run_in(box.root(), {"grep", "-q", "version", path}).status == 0;
  }
  bool runs() const {
    // One that has ended and that nobody has waited for runs no more.
    return box.run_in(box.root(), {"grep", "-q", "^State:.[^ZX]",
                                   "/proc/" + pid + "/status"})
               .status == 0;
  }
  void signal_server(const std::string& name) const {
    box.run_in(box.root(), {"kill", "-" + name, pid});
  }

  std::string host() const { return "127.0.0.1:" + std::to_string(port); }
  // A request as a browser sends it. `more`: header lines, each with its end.
  std::string request(const std::string& method, const std::string& path,
                      const std::string& more = "",
                      const std::string& body = "") const {
    std::string out = method + " " + path + " HTTP/1.1\r\nHost: " + host() +
                      "\r\nAuthorization: Bearer " + token + "\r\n" + more;
    if (method == "POST")
      out += "Content-Type: application/json\r\nContent-Length: " +
             std::to_string(body.size()) + "\r\n";
    return out + "\r\n" + body;
  }
  HttpAnswer ask(const std::string& bytes, bool bodiless = false) const {
    HttpClient client(port);
    client.send(bytes);
    return client.read_answer(bodiless).value_or(HttpAnswer{});
  }
  HttpAnswer get(const std::string& path, const std::string& more = "") const {
    return ask(request("GET", path, more));
  }
  HttpAnswer post(const std::string& path, const std::string& body) const {
    return ask(request("POST", path, "", body));
  }
  json::Value api(const std::string& path) const {
    const HttpAnswer answer = get("/api/" + path);
    EXPECT_EQ(answer.status, 200) << path << "\n" << answer.body;
    return json::parse(answer.body).value_or(json::Value());
  }
  // A stream that has said hello.
  HttpClient stream() const {
    HttpClient client(port);
    client.send(request("GET", "/api/events"));
    EXPECT_TRUE(client.read_through("event: hello\n"));
    EXPECT_TRUE(client.read_through("\n\n"));
    return client;
  }

  Sandbox box;
  std::string url, token, pid;
  int port = 0;
};

}  // namespace orch::test
