// SPDX-License-Identifier: MIT
#include "support/dashboard.h"

namespace orch::test {
namespace {

class DashboardAttack : public DashboardTest {
 protected:
  // With the host and the header lines that are given, and nothing else.
  int status_with(const std::string& lines,
                  const std::string& path = "/api/session") const {
    return ask("GET " + path + " HTTP/1.1\r\n" + lines + "\r\n").status;
  }
  std::string bearer() const {
    return "Authorization: Bearer " + token + "\r\n";
  }
  // What is sent is refused, and nothing behind it is read as a request.
  void expect_refused(const std::string& bytes, int status) const {
    HttpClient client(port);
    client.send(bytes + request("GET", "/api/session"));
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer) << bytes;
    EXPECT_EQ(answer->status, status) << bytes << "\n" << answer->body;
    EXPECT_FALSE(client.read_answer()) << bytes;
  }
};

TEST_F(DashboardAttack, AnswersToItsOwnNamesOnly) {
  make_team();
  serve();
  const std::string at = ":" + std::to_string(port);
  for (const std::string& name :
       {"127.0.0.1" + at, "localhost" + at, "[::1]" + at, "LocalHost" + at})
    EXPECT_EQ(status_with("Host: " + name + "\r\n" + bearer()), 200) << name;
  for (const std::string& name :
       {std::string("127.0.0.1"), std::string("localhost"),
        std::string("evil.example"), "evil.example" + at,
        "127.0.0.1.evil.example" + at, "localhost.evil.example" + at,
        std::string("127.0.0.1:1"), "127.0.0.1" + at + "0", "127.1" + at,
        "0.0.0.0" + at, "127.0.0.1" + at + ",evil.example", std::string()})
    EXPECT_EQ(status_with("Host: " + name + "\r\n" + bearer()), 421) << name;
  EXPECT_EQ(status_with(bearer()), 400);
  expect_refused("GET / HTTP/1.1\r\nHost: " + host() +
                     "\r\nHost: evil.example\r\n" + bearer() + "\r\n",
                 400);
  EXPECT_EQ(ask("GET http://" + host() + "/api/session HTTP/1.1\r\nHost: " +
                host() + "\r\n" + bearer() + "\r\n")
                .status,
            400);
}

TEST_F(DashboardAttack, AnswersForAProxyUnderTheNameThatItWasTold) {
  make_team();
  serve("--behind-proxy orch.example.org");
  const std::string line = "Host: orch.example.org\r\n" + bearer();
  EXPECT_EQ(status_with(line), 200);
  EXPECT_EQ(status_with(line + "Origin: https://orch.example.org\r\n"), 200);
  EXPECT_EQ(status_with(line + "Origin: http://orch.example.org\r\n"), 403);
  EXPECT_EQ(status_with("Host: x.example.org\r\n" + bearer()), 421);
}

TEST_F(DashboardAttack, AnswersNoPageOfAnotherSite) {
  make_team();
  serve("--allow-write");
  const std::string body = R"({"operands":["impl-api"],)"
                           R"("options":{"message":"m"}})";
  for (const char* origin : {"https://evil.example", "null", "http://localhost",
                             "http://127.0.0.1:1", "file://"}) {
    const std::string line = "Origin: " + std::string(origin) + "\r\n";
    const HttpAnswer read = get("/api/status", line);
    EXPECT_EQ(read.status, 403) << origin;
    EXPECT_EQ(read.header("access-control-allow-origin"), "");
    EXPECT_EQ(ask(request("POST", "/api/send", line, body)).status, 403);
  }
  for (const char* site : {"cross-site", "same-site", "x"})
    EXPECT_EQ(
        get("/api/status", "Sec-Fetch-Site: " + std::string(site) + "\r\n")
            .status,
        403)
        << site;
  for (const char* site : {"same-origin", "none"})
    EXPECT_EQ(
        get("/api/status", "Sec-Fetch-Site: " + std::string(site) + "\r\n")
            .status,
        200);
  EXPECT_EQ(get("/api/status", "Origin: http://" + host() + "\r\n").status,
            200);
  EXPECT_EQ(api("messages")["data"]["messages"], json::Value(json::Array{}));
}

TEST_F(DashboardAttack, NeedsTheTokenForEverything) {
  make_team();
  serve("--allow-write");
  const std::string line = "Host: " + host() + "\r\n";
  for (const std::string& path :
       {std::string("/"), std::string("/index.html"),
        std::string("/api/status"), std::string("/api/events"),
        std::string("/nothing"), "/?token=" + token.substr(1),
        "/?token=" + token + "0", "/?token=" + std::string(64, '0'),
        std::string("/?token=")})
    EXPECT_EQ(status_with(line, path), 401) << path;
  EXPECT_EQ(status_with(line + "Authorization: Basic " + token + "\r\n"), 401);
  EXPECT_EQ(status_with(line + "Cookie: token=" + token + "\r\n"), 401);
  EXPECT_EQ(status_with(line + "Authorization: Bearer x\r\n",
                        "/api/session?token=" + token),
            401);
  EXPECT_EQ(status_with(line, "/api/session?token=" + token), 200);
}

TEST_F(DashboardAttack, TakesNoForm) {
  make_team();
  serve("--allow-write");
  const std::string body = R"({"operands":["impl-api"],)"
                           R"("options":{"message":"m"}})";
  for (const char* type :
       {"text/plain", "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x", "", "text/plain; application/json",
        "application/json, text/plain"})
    EXPECT_EQ(ask("POST /api/send HTTP/1.1\r\nHost: " + host() + "\r\n" +
                  bearer() + "Content-Type: " + type + "\r\nContent-Length: " +
                  std::to_string(body.size()) + "\r\n\r\n" + body)
                  .status,
              415)
        << type;
  EXPECT_EQ(get("/api/send?operands=impl-api&message=m").status, 405);
  EXPECT_EQ(api("messages")["data"]["messages"], json::Value(json::Array{}));
}

TEST_F(DashboardAttack, HasNoFilesButItsOwn) {
  make_team();
  serve();
  for (const char* path :
       {"/../../../../etc/passwd", "/assets/../index.html", "/%2e%2e/%2e%2e/",
        "/assets/%2e%2e%2f%2e%2e%2fetc/passwd", "//etc/passwd", "/etc/passwd",
        "/api/../index.html", "/api//status", "/api/status/", "/API/status",
        "/.git/config", "/index.html/", "/assets\\..\\x"})
    EXPECT_EQ(get(path).status, 404) << path;
  for (const char* path :
       {"/%00", "/index.html%00.js", "/%", "/%2", "/%zz", "/%0d%0aX:%20y", "*",
        "index.html", "/api/status?feature=%00", "/api/status?a=%0a"})
    EXPECT_EQ(get(path).status, 400) << path;
}

TEST_F(DashboardAttack, ReadsNoTwoRequestsInOne) {
  make_team();
  serve("--allow-write");
  const std::string post = "POST /api/send HTTP/1.1\r\nHost: " + host() +
                           "\r\n" + bearer() +
                           "Content-Type: application/json\r\n";
  const std::string get =
      "GET /api/session HTTP/1.1\r\nHost: " + host() + "\r\n" + bearer();
  for (const char* lines :
       {"Content-Length: 2\r\nContent-Length: 4\r\n",
        "Content-Length: 2\r\nContent-Length: 2\r\n",
        "Content-Length: 2, 2\r\n", "Content-Length: -1\r\n",
        "Content-Length: +2\r\n", "Content-Length: 0x2\r\n",
        "Content-Length: 99999999999999999999\r\n", "Content-Length : 2\r\n",
        "Content-Length: 2\r\n X: y\r\n\x01: z\r\n",
        "Content-Length: 2\nX: y\r\n"}) {
    HttpClient client(port);
    client.send(post + lines + "\r\n{}" + request("GET", "/api/session"));
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer) << lines;
    EXPECT_TRUE(answer->status == 400 || answer->status == 413) << lines;
    EXPECT_FALSE(client.read_answer()) << lines;
  }
  expect_refused(post + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411);
  expect_refused(post + "Transfer-Encoding: identity\r\n\r\n{}", 411);
  expect_refused(post + "\r\n{}", 411);
  expect_refused(get + "Content-Length: 5\r\n\r\nabcde", 400);
  expect_refused("GET /api/session HTTP/1.0\r\nHost: " + host() + "\r\n" +
                     bearer() + "\r\n",
                 505);
  expect_refused(post + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n",
                 417);
  expect_refused("\x16\x03\x01\x02\r\n\r\n", 400);
}

TEST_F(DashboardAttack, TakesLengthAndEncodingForNoRequest) {
  make_team();
  serve("--allow-write");
  HttpClient client(port);
  client.send("POST /api/send HTTP/1.1\r\nHost: " + host() + "\r\n" + bearer() +
              "Content-Type: application/json\r\nContent-Length: 4\r\n"
              "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
              request("GET", "/api/session"));
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->status == 400 || answer->status == 411);
  EXPECT_FALSE(client.read_answer());
}

TEST_F(DashboardAttack, KnowsThreeMethods) {
  make_team();
  serve();
  for (const char* method : {"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"}) {
    const HttpAnswer answer = ask(request(method, "/api/status"));
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(answer.header("allow"), "GET, HEAD, POST") << method;
    EXPECT_EQ(answer.header("access-control-allow-methods"), "");
  }
  EXPECT_EQ(ask(request("get", "/api/status")).status, 405);
  EXPECT_EQ(post("/api/recent", "{}").header("allow"), "GET, HEAD");
  EXPECT_EQ(get("/api/send").header("allow"), "POST");
  const HttpAnswer head = ask(request("HEAD", "/api/session"), true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(ask(request("HEAD", "/api/events"), true).status, 405);
}

TEST_F(DashboardAttack, AnswersWhatIsAskedInOneGoInItsOrder) {
  make_team();
  serve();
  HttpClient client(port);
  client.send(request("GET", "/api/session") + request("HEAD", "/api/queue") +
              request("GET", "/api/nothing") + request("GET", "/api/queue"));
  EXPECT_TRUE(holds(client.read_answer()->body, "started_at"));
  EXPECT_EQ(client.read_answer(true)->status, 200);
  EXPECT_EQ(client.read_answer()->status, 404);
  EXPECT_TRUE(holds(client.read_answer()->body, "batches"));
}

TEST_F(DashboardAttack, TakesNothingTooLarge) {
  make_team();
  serve("--allow-write");
  HttpClient header(port);
  header.send("GET / HTTP/1.1\r\nHost: " + host() +
              "\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n");
  EXPECT_EQ(header.read_answer()->status, 431);
  EXPECT_TRUE(header.ends());
  HttpClient line(port);
  line.send("GET /" + std::string(20'000, 'x') + " HTTP/1.1\r\n\r\n");
  EXPECT_EQ(line.read_answer()->status, 431);
  EXPECT_EQ(post("/api/send", std::string(300'000, 'x')).status, 413);
  EXPECT_EQ(post("/api/send", std::string(200'000, '[')).status, 400);
  EXPECT_EQ(post("/api/send", R"({"operands":["impl-api"],"options":)"
                              R"({"message":")" +
                                  std::string(70'000, 'x') + "\"}}")
                .status,
            400);
}

TEST_F(DashboardAttack, WaitsForNobodyWhoIsSlow) {
  make_team();
  serve("--allow-write");
  HttpClient silent(port), header(port), body(port);
  header.send("GET /api/session HTTP/1.1\r\nHost: ");
  body.send("POST /api/send HTTP/1.1\r\nHost: " + host() + "\r\n" + bearer() +
            "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
  EXPECT_EQ(get("/api/session").status, 200);
  EXPECT_TRUE(header.ends());
  EXPECT_TRUE(silent.ends());
  EXPECT_TRUE(body.ends());
}

TEST_F(DashboardAttack, KeepsAnsweringUnderFiveHundredStreams) {
  make_team();
  serve();
  int open = 0, refused = 0;
  {
    std::vector<HttpClient> streams;
    for (int i = 0; i < 500; ++i) {
      HttpClient client(port);
      ASSERT_TRUE(client.send(request("GET", "/api/events")));
      const auto head = client.read_through("\r\n\r\n");
      ASSERT_TRUE(head);
      ++(head->starts_with("HTTP/1.1 200") ? open : refused);
      if (head->starts_with("HTTP/1.1 200"))
        streams.push_back(std::move(client));
      else
        EXPECT_TRUE(head->starts_with("HTTP/1.1 503")) << *head;
    }
    EXPECT_EQ(get("/api/session").status, 200);
    EXPECT_EQ(api("queue")["ok"], json::Value(true));
  }
  EXPECT_EQ(open, 256);
  EXPECT_EQ(refused, 244);
  EXPECT_TRUE(eventually(
      [&] { return ask(request("GET", "/api/events"), true).status == 200; }));
}

TEST_F(DashboardAttack, LetsGoOfTheIdleForThoseWhoAsk) {
  make_team();
  serve();
  std::vector<HttpClient> idle;
  for (int i = 0; i < 700; ++i) {
    idle.emplace_back(port);
    ASSERT_TRUE(idle.back().is_connected());
  }
  EXPECT_EQ(get("/api/session").status, 200);
}

TEST_F(DashboardAttack, KeepsHostileTextsAsTexts) {
  box.make_repository();
  box.ok("git orch init -q");
  box.run_in(box.repo(), {"git", "branch", "x</script><script>alert(1)"});
  box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  const std::string text =
      "</script><img src=x onerror=alert(1)> \xe2\x80\xae"
      "bidi \x1b[31m "
      "\"quoted\" \\ __TOKEN__";
  box.run_in(box.repo(), {"git", "orch", "send", "impl-api", "-q", "-m", text});
  box.run_in(box.repo(),
             {"git", "orch", "blocker", "add", "impl-api", text, "-q"});
  serve();
  for (const char* path : {"messages", "blocker", "status", "recent"}) {
    const HttpAnswer answer = get("/api/" + std::string(path));
    EXPECT_EQ(answer.header("content-type"), "application/json");
    EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
    EXPECT_EQ(answer.body.find('\x1b'), std::string::npos) << path;
    EXPECT_TRUE(json::parse(answer.body)) << path;
  }
  EXPECT_EQ((*api("blocker")["data"]["blockers"].as_array())[0]["description"],
            json::Value(text));
  const HttpAnswer odd = get("/api/status?feature=%3C/script%3E%3Cscript%3E");
  EXPECT_EQ(odd.status, 404);
  EXPECT_EQ(odd.header("content-type"), "application/json");
  EXPECT_EQ(get("/").body.find("<script>alert"), std::string::npos);
}

}  // namespace
}  // namespace orch::test
