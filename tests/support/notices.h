// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "file/file.h"
#include "support/sandbox.h"

namespace orch::test {

// A repository with a feature 001-a, a clock that the test sets, and a sink
// that writes down what it is told. Only the ticks that a test types run.
class NotifyTest : public ::testing::Test {
 protected:
  static constexpr std::int64_t kStart = 1800000000000;  // 2027-01-15T08:00:00Z
  static constexpr std::int64_t kMinute = 60000;

  NotifyTest() {
    box.make_repository();
    box.ok("mkdir " + box.path("bin"));
    box.set("PATH", box.path("bin") + ":" + std::string(ORCH_BUILD_DIR) +
                        "/bin:/usr/bin:/bin");
    box.set("TZ", "UTC");
    at(kStart);
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api,impl-ui");
    for (const char* name : {"tick-next", "tick"})
      locks_.push_back(file::Lock::take(box.repo() + "/.git/orch/lock/" + name,
                                        file::Lock::Mode::Exclusive, 60000,
                                        name));
  }
  void at(std::int64_t now) { box.set("ORCH_TEST_NOW", std::to_string(now)); }
  std::string sql(const std::string& query) const {
    const Result r = box.run_in(
        box.repo(),
        {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db", query});
    EXPECT_EQ(r.status, 0) << r.err;
    return r.out;
  }
  // What an agent asks a person.
  void ask(const std::string& action, std::int64_t agent = 2) const {
    sql("INSERT INTO asks(agent_id, action, text, approver, created_at, "
        "expires_at) VALUES (" +
        std::to_string(agent) + ", '" + action +
        "', 'why', 'person', 1800000000000, 1900000000000)");
  }
  // A key of a sink, in this user's own configuration.
  void set(const std::string& key, const std::string& value) const {
    EXPECT_EQ(box.run_in(box.repo(), {"git", "config", "--global",
                                      "orch.notify." + key, value})
                  .status,
              0);
  }
  std::string program(const std::string& name, const std::string& body) const {
    const std::string path = box.path("bin/" + name);
    box.write(path, "#!/bin/sh\n" + body);
    box.ok("chmod +x " + path);
    return path;
  }
  // The sink `desk`, a line of JSON each time.
  void set_desk() const {
    set("desk", program("tell", "cat >> " + box.path("told") + "\n"));
  }
  // One tick, and until nobody sends any more.
  void tick() const {
    box.ok("git orch tick -q");
    box.type("git orch notify send -q");
  }
  // What the sink `desk` was told since the last time.
  std::vector<json::Value> told() const {
    std::vector<json::Value> out;
    if (!file::exists(box.path("told"))) return out;
    const std::string all = box.read(box.path("told"));
    for (std::size_t begin = 0; begin < all.size();) {
      const std::size_t end = all.find('\n', begin);
      const auto value = json::parse(all.substr(begin, end - begin));
      EXPECT_TRUE(value) << all;
      if (value) out.push_back(*value);
      begin = end + 1;
    }
    box.ok("rm " + box.path("told"));
    return out;
  }
  std::string outbox() const {
    return sql(
        "SELECT group_concat(status) FROM (SELECT status FROM "
        "notice_deliveries ORDER BY id)");
  }
  static std::string text_of(const json::Value& value) {
    const std::string* text = value["text"].as_string();
    return text ? *text : "";
  }

  Sandbox box;

 private:
  std::vector<file::Lock> locks_;
};

}  // namespace orch::test
