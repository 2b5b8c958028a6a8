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
        "a = b, c: d", "the session of ann, the author of all",
        "branch feature/001-user-authentication-with-oauth2-for-all-of-us",
        "/srv/app/.git/objects/3f/96130d1e2f5a6b7c8d9e0f1a2b3c4d5e6f7a8b",
        "/srv/app/.git/objects/pack/"
        "pack-3f96130d1e2f5a6b7c8d9e0f1a2b3c4d5e6f7a8b.idx",
        "src/SomeComponent/OfThisProject2/TestOfTheThing/HelloWorld",
        "3f96130d1e2f5a6b7c8d9e0f1a2b3c4d5e6f7a8b\n", "git push -u origin main",
        "claude -p now"})
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
  EXPECT_EQ(hidden("password=hunter2 next"), "password=***");
  EXPECT_EQ(hidden("API_KEY: hunter2 next"), "API_KEY: ***");
  EXPECT_EQ(hidden(R"({"token":"hunter2","a":"b"})"),
            R"({"token":"***","a":"b"})");
  EXPECT_EQ(hidden("Authorization: Bearer hunter2\nnext"),
            "Authorization: ***\nnext");
  EXPECT_EQ(hidden("curl -H bearer hunter2"), "curl -H bearer ***");
  EXPECT_EQ(hidden("tell --token hunter2 now"), "tell --token ***");
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
  // What stands before the sign is named like a secret, and is one.
  EXPECT_EQ(hidden("ghp_0123456789abcdefABCDEF0123456789abcdtoken=1 and more"),
            "***=***");
}

// Whatever stands around it, nothing of it is left.
TEST(Redact, LeavesNothingOfASecret) {
  for (const char* text : {"Authorization: token S3C",
                           "Authorization: Digest a=\"S3C\", b=S3C",
                           "Cookie: a=1; b=S3C",
                           "Set-Cookie: a=S3C; Path=/",
                           "Proxy-Authorization: Negotiate S3C",
                           "password=a,S3C",
                           R"({"password":"a S3C"})",
                           R"({"password":"a\"S3C"})",
                           R"({"token":["a","S3C"]})",
                           "{\"token\": [\n \"a\",\n \"S3C\"]}",
                           R"({"token":"a" "S3C"})",
                           R"("{\"token\":\"a,S3C\"}")",
                           "PASSWORD='a S3C'",
                           "PASSWORD='a\nS3C'",
                           "password=(a;S3C)",
                           "password = a S3C",
                           "{'password': 'S3C', 'a': 1}",
                           "['pass'] => 'S3C'",
                           "password: |\n  S3C\n",
                           "token:\n  - S3C",
                           "http://u:L1,S3C@proxy:8080",
                           "https://u:12,S3C@h:8443/",
                           "https://u:a;S3C@h",
                           "https://u:a'S3C@h",
                           "https://u:a/b,S3C@h",
                           R"({"u":"https://x","token":"a@S3C"})",
                           "https://x/?k=a,S3C",
                           "https://hooks.x.example/a,S3C",
                           "bob:S3C@host",
                           "curl -u bob:S3C https://x",
                           "curl -ubob:S3C",
                           "curl -u 'bob:a S3C'",
                           "mysql -pS3C",
                           "mysql -h x -p'a S3C'",
                           "sshpass -p S3C ssh x",
                           "PASS=S3C",
                           "DB_PASS=S3C",
                           "pwd: S3C",
                           "dbPwd2=S3C",
                           "passphrase S3C",
                           "passphrase a b S3C",
                           "AWS_SESSION_TOKEN S3C",
                           "aws_session_token=S3C",
                           "machine x login bob password S3C",
                           "AccountKey=ab/S3C==;x",
                           "AWS_SECRET_ACCESS_KEY=a/S3C",
                           "sig=S3C",
                           "X-Auth-Header: S3C",
                           "signature: S3C",
                           "a:token=S3C",
                           R"(["--token","S3C"])",
                           R"({"name":"DB_PASS","value":"S3C"})",
                           "client_secret%3DS3C&x=1",
                           "password→S3C",
                           "https://x/a,b?k=S3C",
                           "token, S3C",
                           "token|S3C",
                           "<password>S3C<",
                           "password → S3C",
                           "https://u:p w S3C@host/",
                           "`token` S3C",
                           "whsec_S3C",
                           "sk_live_S3C",
                           "xoxe.S3C",
                           "ghs_S3C",
                           "glpat-S3C",
                           "a=b=ghp_S3C",
                           "key S3C",
                           "Basic S3Cabc="})
    EXPECT_EQ(hidden(text).find("S3C"), std::string::npos) << text << "\n"
                                                           << hidden(text);
}

TEST(Redact, GoesOnBehindAValueOfJson) {
  EXPECT_EQ(hidden(R"({"token": ["a","b"], "c": "d"})"),
            R"({"token": ***, "c": "d"})");
  EXPECT_EQ(hidden(R"({"tokens": 12, "c": "d"})"),
            R"({"tokens": ***, "c": "d"})");
  EXPECT_EQ(hidden("https://u:12,L@h:8443/a"), "https://***@h:8443/a");
}

TEST(Redact, HidesPrivateKeysInPartsToo) {
  const std::string body =
      "MIIEpAIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9OiJjRazXBZ1BjP5CE/Wm/Rr500P\n"
      "RK+Lh9x5eJPo5CAZ3/ANBE0sTK0ZsDGMak2m1g7oruI3dY3VHqIxFTz0Ta1d+NAj\n";
  EXPECT_EQ(hidden("a b\n" + body + "abc=\n-----END RSA PRIVATE KEY-----\nb c"),
            "a b\n***\n***\n***\n***\nb c");
  EXPECT_EQ(hidden("a b\n" + body + "abc=\n"), "a b\n***\n***\n***\n");
  EXPECT_EQ(hidden("a b\nabc=\n-----END PRIVATE KEY-----\n"),
            "a b\n***\n***\n");
  EXPECT_EQ(hidden("key=-----BEGIN RSA PRIVATE KEY-----\nab c\n" + body),
            "key=***");
  EXPECT_EQ(hidden("x -----BEGIN PRIVATE KEY-----\\nabc\\n"
                   "-----END PRIVATE KEY-----\\n\nnext"),
            "x ***\nnext");
}

TEST(Redact, HidesLongOpaqueWords) {
  for (const char* text :
       {"d41d8cd98f00b204e9800998ecf8427e",
        "123e4567-e89b-12d3-a456-426614174000",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"})
    EXPECT_EQ(hidden(std::string("a ") + text + ", b"), "a ***, b");
}

TEST(Redact, HidesMailAddressesUnlessTheyAreWanted) {
  EXPECT_EQ(hidden("Ann <ann@example.com>"), "Ann <***@***>");
  EXPECT_EQ(redact("Ann <ann@example.com>", Addresses::Keep),
            "Ann <ann@example.com>");
}

}  // namespace
}  // namespace orch::text
