// SPDX-License-Identifier: MIT
#include "conflict/notice.h"

#include <gtest/gtest.h>

#include "text/text.h"

namespace orch::conflict {
namespace {

Blob blob(const std::string& bytes) {
  return {"100644", std::string(40, 'a'), bytes};
}

// A file in which `places` lines were changed on both sides.
ThreeSides file(const std::string& path, int places, const std::string& line) {
  std::string base, ours, theirs;
  for (int i = 0; i < places; ++i) {
    const std::string same = "same " + std::to_string(i) + "\n";
    base += "base " + line + "\n" + same;
    ours += "ours " + line + "\n" + same;
    theirs += "theirs " + line + "\n" + same;
  }
  return {path, {"contents"}, blob(base), blob(ours), blob(theirs)};
}

Facts facts(std::vector<ThreeSides> files) {
  return {.a = {"f/a", "feature/f/a", std::string(40, '1')},
          .b = {"f/b", "feature/f/b", std::string(40, '2')},
          .base = std::string(40, '3'),
          .base_subject = "first",
          .files = std::move(files),
          .more_files = 0,
          .by_a = {},
          .by_b = {}};
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Details, ShowThreePlacesOfAFileAndCountTheRest) {
  const std::string text = details_text(facts({file("x", 5, "")}));
  EXPECT_TRUE(holds(text, "  f/a, line 5\n    ours \n")) << text;
  EXPECT_FALSE(holds(text, "line 7")) << text;
  EXPECT_TRUE(text.ends_with("\nleft out: 2 places\n")) << text;
  EXPECT_FALSE(holds(details_text(facts({file("x", 3, "")})), "left out"))
      << text;
}

TEST(Details, ShowSixLinesOfASideAndCountTheRest) {
  ThreeSides f{"x",
               {},
               blob("o\n"),
               blob("1\n2\n3\n4\n5\n6\n7\n8\n"),
               blob("1\n2\n3\n4\n5\n9\n")};
  const std::string text = details_text(facts({f}));
  EXPECT_TRUE(holds(text, "    6\n    (2 more lines)\n")) << text;
  EXPECT_FALSE(holds(text, "    7\n")) << text;
  EXPECT_TRUE(holds(text, "    5\n    9\n")) << text;
}

TEST(Details, AreBoundedInBytesAndNeverEndInsideACharacter) {
  std::vector<ThreeSides> files;
  for (int i = 0; i < 4; ++i) {
    std::string wide;
    // Marks that take no column, and three bytes each of others.
    for (int k = 0; k < 900; ++k) wide += "\xCC\x81\xE6\xBC\xA2";
    files.push_back(file(wide + std::to_string(i), 3, wide));
  }
  Facts all = facts(files);
  all.more_files = 7;
  all.a.name = all.b.name = all.a.branch = all.b.branch = all.base_subject =
      std::string(4000, '\x1b');
  for (const ThreeSides& f : files) {
    all.by_a[f.path] = {std::string(40, '4'), std::string(4000, '\xFF')};
    all.by_b[f.path] = all.by_a[f.path];
  }
  const std::string details = details_text(all);
  EXPECT_TRUE(text::is_utf8(details));
  EXPECT_TRUE(holds(details, "\nleft out: ")) << details;
  Finding f{.a = all.a.name, .b = all.b.name, .kind = "stale"};
  for (int i = 0; i < 500; ++i) f.paths.push_back(files[0].path);
  f.types = std::vector<std::string>(50, "directory rename unlear split");
  const std::string whole = notice_text("x", f, 1234567, details);
  EXPECT_LE(whole.size(), kLongestNotice);
  EXPECT_GT(whole.size(), kLongestNotice / 2);
  EXPECT_TRUE(text::is_utf8(whole));
  EXPECT_EQ(whole.find('\x1b'), std::string::npos);
  EXPECT_TRUE(whole.ends_with("git orch conflicts show 1234567"));
}

TEST(Details, SayInWordsWhatIsNoText) {
  ThreeSides module{"m", {"submodule"}, {}, {}, {}};
  module.ours = {"160000", std::string(40, 'b'), {}};
  module.theirs = {"160000", std::string(40, 'c'), {}};
  ThreeSides large{"l", {}, blob("x\n"), blob("y\n"), {}};
  large.theirs = {"100644", std::string(40, 'd'), {}, 3 << 20};
  ThreeSides lost{"g", {}, {}, blob(""), {"100644", std::string(40, 'e'), {}}};
  const std::string text = details_text(facts({module, large, lost}));
  EXPECT_TRUE(holds(text,
                    "\nm: submodule\n  merge base: not there\n"
                    "  f/a: a submodule at bbbbbbbbbbbb\n"
                    "  f/b: a submodule at cccccccccccc\n"))
      << text;
  EXPECT_TRUE(holds(text,
                    "\nl\n  merge base: 2 bytes\n  f/a: 2 bytes\n"
                    "  f/b: too large to show, 3145728 bytes\n"))
      << text;
  EXPECT_TRUE(holds(text, "  f/a: 0 bytes\n  f/b: the object is missing\n"))
      << text;
}

TEST(Notice, SaysWhoAndWhereWithoutDetails) {
  const Finding f{.a = "f/a",
                  .b = "integration",
                  .kind = "stale",
                  .paths = {"x"},
                  .types = {"contents", "binary"}};
  EXPECT_EQ(notice_text("f/a", f, 3, ""),
            "your work is out of date with integration in 1 file:\n  x\n"
            "conflict type: contents, binary\n"
            "look with: git orch conflicts show 3");
  EXPECT_EQ(notice_text("f/overseer", f, 3, "").substr(0, 34),
            "f/a is out of date with integratio");
}

}  // namespace
}  // namespace orch::conflict
