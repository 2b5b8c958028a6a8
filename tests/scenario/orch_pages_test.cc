// SPDX-License-Identifier: MIT
//
// The manual pages as man shows them, and the tutorial as it is typed.
#include <algorithm>
#include <cstdlib>

#include "file/file.h"
#include "support/sandbox.h"
#include "text/text.h"

namespace orch::test {
namespace {

const std::string kPages = ORCH_BUILD_DIR "/man";

// What asciidoctor writes into every page, whatever stands in it.
const std::vector<std::string> kOfTheGenerator = {
    "LINKSTYLE", "insecure request: mso", "sp after SH", "sp after SS",
    "br at the end of SH"};

std::vector<std::string> pages() {
  std::vector<std::string> out;
  for (const std::string section : {"1", "5", "7"})
    for (const std::string& name : file::names_in(kPages + "/man" + section))
      out.push_back(kPages + "/man" + section + "/" + name);
  return out;
}

// Words with one space between.
std::string squeezed(const std::string& text) {
  std::string out;
  for (std::string line : text::split(text, '\n')) {
    std::replace(line.begin(), line.end(), '\t', ' ');
    for (const std::string& word : text::split(line, ' '))
      if (!word.empty()) out += (out.empty() ? "" : " ") + word;
  }
  return out;
}

// The lines between two headings of a page that man has laid out.
std::string between(const std::string& page, const std::string& from,
                    const std::string& to) {
  const std::size_t start = page.find("\n" + from + "\n");
  const std::size_t end = page.find("\n" + to + "\n");
  if (start == std::string::npos || end == std::string::npos) return "";
  return page.substr(start + from.size() + 2, end - start - from.size() - 2);
}

class OrchPages : public ::testing::Test {
 protected:
  OrchPages() {
    box.set("MANWIDTH", "80");
    box.set("LC_ALL", "C.UTF-8");
    box.set("MAN_KEEP_FORMATTING", "");
  }
  // As it stands on a terminal of 80 columns.
  std::string shown(const std::string& page) const {
    return box
        .run_in(kPages, {"sh", "-c", "man --warnings -l \"$1\" 2>&1 | col -bx",
                         "sh", page})
        .out;
  }
  void expect_synopsis(const std::string& page,
                       const std::string& synopsis) const {
    const std::string name = page.substr(page.rfind('/') + 1);
    const std::string program = name.substr(0, name.size() - 2);
    const std::string help = box.run_in(kPages, {program, "-h"}).out;
    // Behind "usage: " and the verb.
    const std::size_t at = program.size() + 8;
    std::string usage;
    for (const std::string& line : text::split(help, '\n')) {
      if (line.empty()) break;
      usage += line.substr(7) + "\n";
      // A form that goes on on this line has its action on the first.
      if (line.size() <= at || line[7] == ' ') continue;
      const std::string action = line.substr(at, line.find(' ', at) - at);
      if (action.starts_with("-") ||
          action.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") !=
              std::string::npos)
        continue;
      EXPECT_EQ(box.run_in(kPages, {program, action, "-h"}).out, help)
          << program << " " << action;
    }
    EXPECT_EQ(squeezed(synopsis), squeezed(usage));
  }
  Sandbox box;
};

TEST_F(OrchPages, HaveTheNamesThatPeopleLookFor) {
  for (const std::string name :
       {"man1/git-orch.1", "man5/git-orch-config.5", "man5/git-orch-events.5",
        "man5/git-orch-githooks.5", "man5/git-orch-hooks.5",
        "man5/git-orch-roles.5", "man5/git-orch-runtimes.5",
        "man7/git-orch-tutorial.7", "man7/git-orch-security.7"})
    EXPECT_TRUE(file::exists(kPages + "/" + name)) << name;
  EXPECT_TRUE(holds(shown(kPages + "/man5/git-orch-hooks.5"), "GITHOOKS(5)"));
}

TEST_F(OrchPages, ArePlainToMandocAndMan) {
  std::vector<std::string> argv = {"mandoc", "-T", "lint", "-W", "warning"};
  for (const std::string& page : pages())
    if (!page.ends_with("-hooks.5")) argv.push_back(page);
  for (const std::string& line : box.run_in(kPages, argv).lines())
    EXPECT_TRUE(std::any_of(kOfTheGenerator.begin(), kOfTheGenerator.end(),
                            [&](const std::string& known) {
                              return line.find(known) != std::string::npos;
                            }))
        << line;
}

// Nothing is cut off or folded by a terminal, and man has no complaint; what a
// verb and each of its actions print as their usage is the SYNOPSIS.
TEST_F(OrchPages, FitATerminalAndSayWhatTheVerbSays) {
  for (const std::string& page : pages()) {
    const std::string text = shown(page);
    EXPECT_TRUE(holds(text, "\nNAME\n")) << page;
    EXPECT_EQ(text.find("warning:"), std::string::npos) << page;
    for (const std::string& line : text::split(text, '\n'))
      EXPECT_LE(text::display_width(line), 80U) << page << ": " << line;
    if (page.ends_with(".1"))
      expect_synopsis(page, between(text, "SYNOPSIS", "DESCRIPTION"));
  }
}

// The commands of a page of AsciiDoc, those that go on on the next line joined.
std::vector<std::string> commands_of(const std::string& page) {
  std::vector<std::string> out;
  bool inside = false;
  bool goes_on = false;
  for (const std::string& line : text::split(page, '\n')) {
    if (line == "----") inside = !inside;
    if (inside && goes_on)
      out.back() += "\n" + line;
    else if (inside && line.starts_with("$ "))
      out.push_back(line.substr(2));
    else
      continue;
    goes_on = line.ends_with("\\");
  }
  return out;
}

TEST(OrchTutorial, WorksAsItStands) {
  Sandbox box;
  const auto commands = commands_of(
      box.read(std::string(ORCH_SOURCE_DIR) + "/man/git-orch-tutorial.adoc"));
  ASSERT_GT(commands.size(), 40U);
  // One shell, as a person has one.
  std::string script;
  for (const std::string& command : commands) {
    const std::size_t mark = command.find("# exit status ");
    const std::string want =
        mark == std::string::npos ? "0" : command.substr(mark + 14, 1);
    script += command + "\nstatus=$?; [ $status = " + want +
              " ] || { echo \"exit status $status at line $LINENO\"; exit 1; "
              "}\n";
  }
  box.write(box.path("tutorial.sh"), script);
  const Result r = box.run_in(box.root(), {"bash", box.path("tutorial.sh")});
  EXPECT_EQ(r.status, 0) << r.out << r.err << script;
  EXPECT_TRUE(holds(r.out, "001-search is completed, and in main"));
  EXPECT_TRUE(holds(r.out, "an idea\n"));
}

}  // namespace
}  // namespace orch::test
