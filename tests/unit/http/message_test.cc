// SPDX-License-Identifier: MIT
#include "http/message.h"

#include <gtest/gtest.h>

namespace orch::http {
namespace {

TEST(HttpTarget, IsDecodedOnce) {
  const auto target = parse_target("/a%2fb/%25%32%65?x=1+2&y=%2B&z&=e&&q=a=b");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a/b/%2e");
  EXPECT_EQ(
      target->query,
      (Pairs{{"x", "1 2"}, {"y", "+"}, {"z", ""}, {"", "e"}, {"q", "a=b"}}));
  EXPECT_EQ(parse_target("/a+b")->path, "/a+b");
  EXPECT_EQ(parse_target("/?")->query, Pairs{});
}

TEST(HttpTarget, IsNothingElseThanAPathWithParameters) {
  for (const char* odd :
       {"", "*", "a", "http://h/", "/%", "/%4", "/%4g", "/%00", "/a b", "/\x7f",
        "/\t", "/a#b", "/?a=%0d", "/?%1f=x", "/%7f"})
    EXPECT_FALSE(parse_target(odd)) << odd;
}

TEST(HttpAnswer, HasItsHeadersInOrder) {
  const Response response{
      .status = 404, .type = "t", .body = "abc", .headers = {{"B", "2"}}};
  EXPECT_EQ(head_of(response, {{"A", "1"}}, Length::Counted, Connection::Keep),
            "HTTP/1.1 404 Not Found\r\nA: 1\r\nB: 2\r\nContent-Type: t\r\n"
            "Content-Length: 3\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(head_of({.status = 304}, {}, Length::Counted, Connection::Close),
            "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(head_of({.type = "t"}, {}, Length::Chunked, Connection::Close),
            "HTTP/1.1 200 OK\r\nContent-Type: t\r\nTransfer-Encoding: "
            "chunked\r\nConnection: close\r\n\r\n");
}

TEST(HttpStream, IsFramedInChunks) {
  EXPECT_EQ(chunk(""), "");
  EXPECT_EQ(chunk("abc"), "3\r\nabc\r\n");
  EXPECT_EQ(chunk(std::string(300, 'x')).substr(0, 5), "12c\r\n");
}

TEST(HttpStream, HasEventsOfLines) {
  EXPECT_EQ(event("change", "{}"), "event: change\ndata: {}\n\n");
  EXPECT_EQ(event("a", "1\n2"), "event: a\ndata: 1\ndata: 2\n\n");
  EXPECT_EQ(comment("pulse"), ": pulse\n\n");
}

}  // namespace
}  // namespace orch::http
