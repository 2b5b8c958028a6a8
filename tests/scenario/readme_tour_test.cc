// SPDX-License-Identifier: MIT
//
// The README's console blocks, typed as they stand. A line ends with 0 unless
// its comment says another exit status.
#include "support/sandbox.h"
#include "text/text.h"

namespace orch::test {
namespace {

std::vector<std::string> console_lines(const std::string& readme) {
  std::vector<std::string> lines;
  bool inside = false;
  for (const std::string& line : text::split(readme, '\n')) {
    if (line.starts_with("```")) inside = line == "```console";
    if (inside && line.starts_with("$ ")) lines.push_back(line.substr(2));
  }
  return lines;
}

TEST(Readme, ItsTourWorksAsItStands) {
  Sandbox box;
  const auto lines =
      console_lines(box.read(std::string(ORCH_SOURCE_DIR) + "/README.md"));
  ASSERT_GT(lines.size(), 20U);
  // One shell, as a person has one: cd must last.
  std::string script;
  for (const std::string& line : lines) {
    const std::size_t mark = line.find("# exit status ");
    const std::string want =
        mark == std::string::npos ? "0" : line.substr(mark + 14, 3);
    script += line + "\nstatus=$?; [ $status = " +
              want.substr(0, want.find_first_not_of("0123456789")) +
              " ] || { echo \"exit status $status from: " +
              "line $LINENO\"; exit 1; }\n";
  }
  box.write(box.path("tour.sh"), script);
  const Result r = box.run_in(box.root(), {"bash", box.path("tour.sh")});
  EXPECT_EQ(r.status, 0) << r.out << r.err << script;
  EXPECT_TRUE(holds(r.out, "please think of the dark theme"));
  EXPECT_TRUE(holds(r.out, "goals.txt"));
  EXPECT_TRUE(holds(r.err, "would conflict in 1 file"));
  EXPECT_TRUE(holds(r.err, "refused by guards.refs"));
}

}  // namespace
}  // namespace orch::test
