// SPDX-License-Identifier: MIT
#include "support/dashboard.h"

namespace orch::test {
namespace {

class Dashboard : public DashboardTest {};

TEST_F(Dashboard, SaysWhereItIsAndServesThePage) {
  make_team();
  serve();
  EXPECT_TRUE(url.starts_with("http://127.0.0.1:")) << url;
  EXPECT_EQ(token.size(), 64U);
  const HttpAnswer page = get("/?token=" + token);
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.header("content-type"), "text/html; charset=utf-8");
  EXPECT_TRUE(holds(page.body, token));
  EXPECT_EQ(page.body.find("__TOKEN__"), std::string::npos);
  EXPECT_TRUE(holds(page.header("content-security-policy"),
                    "default-src 'none'; script-src 'self'; style-src 'self'"));
  EXPECT_TRUE(
      holds(page.header("content-security-policy"), "frame-ancestors 'none'"));
  EXPECT_EQ(page.header("x-content-type-options"), "nosniff");
  EXPECT_EQ(page.header("referrer-policy"), "no-referrer");
  EXPECT_EQ(page.header("cache-control"), "no-store");
  EXPECT_EQ(page.header("cross-origin-opener-policy"), "same-origin");
  EXPECT_EQ(page.header("cross-origin-resource-policy"), "same-origin");
  EXPECT_EQ(page.header("access-control-allow-origin"), "");
  EXPECT_EQ(get("/assets/none.js").status, 404);
}

TEST_F(Dashboard, AnswersWhatTheVerbsPrint) {
  // A tick behind one of these changes nothing more between two looks.
  box.set("ORCH_TEST_NOW", "1800000000000");
  make_team();
  box.ok("git orch task add \"T one\" -q");
  box.ok("git orch send impl-api -q -m hello");
  box.ok("git orch blocker add impl-api \"no keys\" -q");
  box.ok("git orch tick -q");
  serve();
  const std::vector<std::pair<std::string, std::string>> kSame = {
      {"status", "status"},
      {"status?feature=001-a", "status 001-a"},
      {"agent", "agent list"},
      {"agent/log?agent=impl-api&n=5", "agent log impl-api -n 5"},
      {"ask", "ask list"},
      {"blocker", "blocker list"},
      {"blocker?feature=001-a", "blocker list 001-a"},
      {"brief?agent=impl-api", "brief impl-api"},
      {"check-conflicts", "check-conflicts"},
      {"check-conflicts?all=1&kind=stale&committed-only=1",
       "check-conflicts --all --kind stale --committed-only"},
      {"check-conflicts?with=main", "check-conflicts --with main"},
      {"checkin", "checkin list"},
      {"checkin?agent=impl-api", "checkin list impl-api"},
      {"conflicts", "conflicts list"},
      {"contradictions", "contradictions list"},
      {"daemon", "daemon status"},
      {"drill", "drill load --last"},
      {"export?feature=001-a", "export 001-a"},
      {"hooks", "hooks"},
      {"inbox?agent=impl-api&all=1", "inbox --agent impl-api --all"},
      {"integrate", "integrate --list"},
      {"integrate?all=1", "integrate --list --all-features"},
      {"integrate?feature=001-a", "integrate --list --feature 001-a"},
      {"limits", "limits status"},
      {"messages", "inbox --everyone"},
      {"messages?n=1", "inbox --everyone -n 1"},
      {"notify", "notify list"},
      {"policy", "policy"},
      {"policy/check", "policy check"},
      {"queue", "queue list"},
      {"recent", "recent"},
      {"recent?n=1", "recent 1"},
      {"role", "role"},
      {"runtime", "runtime"},
      {"snapshot", "snapshot"},
      {"snapshot?agent=impl-api", "snapshot list impl-api"},
      {"stats", "stats"},
      {"stats?by=role&days=2", "stats --by role --days 2"},
      {"sync", "sync status"},
      {"sync-status", "sync-status"},
      {"task", "task"},
      {"task?all=1", "task list --all"},
      {"task?feature=001-a", "task list --feature 001-a"},
      {"version", "version"}};
  for (const auto& [path, verb] : kSame)
    EXPECT_EQ(json::to_text(api(path)),
              json::to_text(box.type("git orch " + verb + " --json").json()))
        << path;
  const json::Value all = api("task?all=1");
  const json::Array& tasks = *all["data"]["tasks"].as_array();
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0]["spec_id"], json::Value("001-a"));
}

TEST_F(Dashboard, AnswersErrorsAsTheVerbsDo) {
  make_team();
  serve();
  for (const auto& [path, verb] :
       std::vector<std::pair<std::string, std::string>>{
           {"status?feature=002-b", "status 002-b"},
           {"agent/log?agent=nobody", "agent log nobody"},
           {"task?feature=002-b", "task list --feature 002-b"},
           {"export?feature=002-b", "export 002-b"},
           {"sync?agent=nobody", "sync status nobody"}}) {
    const HttpAnswer answer = get("/api/" + path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(json::parse(answer.body),
              box.type("git orch " + verb + " --json").json())
        << path;
  }
  EXPECT_EQ(get("/api/recent?n=0").status, 400);
  for (const auto& [path, most] : std::vector<std::pair<std::string, int>>{
           {"recent?n=", 1000},
           {"messages?n=", 1000},
           {"agent/log?agent=impl-api&n=", 2000}}) {
    EXPECT_EQ(get("/api/" + path + std::to_string(most)).status, 200) << path;
    const HttpAnswer more = get("/api/" + path + std::to_string(most + 1));
    EXPECT_EQ(more.status, 400) << path;
    EXPECT_TRUE(
        holds(more.body, "'n' is " + std::to_string(most) + " at most"));
  }
  EXPECT_EQ(get("/api/recent?feature=001-a").status, 400);
  EXPECT_EQ(get("/api/status?feature=-v").status, 400);
  EXPECT_EQ(get("/api/agent/log").status, 400);
  EXPECT_EQ(get("/api/brief").status, 400);
  EXPECT_EQ(get("/api/task?all=yes").status, 400);
  EXPECT_EQ(get("/api/task?all=1&feature=001-a").status, 400);
  const HttpAnswer unknown = get("/api/nothing");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_TRUE(holds(unknown.body, "known: agent, agent/log, ask"));
}

TEST_F(Dashboard, AnswersOfSeveralFeaturesAsTheVerbsDo) {
  make_team();
  box.ok("git orch task add \"T one\" -q");
  box.ok("git orch init-feature 002-b --roles overseer -q");
  box.ok("git orch task add \"T two\" --feature 002-b -q");
  serve();
  for (const auto& [path, verb] :
       std::vector<std::pair<std::string, std::string>>{
           {"task", "task"},
           {"task?all=1", "task list --all"},
           {"integrate", "integrate --list"},
           {"integrate?all=1", "integrate --list --all-features"}})
    EXPECT_EQ(json::parse(get("/api/" + path).body),
              box.type("git orch " + verb + " --json").json())
        << path;
  EXPECT_EQ(get("/api/task").status, 409);
  EXPECT_EQ(api("task?all=1")["data"]["tasks"].as_array()->size(), 2U);
}

TEST_F(Dashboard, TellsThatNothingChangedByAnETag) {
  make_team();
  serve();
  const std::string tag = get("/api/queue").header("etag");
  ASSERT_NE(tag, "");
  const HttpAnswer same = get("/api/queue", "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(get("/api/queue", "If-None-Match: \"other\"\r\n").status, 200);
}

TEST_F(Dashboard, ServesThePagesFilesSmallAndOnce) {
  make_team();
  serve();
  const std::string path = "/assets/app.js";
  ASSERT_TRUE(holds(get("/").body, path + "?token=" + token));
  const HttpAnswer plain = get(path);
  const HttpAnswer small = get(path, "Accept-Encoding: br, gzip\r\n");
  EXPECT_EQ(plain.status, 200);
  EXPECT_EQ(plain.header("content-encoding"), "");
  EXPECT_EQ(small.header("content-encoding"), "gzip");
  EXPECT_LT(small.body.size(), plain.body.size());
  const std::string tag = plain.header("etag");
  EXPECT_EQ(get(path, "If-None-Match: " + tag + "\r\n").status, 304);
}

TEST_F(Dashboard, NamesWhatACommitChanged) {
  make_team();
  serve();
  api("recent");
  HttpClient events = stream();
  const std::string there = box.worktree("001-a", "impl-api");
  box.write(there + "/new.txt", "new\n");
  box.run_in(there, {"git", "add", "new.txt"});
  ASSERT_EQ(box.run_in(there, {"git", "commit", "-qm", "new"}).status, 0);
  const auto change = events.read_through("\"recent\"");
  ASSERT_TRUE(change);
  EXPECT_TRUE(holds(*change, "event: change\ndata: {\"views\":["));
  const json::Value recent = api("recent");
  EXPECT_EQ((*recent["data"]["events"].as_array())[0]["message"],
            json::Value("new"));
}

TEST_F(Dashboard, SaysThatTheRepositoryIsGone) {
  make_team();
  serve("--allow-write");
  HttpClient events = stream();
  api("status");
  // Ticks of what was typed may still be writing there.
  ASSERT_TRUE(eventually([&] {
    return box.run_in(box.root(), {"rm", "-rf", box.repo()}).status == 0;
  }));
  EXPECT_TRUE(events.read_through("event: gone\n"));
  const HttpAnswer answer = get("/api/status");
  EXPECT_EQ(answer.status, 410) << answer.body;
  EXPECT_TRUE(holds(answer.body, "is not there any more"));
  const HttpAnswer written =
      post("/api/resume", R"({"operands":["impl-api"]})");
  EXPECT_EQ(written.status, 410);
  EXPECT_EQ(written.body, answer.body);
  EXPECT_EQ(get("/api/session").status, 200);
}

TEST_F(Dashboard, ReadsAStoreThatWasPutInPlaceOfTheOld) {
  make_team();
  const std::string copy = box.path("copy.db");
  box.ok("git orch backup " + copy + " -q");
  box.ok("git orch task add \"T one\" -q");
  serve();
  EXPECT_EQ(api("task")["data"]["tasks"].as_array()->size(), 1U);
  box.ok("git orch restore " + copy + " -q");
  EXPECT_EQ(api("task")["data"]["tasks"].as_array()->size(), 0U);
}

TEST_F(Dashboard, AnswersEmptyWithoutAStoreAndMakesNone) {
  box.make_repository();
  serve();
  for (const auto& [path, verb] :
       std::vector<std::pair<std::string, std::string>>{
           {"status", "status"},
           {"queue", "queue"},
           {"recent", "recent"},
           {"messages", "inbox --everyone"},
           {"limits", "limits"}})
    EXPECT_EQ(json::to_text(api(path)),
              json::to_text(box.type("git orch " + verb + " --json").json()))
        << path;
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

TEST_F(Dashboard, ShowsOtherRepositoriesOfTheUser) {
  make_team();
  const std::string first = box.repo();
  box.make_repository("second");
  box.ok("git orch init -q");
  box.ok("git orch init-feature 009-z --roles overseer -q");
  serve("", first);
  const json::Value all = api("repositories");
  std::string other;
  for (const json::Value& row : *all["data"]["repositories"].as_array())
    if (row["is_here"] == json::Value(false)) other = *row["id"].as_string();
  ASSERT_NE(other, "");
  const json::Value status = api("status?repo=" + other);
  EXPECT_EQ((*status["data"]["features"].as_array())[0]["spec_id"],
            json::Value("009-z"));
  EXPECT_EQ(get("/api/status?repo=0123456789abcdef").status, 404);
}

TEST_F(Dashboard, WritesOnlyWhenItMay) {
  make_team();
  serve();
  const std::string body =
      R"({"operands":["impl-api"],"options":{"message":"from the page"}})";
  const HttpAnswer refused = post("/api/send", body);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ((*json::parse(refused.body))["error"]["code"],
            json::Value("refused_by_policy"));
  EXPECT_EQ(api("session")["data"]["verbs"], json::Value(json::Array{}));
  signal_server("TERM");
  serve("--allow-write");
  EXPECT_EQ(api("session")["data"]["allow_write"], json::Value(true));
  const HttpAnswer sent = post("/api/send", body);
  EXPECT_EQ(sent.status, 200) << sent.body;
  EXPECT_EQ((*api("messages")["data"]["messages"].as_array())[0]["text"],
            json::Value("from the page"));
  for (const char* odd :
       {R"({"operands":["--all"]})", R"({"options":{"interrupt":true}})",
        R"({"operands":"impl-api"})", R"([1])", R"({"argv":[]})", "{"})
    EXPECT_EQ(post("/api/send", odd).status, 400) << odd;
  EXPECT_EQ(post("/api/ask", R"({"operands":["merge"]})").status, 400);
  EXPECT_EQ(post("/api/gc", "{}").status, 404);
  EXPECT_EQ(post("/api/status", "{}").status, 405);
}

TEST_F(Dashboard, ListensOnASocketOfThisUserAlone) {
  make_team();
  const std::string path = box.path("sock") + "/page";
  serve("--socket " + path);
  EXPECT_EQ(box.run_in(box.root(), {"stat", "-c", "%a", path}).out, "600\n");
  EXPECT_EQ(box.run_in(box.root(), {"stat", "-c", "%a", box.path("sock")}).out,
            "700\n");
  HttpClient client(path);
  client.send(
      "GET /api/session HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
      "Bearer " +
      token + "\r\n\r\n");
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200) << answer->body;
  signal_server("TERM");
  EXPECT_TRUE(eventually([&] { return !runs(); }));
  EXPECT_NE(box.run_in(box.root(), {"test", "-e", path}).status, 0);
  box.run_in(box.root(), {"chmod", "755", box.path("sock")});
  const Result open = box.type("git orch dashboard --socket " + path);
  EXPECT_EQ(open.status, 128);
  EXPECT_TRUE(holds(
      open.err,
      "is not yours alone\n"
      "hint: one of its own, which is made when it is not there: git orch "
      "dashboard --socket ~/.git-orch/dashboard.sock\n"));
}

TEST_F(Dashboard, RefusesEveryOtherPlace) {
  make_team();
  for (const char* host : {"0.0.0.0", "::", "192.168.1.1", "example.org"}) {
    const Result r = box.type("git orch dashboard --host " + std::string(host));
    EXPECT_EQ(r.status, 129) << host;
    EXPECT_TRUE(holds(r.err, "a proxy with TLS")) << host;
  }
  serve();
  const Result again =
      box.type("git orch dashboard --port " + std::to_string(port));
  EXPECT_EQ(again.status, 128);
  EXPECT_TRUE(holds(again.err, "is in use"));
  EXPECT_TRUE(holds(again.err, "git orch dashboard --port 0"));
  for (const char* line :
       {"--port 65536", "--port x", "--socket a --port 1", "extra",
        "--behind-proxy \"a b\"", "--socket a --open"})
    EXPECT_EQ(box.type("git orch dashboard " + std::string(line)).status, 129)
        << line;
}

TEST_F(Dashboard, OpensTheBrowserByAFileOfThisUserAlone) {
  make_team();
  box.write(box.path("bin") + "/xdg-open",
            "#!/bin/sh\nprintf %s \"$1\" >" + box.path("opened.new") + "\nmv " +
                box.path("opened.new") + " " + box.path("opened") + "\n");
  box.run_in(box.root(), {"chmod", "+x", box.path("bin") + "/xdg-open"});
  box.set("PATH", box.path("bin") + ":" + std::string(ORCH_BUILD_DIR) +
                      "/bin:/usr/bin:/bin");
  serve("--open");
  EXPECT_TRUE(eventually([&] {
    return box.run_in(box.root(), {"test", "-e", box.path("opened")}).status ==
           0;
  }));
  // What is on a command line everybody can read.
  const std::string file = box.read(box.path("opened"));
  EXPECT_EQ(file.find(token), std::string::npos);
  EXPECT_TRUE(holds(box.read(file),
                    "http-equiv=\"refresh\" content=\"0; url=" + url + "\""));
  const std::string directory = file.substr(0, file.rfind('/'));
  EXPECT_EQ(box.run_in(box.root(), {"stat", "-c", "%a", file, directory}).out,
            "600\n700\n");
  signal_server("TERM");
  EXPECT_TRUE(eventually([&] { return !runs(); }));
  EXPECT_NE(box.run_in(box.root(), {"test", "-e", directory}).status, 0);
}

TEST_F(Dashboard, EndsWhenItIsTold) {
  make_team();
  for (const char* name : {"TERM", "HUP"}) {
    serve();
    HttpClient events = stream();
    signal_server(name);
    EXPECT_TRUE(events.ends()) << name;
    EXPECT_TRUE(eventually([&] { return !runs(); })) << name;
    EXPECT_EQ(box.read(box.path("complained")), "");
  }
}

}  // namespace
}  // namespace orch::test
