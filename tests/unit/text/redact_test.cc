// SPDX-License-Identifier: MIT
#include "text/redact.h"

#include <gtest/gtest.h>

namespace orch::text {
namespace {

std::string hidden(const std::string& text) {
  return redact(text, Addresses::Hide);
}

TEST(Redact, LeavesWhatIsPlain) {
  for (const char* text :
       {"", "a commit 3f96130d1e2f5a6b7c8d9e0f1a2b3c4d5e6f7a8b landed\n",
        "git orch agent start 001-a/impl-api --runtime claude",
        "https://github.com/ann/app/pull/7", "git@github.com:ann/app.git",
        "/srv/src/Some/Long/Path/With/Capitals/And/Digits/In/It99/file.cc",
        "a = b, c: d"})
    EXPECT_EQ(hidden(text), text);
}

TEST(Redact, HidesWhatAddressesHold) {
  EXPECT_EQ(hidden("https://ann:pw@x.example/a?token=1#f"),
            "https://***@x.example/a?***");
  EXPECT_EQ(hidden("see <https://ann:p/w@x.example:8443/a>."),
            "see <https://***@x.example:8443/a>.");
  EXPECT_EQ(hidden("https://hooks.slack.com/services/T0/B0/abc"),
            "https://hooks.slack.com/***");
  EXPECT_EQ(hidden("https://discord.com/api/webhooks/1/abc"),
            "https://discord.com/***");
  EXPECT_EQ(hidden("https://x.example/a/aB3dE6gH9jK2mN5pQ8rS1tU4/b"),
            "https://x.example/a/***/b");
}

TEST(Redact, HidesWhatItsNameMakesASecret) {
  EXPECT_EQ(hidden("password=hunter2 next"), "password=*** next");
  EXPECT_EQ(hidden("API_KEY: hunter2 next"), "API_KEY: *** next");
  EXPECT_EQ(hidden(R"({"token":"hunter2","a":"b"})"),
            R"({"token":"***","a":"b"})");
  EXPECT_EQ(hidden("Authorization: Bearer hunter2"),
            "Authorization: Bearer ***");
  EXPECT_EQ(hidden("curl -H bearer hunter2"), "curl -H bearer ***");
  EXPECT_EQ(hidden("tell --token hunter2 now"), "tell --token *** now");
  EXPECT_EQ(hidden("secret\nplain"), "secret\nplain");
}

TEST(Redact, HidesWhatLooksLikeAKey) {
  EXPECT_EQ(hidden("ghp_0123456789abcdef"), "***");
  EXPECT_EQ(hidden("key sk-ant-api03-abcdefgh, then"), "key ***, then");
  EXPECT_EQ(hidden("x=aB3dE6gH9jK2mN5pQ8rS1tU4"), "x=***");
  EXPECT_EQ(hidden("eyJhbGciOi.eyJzdWIi.c2ln"), "***");
  EXPECT_EQ(hidden("-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END "
                   "OPENSSH PRIVATE KEY-----\nnext"),
            "***\nnext");
}

TEST(Redact, HidesMailAddressesUnlessTheyAreWanted) {
  EXPECT_EQ(hidden("Ann <ann@example.com>"), "Ann <***@***>");
  EXPECT_EQ(redact("Ann <ann@example.com>", Addresses::Keep),
            "Ann <ann@example.com>");
}

}  // namespace
}  // namespace orch::text
