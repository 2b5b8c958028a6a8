// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "file/file.h"
#include "support/dashboard.h"

namespace orch::test {
namespace {

// Files that are pipes: who reads one hangs for as long as we hold it.
class DashboardHang : public DashboardTest {
 protected:
  // The server starts in `first`, and shows the repository `other`, too.
  void serve_two(const std::string& options) {
    make_team();
    first = box.repo();
    box.make_repository("second");
    box.ok("git orch init -q");
    box.ok("git orch init-feature 009-z --roles overseer -q");
    serve(options, first);
    const json::Value all = api("repositories");
    for (const json::Value& row : *all["data"]["repositories"].as_array())
      if (row["is_here"] == json::Value(false)) other = *row["id"].as_string();
    ASSERT_NE(other, "");
  }
  void make_pipe(const std::string& path) const {
    box.run_in(first, {"rm", "-f", path});
    box.run_in(first, {"mkdir", "-p", file::parent_of(path)});
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0) << path;
  }
  // How many programs the server has started that have not ended.
  std::ptrdiff_t programs() const {
    const std::string all =
        box.run_in(box.root(), {"ps", "--ppid", pid, "-o", "stat="}).out;
    return std::count(all.begin(), all.end(), '\n');
  }

  std::string first, other;
};

TEST_F(DashboardHang, HoldsUpNoOtherRepositoryAndNoEnd) {
  serve_two("");
  HttpClient events = stream();
  // Something to fold, and behind it what never ends.
  const std::string pipe = first + "/.git/orch/spool/fold-zz";
  make_pipe(pipe);
  box.write(first + "/.git/orch/spool/fold-00", "x");
  HttpClient hangs(port);
  hangs.send(request("GET", "/api/status"));
  file::Descriptor held;  // there is a reader when it can be opened
  ASSERT_TRUE(eventually([&] {
    held = file::Descriptor(
        ::open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    return static_cast<bool>(held);
  }));
  EXPECT_EQ(get("/api/status?repo=" + other).status, 200);
  EXPECT_EQ(get("/api/notify?repo=" + other).status, 200);
  signal_server("TERM");
  EXPECT_TRUE(events.ends());
  EXPECT_TRUE(eventually([&] { return !runs(); }));
  EXPECT_EQ(box.read(box.path("complained")), "");
}

TEST_F(DashboardHang, WritesThatHangHoldUpNothingThatReads) {
  constexpr int kMost = 8;
  serve_two("--allow-write");
  const std::string head = first + "/.git/HEAD";
  const std::string before = box.read(head);
  make_pipe(head);
  file::Descriptor held(::open(head.c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_TRUE(held);
  const std::string send = request(
      "POST", "/api/send", "",
      R"({"operands":["impl-api"],"options":{"message":"one of many"}})");
  std::vector<HttpClient> waiting;
  for (int i = 0; i < kMost; ++i) {
    waiting.emplace_back(port);
    waiting.back().send(send);
  }
  ASSERT_TRUE(eventually([&] { return programs() == kMost; }));
  const HttpAnswer more = ask(send);
  EXPECT_EQ(more.status, 503);
  EXPECT_TRUE(holds(more.body, "8 verbs that write are being run"));
  EXPECT_EQ(get("/api/notify?repo=" + other).status, 200);
  EXPECT_EQ(get("/api/stats?repo=" + other).status, 200);
  // What began is finished, and another may begin.
  box.run_in(first, {"rm", "-f", head});
  box.write(head, before);
  held.reset();
  for (HttpClient& client : waiting) EXPECT_TRUE(client.read_answer());
  EXPECT_EQ(ask(send).status, 200);
}

}  // namespace
}  // namespace orch::test
