// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "autostart/autostart.h"

namespace orch::autostart {
namespace {

constexpr char kOdd[] = "/srv/a b/50% \"$x\" 'y' & <z>\\/.git";

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(UnitName, TellsRepositoriesOfOneNameApart) {
  EXPECT_TRUE(unit_name("/srv/ann/shop/.git").starts_with("git-orch-shop-"));
  EXPECT_TRUE(unit_name("/srv/shop.git").starts_with("git-orch-shopgit-"));
  EXPECT_NE(unit_name("/srv/ann/shop/.git"), unit_name("/srv/bob/shop/.git"));
  EXPECT_EQ(unit_name("/a/.git"), unit_name("/a/.git"));
  EXPECT_TRUE(unit_name("/").starts_with("git-orch-repository-"));
  EXPECT_EQ(unit_name(kOdd).find_first_not_of(
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                "0123456789-_"),
            std::string::npos);
}

TEST(SystemdUnit, QuotesWhatSystemdWouldReadOtherwise) {
  const std::string unit = systemd_unit("/opt/a b$c%d\"e", kOdd);
  EXPECT_TRUE(
      holds(unit, "\nExecStart=\"/opt/a b$$c%%d\\\"e/git-orch-daemon\" run\n"))
      << unit;
  EXPECT_TRUE(holds(
      unit, "\nWorkingDirectory=/srv/a b/50%% \"$x\" 'y' & <z>\\/.git\n"))
      << unit;
}

TEST(CronLine, QuotesForTheShellAndForCron) {
  const std::string line = cron_line("/opt/bin", "/a b/50%/it's/.git");
  EXPECT_TRUE(
      line.starts_with("*/5 * * * * cd '/a b/50\\%/it'\\''s/.git' && "
                       "'/opt/bin/git-orch-tick' --behind --quiet # git-orch-"))
      << line;
}

TEST(Crontab, KeepsTheOtherLinesAndHasOursOnce) {
  const std::string line = cron_line("/opt/bin", "/a/.git");
  const std::string other = "MAILTO=ann\n0 5 * * * backup\n";
  const std::string with = with_line(other, line, "/a/.git");
  EXPECT_EQ(with, other + line + "\n");
  EXPECT_EQ(with_line(with, line, "/a/.git"), with);
  EXPECT_EQ(without_line(with, "/a/.git"), other);
  EXPECT_EQ(without_line(with, "/b/.git"), with);
  EXPECT_EQ(with_line("", line, "/a/.git"), line + "\n");
  EXPECT_EQ(without_line(line + "\n", "/a/.git"), "");
  EXPECT_EQ(without_line("", "/a/.git"), "");
  // A last line without its end gets one.
  EXPECT_EQ(with_line("x", line, "/a/.git"), "x\n" + line + "\n");
  EXPECT_EQ(without_line("x", "/a/.git"), "x\n");
}

TEST(LaunchdPlist, EscapesMarkup) {
  const std::string plist = launchd_plist("/opt/<b>&", kOdd);
  EXPECT_TRUE(holds(plist,
                    "<string>/opt/&lt;b&gt;&amp;/git-orch-daemon</string>"
                    "<string>run</string>"))
      << plist;
  EXPECT_TRUE(holds(plist, "50% \"$x\" 'y' &amp; &lt;z&gt;\\/.git</string>"));
}

}  // namespace
}  // namespace orch::autostart
