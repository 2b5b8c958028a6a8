// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "support/sandbox.h"

namespace orch::test {
namespace {

namespace fs = std::filesystem;

// Listens on 127.0.0.1; port 0: one that the kernel chooses.
class Listener {
 public:
  explicit Listener(int port = 0) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    a.sin_port = htons(static_cast<std::uint16_t>(port));
    socklen_t size = sizeof a;
    listens_ = ::bind(fd_, reinterpret_cast<sockaddr*>(&a), size) == 0 &&
               ::listen(fd_, 1) == 0;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&a), &size);
    port_ = ntohs(a.sin_port);
  }
  ~Listener() { ::close(fd_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  bool listens() const { return listens_; }
  int port() const { return port_; }

 private:
  int fd_;
  bool listens_ = false;
  int port_ = 0;
};

class AgentPorts : public ::testing::Test {
 protected:
  AgentPorts() {
    box.make_repository();
    box.ok("git orch init -q");
    role("ports: [PORT, DB_PORT]\nenv: {URL: 'http://[::1]:{port.PORT}/'}\n");
  }
  void role(const std::string& keys) const {
    box.write(box.repo() + "/.git/orch/roles/web.yaml",
              "name: web\nkind: support\nruntime: script\n" + keys);
  }
  void range(int first, int last) const {
    box.ok("git config orch.portRange " + std::to_string(first) + "-" +
           std::to_string(last));
  }
  Result start(const std::string& name, const std::string& verb = "start") {
    fs::create_directories(box.path(name));
    return box.type("git orch agent " + verb +
                    (verb == "start" ? " --role web --dir " : " --dir ") +
                    box.path(name) + " --json");
  }
  json::Value ports(const std::string& name,
                    const std::string& verb = "start") {
    const Result r = start(name, verb);
    EXPECT_EQ(r.status, 0) << r.err << r.out;
    told = r.err;
    agent = r.data()["agent"];
    return agent["ports"];
  }
  // The port of a variable; -1 when it has none.
  static std::int64_t port(const json::Value& ports, const std::string& name) {
    return ports[name].as_integer() ? *ports[name].as_integer() : -1;
  }
  std::set<std::string> environment() const {
    std::ifstream in("/proc/" + std::to_string(*agent["pid"].as_integer()) +
                     "/environ");
    std::set<std::string> out;
    for (std::string entry; std::getline(in, entry, '\0');) out.insert(entry);
    return out;
  }
  Sandbox box;
  std::string told;
  json::Value agent;
};

TEST_F(AgentPorts, AreInTheAgentsEnvironment) {
  const json::Value p = ports("one");
  const std::string number = std::to_string(port(p, "PORT"));
  EXPECT_GE(port(p, "PORT"), 20000);
  EXPECT_LE(port(p, "PORT"), 29999);
  EXPECT_NE(port(p, "PORT"), port(p, "DB_PORT"));
  const auto all = environment();
  EXPECT_TRUE(all.contains("PORT=" + number));
  EXPECT_TRUE(all.contains("DB_PORT=" + std::to_string(port(p, "DB_PORT"))));
  EXPECT_TRUE(all.contains("URL=http://[::1]:" + number + "/"));
  const std::string row = box.ok("git orch agent list --json");
  EXPECT_TRUE(holds(row, R"("ports":{"DB_PORT":)" +
                             std::to_string(port(p, "DB_PORT")) +
                             R"(,"PORT":)" + number + "}}"));
  EXPECT_FALSE(holds(box.ok("git orch agent list --porcelain"), number));
}

TEST_F(AgentPorts, StayTheSameAndGoWithTheirName) {
  const json::Value before = ports("one");
  EXPECT_EQ(ports("one", "restart"), before);
  EXPECT_EQ(told, "");
  role("ports: [DB_PORT]\n");
  const json::Value after = ports("one", "restart");
  EXPECT_EQ(port(after, "PORT"), -1);
  EXPECT_EQ(port(after, "DB_PORT"), port(before, "DB_PORT"));
}

TEST_F(AgentPorts, AreOthersWhenSomebodyElseListens) {
  const json::Value before = ports("one");
  box.ok("git orch agent stop dir/one -q");
  const Listener taken(static_cast<int>(port(before, "PORT")));
  ASSERT_TRUE(taken.listens());
  const json::Value after = ports("one");
  EXPECT_NE(port(after, "PORT"), port(before, "PORT"));
  EXPECT_EQ(port(after, "DB_PORT"), port(before, "DB_PORT"));
  EXPECT_EQ(told, "somebody else listens on port " +
                      std::to_string(port(before, "PORT")) +
                      ": 'PORT' of 'dir/one' is now " +
                      std::to_string(port(after, "PORT")) + "\n");
}

TEST_F(AgentPorts, ComeFromTheRange) {
  const Listener taken;
  ASSERT_TRUE(taken.listens());
  role("ports: [PORT]\n");
  range(taken.port(), taken.port());
  const Result r = start("one");
  EXPECT_EQ(r.status, 4);
  const std::string number = std::to_string(taken.port());
  EXPECT_EQ(r.json()["error"]["message"],
            json::Value("no port of " + number + "-" + number +
                        " is free for 'PORT' of 'dir/one'"));
  EXPECT_TRUE(holds(box.ok("git orch agent list --porcelain"), "\tstopped\t"));
  range(taken.port() - 20, taken.port());
  const std::int64_t got = port(ports("one"), "PORT");
  EXPECT_GE(got, taken.port() - 20);
  EXPECT_LT(got, taken.port());
  for (const char* bad :
       {"20000", "30000-20000", "80-90", "1024-65536", "a-b", "-"}) {
    box.run_in(box.repo(), {"git", "config", "orch.portRange", bad});
    const Result refused = start("two");
    EXPECT_EQ(refused.status, 129) << bad;
    EXPECT_TRUE(holds(*refused.json()["error"]["message"].as_string(),
                      "for 'orch.portRange'"));
  }
}

TEST_F(AgentPorts, AreNeverThoseOfAnotherAgent) {
  // Sixteen ports of forty: many begin their search at the same one.
  range(24000, 24039);
  std::string line = "sh -c \"";
  for (int n = 0; n < 8; ++n) {
    const std::string d = box.path("d" + std::to_string(n));
    fs::create_directories(d);
    line += "git orch agent start -q --role web --dir " + d + " & ";
  }
  box.ok(line + "wait\"");
  const json::Value data = box.type("git orch agent list --json").data();
  std::set<std::int64_t> seen;
  for (const json::Value& a : *data["agents"].as_array())
    for (const char* name : {"PORT", "DB_PORT"})
      seen.insert(port(a["ports"], name));
  EXPECT_EQ(data["agents"].as_array()->size(), 8U);
  EXPECT_EQ(seen.size(), 16U);
  EXPECT_FALSE(seen.contains(-1));
}

TEST_F(AgentPorts, AreFreeAgainWhenTheAgentIsCleaned) {
  const std::int64_t had = port(ports("one"), "PORT");
  ASSERT_NE(had, -1);
  box.ok("git orch agent stop dir/one -q");
  EXPECT_TRUE(
      holds(box.ok("git orch query 'SELECT count(*) FROM ports'"), "2"));
  box.ok("git orch agent clean -q");
  EXPECT_TRUE(
      holds(box.ok("git orch query 'SELECT count(*) FROM ports'"), "0"));
}

}  // namespace
}  // namespace orch::test
