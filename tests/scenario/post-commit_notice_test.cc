// SPDX-License-Identifier: MIT
#include "support/sandbox.h"
#include "text/text.h"

namespace orch::test {
namespace {

// What both agents and the overseer read about a conflict that commits alone
// made known.
class ConflictNotice : public ::testing::Test {
 protected:
  ConflictNotice() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api,impl-ui");
    api = box.worktree("001-a", "impl-api");
    ui = box.worktree("001-a", "impl-ui");
  }
  void commit(const std::string& top, const std::string& subject) const {
    box.ok_in(top, "git add -A");
    const Result r = box.type_in(top, "git commit -qm '" + subject + "'");
    EXPECT_EQ(r.status, 0) << r.err;
  }
  std::string short_id(const std::string& revision) const {
    return box.ok("git rev-parse " + revision).substr(0, 12);
  }
  // The newest one about a conflict, when `count` of them are there.
  std::string told(const std::string& role, const char* count = "1") const {
    const std::string rows =
        " FROM messages m JOIN agents a ON a.id = m.agent_id WHERE m.kind = "
        "'conflict' AND a.role = '" +
        role + "'";
    EXPECT_TRUE(eventually([&] {
      return box.sql("SELECT count(*)" + rows) == std::string(count) + "\n";
    })) << box.sql("SELECT count(*)" + rows);
    return box.sql("SELECT text" + rows + " ORDER BY m.id DESC LIMIT 1");
  }
  // The two sides and the merge base, as every message names them.
  std::string sides() const {
    return "001-a/impl-api: feature/001-a/impl-api at " + api_id() +
           "\n001-a/impl-ui: feature/001-a/impl-ui at " + ui_id() +
           "\nmerge base: " + short_id("main") + " first\n\n";
  }
  std::string api_id() const { return short_id("feature/001-a/impl-api"); }
  std::string ui_id() const { return short_id("feature/001-a/impl-ui"); }
  Sandbox box;
  std::string api, ui;
};

constexpr char kFooter[] = "look with: git orch conflicts show 1\n";

TEST_F(ConflictNotice, ShowsBothPlacesOfATextAndWhoseTheyAre) {
  std::string text = box.read(api + "/one.txt");
  box.write(api + "/one.txt", "by api\n" + text.substr(7));
  commit(api, "by api");
  box.ok_in(ui, "git config user.name 'Bo Other'");
  box.write(ui + "/one.txt", "by ui\nand more\n" + text.substr(7));
  commit(ui, "by ui");
  const std::string rest = " in 1 file:\n  one.txt\nconflict type: contents\n" +
                           sides() +
                           "one.txt: contents\n"
                           "  merge base, line 1\n"
                           "    line 1\n"
                           "  001-a/impl-api, line 1, from " +
                           api_id() +
                           " by Ada Test\n"
                           "    by api\n"
                           "  001-a/impl-ui, lines 1-2, from " +
                           ui_id() +
                           " by Bo Other\n"
                           "    by ui\n"
                           "    and more\n" +
                           kFooter;
  EXPECT_EQ(told("impl-api"), "your work collides with 001-a/impl-ui" + rest);
  EXPECT_EQ(told("impl-ui"), "your work collides with 001-a/impl-api" + rest);
  EXPECT_EQ(told("overseer"),
            "001-a/impl-api collides with 001-a/impl-ui" + rest);
}

TEST_F(ConflictNotice, NamesWhoChangedTheFileLastNotWhoCommittedLast) {
  box.write(api + "/one.txt", "by api\n");
  commit(api, "by api");
  const std::string changed = api_id();
  box.write(api + "/unrelated.txt", "x\n");
  commit(api, "something else");
  box.write(ui + "/one.txt", "by ui\n");
  commit(ui, "by ui");
  EXPECT_TRUE(holds(told("overseer"), "  001-a/impl-api, line 1, from " +
                                          changed + " by Ada Test\n"));
}

TEST_F(ConflictNotice, SaysWhatOneSideDeleted) {
  box.ok_in(api, "git rm -q one.txt");
  commit(api, "gone");
  std::string text = box.read(ui + "/one.txt");
  box.write(ui + "/one.txt", text + "line 21\n");
  commit(ui, "longer");
  EXPECT_EQ(told("impl-ui"),
            "your work collides with 001-a/impl-api in 1 file:\n  one.txt\n"
            "conflict type: modify/delete\n" +
                sides() +
                "one.txt: modify/delete\n"
                "  merge base, nothing after line 20\n"
                "  001-a/impl-api: deleted in " +
                api_id() +
                " by Ada Test\n"
                "  001-a/impl-ui, line 21, from " +
                ui_id() +
                " by Ada Test\n"
                "    line 21\n" +
                kFooter);
}

TEST_F(ConflictNotice, FollowsARename) {
  std::string text = box.read(api + "/one.txt");
  box.ok_in(api, "git mv one.txt moved.txt");
  box.write(api + "/moved.txt", "by api\n" + text.substr(7));
  commit(api, "moved");
  box.write(ui + "/one.txt", "by ui\n" + text.substr(7));
  commit(ui, "by ui");
  EXPECT_TRUE(holds(told("overseer"),
                    "moved.txt: contents\n"
                    "  merge base, line 1\n"
                    "    line 1\n"
                    "  001-a/impl-api, line 1, from " +
                        api_id() +
                        " by Ada Test\n"
                        "    by api\n"
                        "  001-a/impl-ui, line 1, from " +
                        ui_id() +
                        " by Ada Test\n"
                        "    by ui\n"));
}

TEST_F(ConflictNotice, SaysBinariesModesAndLinksInWords) {
  box.write(api + "/blob", std::string("\0api", 4));
  box.write(ui + "/blob", std::string("\0of ui", 6));
  box.write(api + "/tool", "by api\n");
  box.ok_in(api, "chmod +x tool");
  box.write(ui + "/tool", "by ui\n");
  commit(api, "by api");
  commit(ui, "by ui");
  const std::string text = told("overseer");
  EXPECT_TRUE(holds(text,
                    "  merge base: not there\n"
                    "  001-a/impl-api: binary, 4 bytes, from " +
                        api_id() +
                        " by Ada Test\n"
                        "  001-a/impl-ui: binary, 6 bytes, from " +
                        ui_id() + " by Ada Test\n"));
  EXPECT_TRUE(holds(text, "  001-a/impl-api, line 1, mode 100755, from "));
  EXPECT_TRUE(holds(text, "  001-a/impl-ui, line 1, mode 100644, from "));
}

TEST_F(ConflictNotice, StaysSmallAndPrintableWhateverTheFilesHold) {
  std::string wide;
  for (int i = 0; i < 4000; ++i) wide += "\xE6\xBC\xA2";
  for (int i = 0; i < 30; ++i) {
    const std::string name =
        "/" + std::to_string(i) + "\x1b[31m\n\xFF" + std::string(150, 'n');
    std::string lines;
    for (int line = 0; line < 50; ++line) lines += "\x1b]0;" + wide + "\n";
    box.write(api + name, "api" + lines);
    box.write(ui + name, "ui" + lines);
  }
  commit(api, "by api");
  commit(ui, "by ui");
  const std::string text = told("impl-ui");
  EXPECT_TRUE(text.size() < 6144 && text.size() > 1500) << text.size();
  EXPECT_TRUE(text::is_utf8(text));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_TRUE(holds(text, "in 30 files:\n  0\\x1b[31m\\n\\xff"));
  EXPECT_TRUE(holds(text, "  (22 more files)\n"));
  EXPECT_TRUE(holds(text, "\nleft out: "));
  EXPECT_TRUE(text.ends_with(kFooter)) << text;
}

TEST_F(ConflictNotice, OfStaleWorkHasTheBaseAsTheOtherSide) {
  box.write(api + "/one.txt", "by api\n");
  commit(api, "by api");
  const std::string first = short_id("main");
  box.write(box.repo() + "/one.txt", "on main\n");
  commit(box.repo(), "newer");
  const std::string text = told("impl-api");
  EXPECT_TRUE(holds(text,
                    "your work is out of date with base in 1 file:\n"
                    "  one.txt\nconflict type: contents\n"
                    "001-a/impl-api: feature/001-a/impl-api at " +
                        api_id() + "\nbase: main at " + short_id("main") +
                        "\nmerge base: " + first + " first\n"));
  EXPECT_TRUE(holds(text, "  base, line 1, from " + short_id("main") +
                              " by Ada Test\n    on main\n"));
}

TEST_F(ConflictNotice, OfOtherFilesHasThemToo) {
  box.write(api + "/one.txt", "by api\n");
  commit(api, "by api");
  box.write(ui + "/one.txt", "by ui\n");
  commit(ui, "by ui");
  EXPECT_EQ(told("impl-ui").find("two.txt"), std::string::npos);
  box.write(api + "/two.txt", "by api\n");
  commit(api, "by api again");
  box.write(ui + "/two.txt", "by ui\n");
  commit(ui, "by ui again");
  const std::string text = told("impl-ui", "2");
  EXPECT_TRUE(holds(text, "\none.txt: contents\n"));
  EXPECT_TRUE(holds(text, "\ntwo.txt: contents\n"));
  EXPECT_TRUE(text.ends_with(kFooter)) << text;
}

}  // namespace
}  // namespace orch::test
