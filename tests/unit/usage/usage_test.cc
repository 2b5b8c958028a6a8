// SPDX-License-Identifier: MIT
#include "usage/usage.h"

#include <unistd.h>

#include <fstream>

#include "store/usage.h"
#include "unit/store/rows.h"

namespace orch::usage {
namespace {

std::string line(const std::string& id, int output,
                 const std::string& at = "2026-09-21T14:13:20Z") {
  return R"({"type":"assistant","timestamp":")" + at +
         R"(","message":{"id":")" + id +
         R"(","model":"m","usage":{"input_tokens":1,"output_tokens":)" +
         std::to_string(output) + "}}}\n";
}

class Usage : public store::StoreTest {
 protected:
  Usage() {
    agent_ = add_agent(add_feature("001-a"), "001-a/one");
    point_to(scratch_.path("t.jsonl"));
  }
  void point_to(const std::string& path) {
    agent_.transcript = path;
    agent_.conversation = "c";
    store::update_agent(store_, agent_);
  }
  void append(const std::string& text) const {
    std::ofstream(agent_.transcript, std::ios::app | std::ios::binary) << text;
  }
  std::string sum() {
    return first(
        "SELECT coalesce(sum(input_tokens), 0) || ' ' || "
        "coalesce(sum(output_tokens), 0) || ' ' || coalesce(sum(cost_micros), "
        "'-') FROM usage");
  }

  store::Agent agent_;
};

TEST_F(Usage, IsReadOnceAndOnlyInWholeLines) {
  EXPECT_EQ(read_more(store_), 0);  // there is no file
  append(line("a", 10) + "{\"half");
  EXPECT_EQ(read_more(store_), 1);
  EXPECT_EQ(sum(), "1 10 -");
  EXPECT_EQ(read_more(store_), 0);
  append("\":1}\n" + line("a", 12) + line("b", 5, "2026-09-22T00:00:01Z"));
  EXPECT_EQ(read_more(store_), 1);
  EXPECT_EQ(sum(), "2 17 -");
  EXPECT_EQ(first("SELECT group_concat(day) FROM usage"), "20717,20718");
}

TEST_F(Usage, OfAReplacedOrShortenedFileCountsOnlyWhatIsNewer) {
  append(line("a", 10) + line("b", 5));
  read_more(store_);
  scratch_.write("new", line("a", 10) + line("b", 5) +
                            line("c", 2, "2026-09-21T15:00:00Z"));
  ::rename(scratch_.path("new").c_str(), agent_.transcript.c_str());
  EXPECT_EQ(read_more(store_), 1);
  EXPECT_EQ(sum(), "3 17 -");
  scratch_.write("t.jsonl", line("d", 1, "2026-09-21T16:00:00Z"));
  read_more(store_);
  EXPECT_EQ(sum(), "4 18 -");
}

TEST_F(Usage, OfACopiedConversationCountsOnlyWhatIsNewer) {
  append(line("a", 10));
  read_more(store_);
  point_to(scratch_.path("resumed.jsonl"));
  append(line("a", 10) + line("b", 5, "2026-09-21T15:00:00Z"));
  read_more(store_);
  EXPECT_EQ(sum(), "2 15 -");
}

TEST_F(Usage, IsNotReadThroughLinksNorWhereThereIsNoFile) {
  const std::string target = scratch_.write("target", line("a", 10));
  ASSERT_EQ(::symlink(target.c_str(), scratch_.path("link").c_str()), 0);
  for (const std::string& path :
       {scratch_.path("link"), scratch_.root(), std::string("/dev/zero"),
        std::string("target")}) {
    point_to(path);
    EXPECT_EQ(read_more(store_), 0) << path;
  }
  EXPECT_EQ(sum(), "0 0 -");
}

TEST_F(Usage, PassesOverALineThatNeverEnds) {
  append("{\"usage\": \"" + std::string(9 << 20, 'x'));
  append("\"}\n" + line("a", 10));
  for (int i = 0; i < 4; ++i) read_more(store_);
  EXPECT_EQ(sum(), "1 10 -");
}

TEST_F(Usage, IsReadBitByBitWhenThereIsMuch) {
  std::string much;
  const std::string filler(4000, 'x');
  for (int i = 0; i < 3000; ++i)
    much += line("id" + std::to_string(i), 1) + filler + "\n";
  append(much);  // about 12 megabytes
  EXPECT_EQ(read_more(store_), 1);
  EXPECT_NE(sum(), "3000 3000 -");
  for (int i = 0; i < 3; ++i) read_more(store_);
  EXPECT_EQ(sum(), "3000 3000 -");
}

TEST_F(Usage, AddsACostToOneThatIsNotKnown) {
  store::UsageRow row{.agent_id = agent_.id, .conversation = "c", .input = 1};
  store::add_usage(store_, row);
  EXPECT_EQ(sum(), "1 0 -");
  row.cost_micros = 5;
  store::add_usage(store_, row);
  row.cost_micros.reset();
  store::add_usage(store_, row);
  EXPECT_EQ(sum(), "3 0 5");
}

}  // namespace
}  // namespace orch::usage
