// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Send : public ::testing::Test {
 protected:
  Send() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api,impl-ui -q");
  }
  std::vector<std::string> inbox(const std::string& agent) const {
    std::vector<std::string> out;
    const json::Value data =
        box.type("git orch inbox --all --json --agent " + agent).data();
    for (const json::Value& m : *data["messages"].as_array())
      out.push_back(*m["from"].as_string() + ": " + *m["text"].as_string());
    return out;
  }
  Sandbox box;
  const std::vector<std::string> none, one = {"person: hello"};
};

TEST_F(Send, PrintsItsUsageAndRefusesWrongUsage) {
  const Result help = box.type("git orch send -h");
  EXPECT_EQ(help.status, 0);
  EXPECT_TRUE(help.out.starts_with("usage: git orch send <agent>... (-m"));
  for (const char* line :
       {"git orch send impl-api", "git orch send -m hello",
        "git orch send impl-api -m hello -F one.txt",
        "git orch send impl-api - -m hello", "git orch send impl-api -m ''",
        "git orch send impl-api -m", "git orch send impl-api -m a -m b",
        "git orch send impl-api -m hello --wait seen",
        "git orch send impl-api -m hello --wait failed",
        "git orch send impl-api -m hello --priority urgent",
        "git orch send impl-api -m hello --timeout soon",
        "git orch send impl-api -m hello --timeout -1",
        "git orch send impl-api -m hello --expires soon",
        "git orch send impl-api -m hello --prioritiy low"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 129) << line << "\n" << r.out << r.err;
    EXPECT_EQ(r.out, "") << line;
    EXPECT_TRUE(holds(r.err, "usage: git orch send")) << line;
  }
  EXPECT_TRUE(holds(box.type("git orch send impl-api -m x --wait seen").err,
                    "known: queued, typed, submitted, read, acked"));
  EXPECT_EQ(inbox("impl-api"), none);
}

TEST_F(Send, QueuesAndSaysWhyItWaits) {
  const Result r = box.type("git orch send impl-api -m hello --json");
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.out, R"({"version":1,"ok":true,"data":{"messages":[{"id":1,)"
                   R"("to":"001-a/impl-api","level":"queued",)"
                   R"("reason":"the agent is not running"}]}})"
                   "\n");
  EXPECT_EQ(box.ok("git orch send 001-a/impl-api -m hello"),
            "message 2 to 001-a/impl-api: queued (the agent is not "
            "running)\n");
  EXPECT_EQ(box.ok("git orch send impl-api -m hello --porcelain"),
            "3\t001-a/impl-api\tqueued\n");
  EXPECT_EQ(box.ok("git orch send impl-api -m hello -z"),
            std::string("4\t001-a/impl-api\tqueued\0", 24));
  EXPECT_EQ(box.ok("git orch send impl-api -m hello -q"), "");
  EXPECT_EQ(inbox("impl-api").size(), 5U);
}

TEST_F(Send, NamesUnknownAndAmbiguousRecipientsAndSendsToNobody) {
  const json::Value unknown =
      box.type("git orch send impl-api impl-uj -m hello --json")
          .json()["error"];
  EXPECT_EQ(unknown["code"], json::Value("unknown_name"));
  EXPECT_TRUE(holds(*unknown["hint"].as_string(), "impl-ui"));
  box.ok("git orch init-feature 002-b --roles overseer,impl-api -q");
  const Result ambiguous =
      box.type("git orch send impl-ui impl-api -m hello --json");
  EXPECT_EQ(ambiguous.status, 128);
  EXPECT_EQ(ambiguous.json()["error"]["code"], json::Value("ambiguous"));
  EXPECT_EQ(inbox("001-a/impl-api"), none);
  EXPECT_EQ(inbox("001-a/impl-ui"), none);
  EXPECT_EQ(inbox("002-b/impl-api"), none);
}

TEST_F(Send, TellsEachNamedAgentOnce) {
  EXPECT_EQ(box.ok("git orch send impl-ui impl-api 001-a/impl-ui -m hello "
                   "--porcelain"),
            "1\t001-a/impl-ui\tqueued\n2\t001-a/impl-api\tqueued\n");
  EXPECT_EQ(inbox("impl-ui"), one);
  EXPECT_EQ(inbox("overseer"), none);
}

TEST_F(Send, TellsEverybodyOfTheFeatureWithAll) {
  box.ok("git orch init-feature 002-b --roles overseer,impl-api -q");
  EXPECT_EQ(
      box.type("git orch send --all -m hello --json").json()["error"]["code"],
      json::Value("ambiguous"));
  EXPECT_EQ(box.ok_in(box.worktree("001-a", "impl-ui"),
                      "git orch send --all -m hello --porcelain"),
            "1\t001-a/overseer\tqueued\n2\t001-a/impl-api\tqueued\n"
            "3\t001-a/impl-ui\tqueued\n");
  EXPECT_EQ(inbox("002-b/impl-api"), none);
}

TEST_F(Send, FindsTheAgentOfADirectory) {
  EXPECT_EQ(box.ok("git orch send --dir ../repo.orch/001-a/impl-api -m hello "
                   "--porcelain"),
            "1\t001-a/impl-api\tqueued\n");
  box.ok("git orch agent start --dir ../home --runtime script -q");
  EXPECT_TRUE(
      holds(box.ok("git orch send --dir " + box.path("home") + " -m hello"),
            "to dir/home: "));
  const Result r = box.type("git orch send --dir ../tmp -m hello --json");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["code"], json::Value("unknown_name"));
  EXPECT_EQ(r.json()["error"]["hint"],
            json::Value("git orch agent start --dir ../tmp"));
}

TEST_F(Send, TakesTheTextFromAFileOrStandardInput) {
  box.write(box.path("text"), "from a file\n\nwith lines\n");
  box.ok("git orch send impl-api -q -F ../text");
  EXPECT_EQ(box.type("git orch send impl-api -q -", "from input\n").status, 0);
  EXPECT_EQ(inbox("impl-api"),
            (std::vector<std::string>{"person: from a file\n\nwith lines\n",
                                      "person: from input\n"}));
  const Result r = box.type("git orch send impl-api -F nowhere --json");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["code"], json::Value("io"));
}

TEST_F(Send, ExpiresWhatWasNotTypedInTime) {
  box.set("ORCH_TEST_NOW", "1800000000000");
  box.ok("git orch send impl-api -m soon --expires 30m -q");
  box.ok("git orch send impl-api -m never -q");
  const auto levels = [&] {
    std::string out;
    for (const std::string& line :
         box.type("git orch inbox --all --porcelain --agent impl-api").lines())
      out += line.substr(0, line.rfind('\t')) + "\n";
    return out;
  };
  box.set("ORCH_TEST_NOW", "1800001799000");
  box.ok("git orch tick -q");
  EXPECT_EQ(levels(), "1\tperson\tsoon\tqueued\n2\tperson\tnever\tqueued\n");
  box.set("ORCH_TEST_NOW", "1800001801000");
  box.ok("git orch tick -q");
  EXPECT_EQ(levels(), "1\tperson\tsoon\texpired\n2\tperson\tnever\tqueued\n");
  box.ok("git orch agent start impl-api --runtime script -q");
  EXPECT_TRUE(eventually(
      [&] { return levels().find("never\tacked") != std::string::npos; }));
  EXPECT_TRUE(holds(levels(), "soon\texpired"));
  EXPECT_EQ(box.ok("git orch agent log impl-api").find("soon"),
            std::string::npos);
}

TEST_F(Send, EndsItsWaitWhenTheMessageExpires) {
  const Result r = box.type(
      "git orch send impl-api -m soon --expires 1s --wait typed --timeout 15 "
      "--json");
  EXPECT_EQ(r.status, 3);
  EXPECT_EQ((*r.data()["messages"].as_array())[0]["level"],
            json::Value("expired"));
}

}  // namespace
}  // namespace orch::test
