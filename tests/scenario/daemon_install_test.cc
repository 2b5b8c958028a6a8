// SPDX-License-Identifier: MIT
//
// What the user's system is given to start a daemon with, and a daemon whose
// program is replaced. systemd itself judges the unit; the programs that would
// change this machine are stand-ins that write down how they were called.
#include <sys/stat.h>

#include <algorithm>

#include "file/file.h"
#include "process/process.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

class DaemonInstall : public ::testing::Test {
 protected:
  DaemonInstall() {
    box.make_repository();
    box.ok("git orch init -q");
    box.set("PATH", box.path("bin") + ":" + std::string(ORCH_BUILD_DIR) +
                        "/bin:/usr/bin:/bin");
    stand_in("systemctl", "exit 1\n");
    stand_in("crontab", "if [ \"$1\" = -l ]; then cat " + box.path("crontab") +
                            " 2>/dev/null; else cat > " + box.path("crontab") +
                            "; fi\n");
  }
  void stand_in(const std::string& name, const std::string& script) const {
    box.write(box.path("bin") + "/" + name,
              "#!/bin/sh\necho " + name + " \"$@\" >> " + box.path("calls") +
                  "\n" + script);
    ::chmod((box.path("bin") + "/" + name).c_str(), 0755);
  }
  std::string calls() const {
    return file::find_contents(box.path("calls")).value_or("");
  }
  // The one file below `directory`.
  std::string only_file(const std::string& directory) const {
    const auto names = file::names_in(box.path("home") + "/" + directory);
    return names.size() == 1
               ? box.path("home") + "/" + directory + "/" + names[0]
               : "";
  }

  Sandbox box;
};

constexpr char kUnits[] = ".config/systemd/user";

TEST_F(DaemonInstall, WritesAUnitThatSystemdVerifies) {
  const std::string said = box.ok("git orch daemon install --systemd");
  EXPECT_TRUE(holds(said, "no user manager of systemd answers here"));
  const std::string unit = only_file(kUnits);
  ASSERT_NE(unit, "");
  const Result verdict =
      box.run_in(box.root(), {"systemd-analyze", "verify", "--user", unit});
  EXPECT_EQ(verdict.status, 0);
  EXPECT_EQ(verdict.out + verdict.err, "");
  const std::string before = box.read(unit);
  box.ok("git orch daemon install --systemd -q");
  EXPECT_EQ(box.read(unit), before);
  const json::Value found =
      box.type("git orch daemon --json").data()["installed"];
  ASSERT_EQ(found.as_array()->size(), 1U);
  EXPECT_EQ(*found.as_array()->front()["path"].as_string(), unit);
  EXPECT_FALSE(found.as_array()->front()["active"].as_bool().value_or(true));
  EXPECT_TRUE(
      holds(box.ok("git orch daemon uninstall"), "removed: systemd, " + unit));
  EXPECT_EQ(only_file(kUnits), "");
  EXPECT_EQ(box.ok("git orch daemon uninstall"), "nothing was installed\n");
}

TEST_F(DaemonInstall, TakesAUserThatNoFileNames) {
  const std::vector<std::string> nobody = {"unshare", "--user",
                                           "--map-user=54321"};
  const auto as_nobody = [&](std::vector<std::string> argv) {
    argv.insert(argv.begin(), nobody.begin(), nobody.end());
    return box.run_in(box.repo(), argv);
  };
  if (as_nobody({"true"}).status != 0) GTEST_SKIP() << "no user namespaces";
  const Result r = as_nobody({"git", "orch", "daemon", "install", "--systemd"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(holds(r.out + r.err, "enable-linger 54321"));
}

TEST_F(DaemonInstall, QuotesAnOddPathForSystemd) {
  const std::string odd = box.path("it's 50% \"odd\" $x");
  box.run_in(box.root(), {"git", "clone", "-q", box.repo(), odd});
  box.ok_in(odd, "git orch init -q");
  box.ok_in(odd, "git orch daemon install --systemd -q");
  const Result verdict = box.run_in(
      box.root(), {"systemd-analyze", "verify", "--user", only_file(kUnits)});
  EXPECT_EQ(verdict.status, 0);
  EXPECT_EQ(verdict.out + verdict.err, "");
}

TEST_F(DaemonInstall, SwitchesTheUnitOnWhereSystemdAnswers) {
  stand_in("systemctl", "exit 0\n");
  const std::string said = box.ok("git orch daemon install");
  EXPECT_TRUE(holds(said, "installed: systemd"));
  const std::string name = file::name_of(only_file(kUnits));
  EXPECT_TRUE(holds(calls(), "systemctl --user enable --now " + name + "\n"));
  box.ok("git orch daemon uninstall -q");
  EXPECT_TRUE(holds(calls(), "systemctl --user disable --now " + name + "\n"));
}

TEST_F(DaemonInstall, KeepsTheOtherLinesOfACrontab) {
  box.write(box.path("crontab"), "0 5 * * * backup\n");
  box.ok("git orch daemon install --cron -q");
  box.ok("git orch daemon install --cron -q");
  const std::string crontab = box.read(box.path("crontab"));
  EXPECT_TRUE(crontab.starts_with("0 5 * * * backup\n*/5 * * * * cd '"));
  EXPECT_EQ(std::count(crontab.begin(), crontab.end(), '\n'), 2);
  // The line, as cron hands it to its shell, ticks here.
  std::string line = crontab.substr(crontab.find("cd "));
  for (std::size_t at = 0; (at = line.find("\\%", at)) != std::string::npos;)
    line.erase(at, 1);
  EXPECT_EQ(box.run_in("/", {"sh", "-ec", line}).status, 0);
  EXPECT_FALSE(holds(box.ok("git orch daemon"), "there was no tick yet"));
  box.ok("git orch deinit -q");
  EXPECT_EQ(box.read(box.path("crontab")), "0 5 * * * backup\n");
}

TEST_F(DaemonInstall, IsForLaunchdOnlyWhereThereIsOne) {
  const Result none = box.type("git orch daemon install --launchd");
  EXPECT_EQ(none.status, 128);
  EXPECT_TRUE(holds(none.err, "no macOS"));
  stand_in("launchctl", "exit 0\n");
  box.ok("git orch daemon install --launchd -q");
  const std::string plist = only_file("Library/LaunchAgents");
  ASSERT_NE(plist, "");
  EXPECT_EQ(box.run_in(box.root(), {"python3", "-c",
                                    "import plistlib,sys; d = "
                                    "plistlib.load(open(sys.argv[1],'rb')); "
                                    "assert d['WorkingDirectory'] == "
                                    "sys.argv[2], d",
                                    plist, box.repo() + "/.git"})
                .status,
            0);
  EXPECT_TRUE(holds(calls(), "launchctl bootstrap gui/"));
  box.ok("git orch daemon uninstall -q");
  EXPECT_EQ(only_file("Library/LaunchAgents"), "");
}

// A copy of what a daemon needs, so that its program can be replaced.
TEST_F(DaemonInstall, GoesOnAsTheNewVersionOfItsProgram) {
  const std::string built = ORCH_BUILD_DIR, own = box.path("prefix");
  const std::string program = own + "/libexec/git-orch/git-orch--daemon";
  const auto copy = [&](const std::string& part) {
    file::make_directories(file::parent_of(own + part));
    box.run_in("/", {"cp", "-r", built + part, own + part + ".next"});
    file::rename(own + part + ".next", own + part);
  };
  for (const char* part :
       {"/bin/git-orch-tick", "/libexec/git-orch/git-orch--daemon",
        "/libexec/git-orch/git-orch--launch", "/libexec/git-orch/hooks"})
    copy(part);
  box.ok("git orch init-feature -q 001");
  box.ok("git orch agent start -q --runtime script 001/impl-api");
  box.run_in(
      box.repo(),
      {"sh", "-ec", "'" + program + "' \"$PWD/.git\" > /dev/null 2>&1 &"});
  const auto pid = [&] {
    return static_cast<pid_t>(box.type("git orch daemon --json")
                                  .data()["pid"]
                                  .as_integer()
                                  .value_or(0));
  };
  ASSERT_TRUE(eventually([&] { return pid() != 0; }));
  const auto before = process::find_identity(pid());
  ASSERT_TRUE(before);
  copy("/libexec/git-orch/git-orch--daemon");
  const std::string exe = "/proc/" + std::to_string(before->pid) + "/exe";
  EXPECT_TRUE(holds(*file::link_target(exe), "(deleted)"));
  box.ok("git orch checkin add -q 001/impl-api --in 1h \"a ring\"");
  EXPECT_TRUE(eventually([&] { return file::link_target(exe) == program; }));
  EXPECT_TRUE(process::is_alive(*before));
  EXPECT_EQ(pid(), before->pid);
  EXPECT_EQ(box.run_in(box.repo(), {program, box.repo() + "/.git"}).status,
            128);
}

}  // namespace
}  // namespace orch::test
