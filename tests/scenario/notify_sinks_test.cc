// SPDX-License-Identifier: MIT
#include <signal.h>

#include "support/notices.h"
#include "support/receiver.h"

namespace orch::test {
namespace {

class NotifySinks : public NotifyTest {};

constexpr char kSecret[] = "T0XSECRETX0T";

TEST_F(NotifySinks, PostToAWebhookAndToChats) {
  Receiver receiver(Receiver::Speaks::Http);
  for (const char* type : {"webhook", "slack", "discord"}) {
    set(std::string(type) + ".type", type);
    set(std::string(type) + ".url",
        receiver.url("/" + std::string(type) + "/" + kSecret));
  }
  ask("<!channel> @everyone <https://evil.example|free> ```");
  tick();
  std::map<std::string, json::Value> bodies;
  for (const Receiver::Received& r : receiver.all()) {
    EXPECT_TRUE(holds(r.head, "Content-Type: application/json"));
    const auto value = json::parse(r.body);
    ASSERT_TRUE(value) << r.body;
    bodies[r.head.substr(0, r.head.find(kSecret))] = *value;
  }
  ASSERT_EQ(bodies.size(), 3U);
  EXPECT_EQ(bodies["POST /webhook/"]["version"], json::Value(1));
  const json::Value& slack = bodies["POST /slack/"];
  EXPECT_FALSE(text_of(slack).empty());
  EXPECT_EQ(text_of(slack).find('<'), std::string::npos);
  const json::Value& discord = bodies["POST /discord/"];
  EXPECT_EQ(discord["allowed_mentions"]["parse"], json::Value(json::Array{}));
  EXPECT_EQ(outbox(), "sent,sent,sent\n");
}

TEST_F(NotifySinks, AreTriedAgainAfterAWhileAndThenGivenUp) {
  Receiver receiver(Receiver::Speaks::Http);
  receiver.answer(500);
  set("hook.type", "webhook");
  set("hook.url", receiver.url("/" + std::string(kSecret)));
  ask("drop the table");
  std::int64_t now = kStart;
  tick();
  EXPECT_EQ(receiver.all().size(), 1U);
  const std::string id =
      *json::parse(receiver.all()[0].body).value()["id"].as_string();
  tick();
  EXPECT_EQ(receiver.all().size(), 1U);  // not yet
  for (const int seconds : {30, 60, 120, 240, 480, 960, 1920}) {
    now += seconds * 1000;
    at(now - 1000);
    tick();
    const std::size_t before = receiver.all().size();
    at(now);
    tick();
    EXPECT_EQ(receiver.all().size(), before + 1) << seconds;
  }
  for (const Receiver::Received& r : receiver.all())
    EXPECT_EQ(json::parse(r.body).value()["id"], json::Value(id));
  EXPECT_EQ(outbox(), "failed\n");
  const std::string list = box.ok("git orch notify list --json");
  EXPECT_TRUE(holds(list, R"("outbox":{"waiting":0,"failed":1,)"));
  EXPECT_TRUE(holds(list, "500"));
  at(now + 24 * 60 * kMinute);
  tick();
  EXPECT_EQ(receiver.all().size(), 8U);
}

TEST_F(NotifySinks, ComeBackWhenTheOtherSideDoes) {
  Receiver receiver(Receiver::Speaks::Http);
  receiver.answer(503);
  set("hook.type", "webhook");
  set("hook.url", receiver.url("/x"));
  ask("drop the table");
  tick();
  receiver.answer(204);
  at(kStart + kMinute);
  tick();
  EXPECT_EQ(outbox(), "sent\n");
}

TEST_F(NotifySinks, NeverShowTheirSecrets) {
  set("hook.type", "webhook");
  set("hook.url", "http://ann:" + std::string(kSecret) + "@127.0.0.1:1/" +
                      kSecret + "?token=" + kSecret);
  set("prog", program("leak", "echo \"bad token $2\" >&2\nexit 3\n") +
                  " --token " + kSecret);
  ask("drop the table");
  tick();
  const Result test = box.type("git orch notify test");
  EXPECT_EQ(test.status, 1);
  EXPECT_TRUE(holds(test.out, "exit status 3: bad token ***"));
  std::string all = test.out + test.err;
  for (const char* line :
       {"git orch notify", "git orch notify --json",
        "git orch notify test "
        "hook --json",
        "git orch doctor", "git orch recent", "git orch status"})
    all += box.type(line).out + box.type(line).err;
  all +=
      sql("SELECT * FROM notice_deliveries; SELECT * FROM notices; "
          "SELECT * FROM task_events");
  all += box.run_in(box.repo(), {"sh", "-c", "cat .git/orch/log/* 2>&1"}).out;
  EXPECT_EQ(all.find(kSecret), std::string::npos) << all;
  EXPECT_TRUE(holds(all, "http://127.0.0.1:1"));
}

TEST_F(NotifySinks, ShowNoSecretInTheListOfProcesses) {
  set("hook.type", "webhook");
  set("hook.url", "http://127.0.0.1:1/" + std::string(kSecret));
  program("curl", "tr '\\0' ' ' < /proc/$$/cmdline > " + box.path("seen") +
                      "\ncat > " + box.path("read") + "\n");
  box.ok("git orch notify test hook");
  EXPECT_TRUE(holds(box.read(box.path("seen")), "curl -q --config -"));
  EXPECT_EQ(box.read(box.path("seen")).find(kSecret), std::string::npos);
  EXPECT_TRUE(holds(box.read(box.path("read")), kSecret));
}

TEST_F(NotifySinks, OfARepositoryDoNotCount) {
  const std::string tell = program("tell", "touch " + box.path("ran") + "\n");
  box.ok("git config orch.notify.desk " + tell);
  box.ok("git config orch.notify.hook.url http://127.0.0.1:1/x");
  set("hook.type", "webhook");
  ask("drop the table");
  tick();
  const Result test = box.type("git orch notify test");
  EXPECT_EQ(test.status, 1);
  EXPECT_TRUE(holds(test.out,
                    "does not count in the configuration of a "
                    "repository"));
  EXPECT_FALSE(file::exists(box.path("ran")));
  EXPECT_EQ(sql("SELECT count(*) FROM notice_deliveries"), "0\n");
  // For one call it does.
  box.ok("git -c orch.notify.other=" + tell + " orch notify test other");
  EXPECT_TRUE(file::exists(box.path("ran")));
}

TEST_F(NotifySinks, AreSentToAgainWhenTheirSenderWasKilled) {
  set("desk", program("tell", "cat >> " + box.path("told") + "\ntest -e " +
                                  box.path("twice") + " && exit\ntouch " +
                                  box.path("twice") + "\nkill -9 $PPID\n"));
  ask("drop the table");
  box.ok("git orch tick -q");
  EXPECT_TRUE(eventually([&] { return file::exists(box.path("twice")); }));
  box.type("git orch notify send -q");
  const auto got = told();
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0]["id"], got[1]["id"]);
  EXPECT_EQ(outbox(), "sent\n");
  EXPECT_EQ(sql("SELECT attempts FROM notice_deliveries"), "2\n");
}

TEST_F(NotifySinks, ThatHangAreEndedWithAllTheyStarted) {
  set_desk();
  set("hung", program("hang", "sleep 1000 &\necho $! > " + box.path("pid") +
                                  "\nwait\n"));
  set("hung.timeout", "8s");
  ask("drop the table");
  tick();
  EXPECT_EQ(told().size(), 1U);
  EXPECT_TRUE(holds(sql("SELECT sink, status, reason FROM notice_deliveries"),
                    "hung|waiting|no answer within the time limit"));
  const auto pid =
      static_cast<pid_t>(std::atol(box.read(box.path("pid")).c_str()));
  ASSERT_GT(pid, 0);
  EXPECT_TRUE(eventually([&] { return ::kill(pid, 0) != 0; }));
}

TEST_F(NotifySinks, ThatNeverAnswerAreGivenUpInTheirTime) {
  Receiver receiver(Receiver::Speaks::Http);
  receiver.answer(0);
  set("hook.type", "webhook");
  set("hook.url", receiver.url("/" + std::string(kSecret)));
  set("hook.timeout", "1s");
  const Result r = box.type("git orch notify test hook");
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(r.out.find(kSecret), std::string::npos) << r.out;
}

TEST_F(NotifySinks, ThatPrintWithoutEndTakeNoRoom) {
  set("loud", program("loud", "yes >&2\n"));
  set("loud.timeout", "1s");
  EXPECT_EQ(box.type("git orch notify test loud").status, 1);
}

TEST_F(NotifySinks, MailByARealServer) {
  Receiver receiver(Receiver::Speaks::Smtp);
  // As sendmail -t does: the recipient is in the header.
  program("sendmail", "cat > " + box.path("mail") +
                          "\nto=$(sed -n 's/^To: //p' " + box.path("mail") +
                          " | tr -d '\\r' | head -1)\n"
                          "exec curl -sS smtp://127.0.0.1:" +
                          std::to_string(receiver.port()) +
                          " --mail-from orch@example.com --mail-rcpt \"$to\" "
                          "--upload-file " +
                          box.path("mail") + "\n");
  set("mail.type", "sendmail");
  set("mail.to", "ann@example.com");
  set("mail.from", "orch@example.com");
  ask("drop\nBcc: eve@evil.example\n\nthe table\n.\nQUIT");
  tick();
  const auto mails = receiver.all();
  ASSERT_EQ(mails.size(), 1U) << sql("SELECT * FROM notice_deliveries");
  EXPECT_TRUE(holds(mails[0].head, "RCPT TO:<ann@example.com>"));
  EXPECT_EQ(mails[0].head.find("eve"), std::string::npos);
  const std::string& mail = mails[0].body;
  const std::string head = mail.substr(0, mail.find("\r\n\r\n"));
  EXPECT_TRUE(holds(head, "From: orch@example.com\r\nTo: ann@example.com\r\n"));
  EXPECT_TRUE(holds(head, "Subject: [git orch] warning: repo: 001-a/impl-api"));
  EXPECT_EQ(head.find("\nBcc"), std::string::npos);
  EXPECT_EQ(outbox(), "sent\n");
}

TEST_F(NotifySinks, ShowOnTheDesktopWithoutMarks) {
  program("notify-send",
          "for a; do printf '%s\\n--\\n' \"$a\"; done > " + box.path("shown"));
  set("desk.type", "desktop");
  ask("<b>drop</b> the table");
  tick();
  const std::string shown = box.read(box.path("shown"));
  EXPECT_TRUE(holds(shown, "--urgency=normal\n--\n--\n--\nrepo: 001-a/"));
  EXPECT_TRUE(holds(shown, "&lt;b&gt;drop&lt;/b&gt;"));
}

TEST_F(NotifySinks, ShowInTmuxAndNothingIsRun) {
  const std::string inner = box.path("run/inner"),
                    outer = box.path("run/outer");
  box.ok("tmux -f /dev/null -S " + inner + " new-session -d -x 200 -y 24 cat");
  set("bar.type", "tmux");
  set("bar.to", inner);
  EXPECT_TRUE(holds(box.type("git orch notify test bar").out,
                    "nobody is attached to it"));
  box.run_in(box.repo(),
             {"tmux", "-f", "/dev/null", "-S", outer, "new-session", "-d", "-x",
              "200", "-y", "24", "TMUX= exec tmux -S " + inner + " attach"});
  EXPECT_TRUE(eventually([&] {
    return !box.type("tmux -S " + inner + " list-clients").out.empty();
  }));
  ask("#(touch " + box.path("ran") + ") #{pid} %H #[fg=red]");
  tick();
  EXPECT_EQ(outbox(), "sent\n") << sql("SELECT reason FROM notice_deliveries");
  const std::string shown =
      box.type("tmux -S " + inner + " show-options -gv @orch-notice").out;
  EXPECT_TRUE(holds(shown, "\uff03(touch "));
  EXPECT_TRUE(holds(shown, "%H"));
  EXPECT_TRUE(eventually([&] {
    return box.type("tmux -S " + outer + " capture-pane -p")
               .out.find("asks for leave: ") != std::string::npos;
  }));
  EXPECT_FALSE(file::exists(box.path("ran")));
  box.type("tmux -S " + outer + " kill-server");
  box.type("tmux -S " + inner + " kill-server");
}

TEST_F(NotifySinks, SayWhatIsWrongWithThem) {
  set("a.type", "pigeon");
  set("b", "/no/such/program");
  set("c.urll", "http://127.0.0.1:1/");
  set("d.type", "sendmail");
  set("e", "cat");
  set("e.quiet", "22:00-07:00 Mars/Base");
  const std::string list = box.ok("git orch notify");
  EXPECT_TRUE(holds(list, "there is no type 'pigeon'"));
  EXPECT_TRUE(holds(list, "cannot find '/no/such/program'"));
  EXPECT_TRUE(holds(list, "there is no key 'urll'"));
  EXPECT_TRUE(holds(list, "orch.notify.d.to: is not set"));
  EXPECT_TRUE(holds(list, "there is no time zone 'Mars/Base'"));
  ask("drop the table");
  tick();
  EXPECT_EQ(sql("SELECT count(*) FROM notice_deliveries"), "0\n");
  const Result r = box.type("git orch notify test aa");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "there is no sink 'aa'"));
}

}  // namespace
}  // namespace orch::test
