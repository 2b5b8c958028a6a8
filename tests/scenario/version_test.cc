// SPDX-License-Identifier: MIT
#include "support/sandbox.h"
#include "text/text.h"

namespace orch::test {
namespace {

TEST(Version, SaysTheSameAsTheFrontInOneLine) {
  Sandbox box;
  const std::string line =
      box.run_in(box.root(), {"git", "orch", "version"}).out;
  EXPECT_TRUE(line.starts_with("git orch version 0."));
  EXPECT_EQ(box.run_in(box.root(), {"git", "orch", "--version"}).out, line);
  const Result json =
      box.run_in(box.root(), {"git", "orch", "version", "--json"});
  EXPECT_EQ("git orch version " + *json.data()["version"].as_string() + "\n",
            line);
  EXPECT_TRUE(json.data()["build_options"].is_null());
}

TEST(Version, ShowsHowItWasBuilt) {
  Sandbox box;
  const std::string text =
      box.run_in(box.root(), {"git", "orch", "version", "--build-options"}).out;
  const std::string build = ORCH_BUILD_DIR;
  for (const std::string& part :
       {std::string("\ncompiler: "), std::string("\nlinked: "),
        std::string("\nc_library: glibc 2."), std::string("\nsqlite: 3."),
        std::string("\nboost: 1."), std::string("\nyaml_cpp: 0."),
        std::string("\nexpat: 2."), std::string("\nschema: "),
        "\nbin: " + build + "/bin\n",
        "\nlibexec: " + build + "/libexec/git-orch\n"})
    EXPECT_TRUE(holds(text, part));
  const std::string commit = text.substr(text.find("\ncommit: ") + 9, 40);
  EXPECT_EQ(commit.find_first_not_of("0123456789abcdef"), std::string::npos)
      << text;
  const Result json = box.run_in(
      box.root(), {"git", "orch", "version", "--build-options", "--json"});
  const json::Value data = json.data();
  ASSERT_TRUE(data["build_options"].as_object());
  // Each line is a member, in the same order.
  std::string lines = "git orch version " + *data["version"].as_string() + "\n";
  for (const auto& [name, value] : *data["build_options"].as_object()) {
    const auto number = value.as_integer();
    const std::string shown =
        number ? std::to_string(*number) : *value.as_string();
    if (!shown.empty()) lines += name + ": " + shown + "\n";
  }
  EXPECT_EQ(text, lines);
}

TEST(Version, RefusesWrongUsage) {
  Sandbox box;
  EXPECT_EQ(box.run_in(box.root(), {"git", "orch", "version", "now"}).status,
            129);
}

// As git itself does: whoever reads it must not take a part for the whole.
TEST(Version, FailsWhenItsAnswerCannotBeWritten) {
  Sandbox box;
  box.make_repository();
  box.ok("git orch init -q");
  for (const char* line : {"git orch version", "git orch version --json",
                           "git orch -h", "git orch status", "git orch status",
                           "git orch status --json", "git-orch-status -h"}) {
    const Result r =
        box.run_in(box.repo(), {"sh", "-c", std::string(line) + " >/dev/full"});
    EXPECT_EQ(r.status, 128) << line;
    EXPECT_EQ(r.err,
              "fatal: write failure on standard output: No space left on "
              "device\n")
        << line;
  }
  // Nobody waits for an answer there.
  EXPECT_EQ(box.run_in(box.repo(), {"sh", "-c", "git orch tick -q >&-"}).status,
            0);
}

}  // namespace
}  // namespace orch::test
