// SPDX-License-Identifier: MIT
//
// Files that somebody wrote to mislead, or by mistake: each is refused where
// it stands.
#include <gtest/gtest.h>

#include "role/role.h"
#include "unit/scratch.h"

namespace orch::role {
namespace {

using test::thrown_by;

void refuses(const std::string& yaml, const std::string& why) {
  EXPECT_EQ(thrown_by([&] { parse_role(yaml, "f.yaml"); }),
            "usage: f.yaml:" + why);
  EXPECT_EQ(thrown_by([&] { parse_team(yaml, "f.yaml"); }),
            "usage: f.yaml:" + why);
}

TEST(HostileFile, MayNotReferToItself) {
  refuses("name: &n x\n", "1:7: anchors are not allowed");
  refuses("name: x\npurpose: *n\n",
          "2:10: the referenced anchor is not defined");
  refuses("name: x\nroles: &r [a]\noptional: *r\n",
          "2:8: anchors are not allowed");
  refuses("name: x\n<<: {kind: overseer}\n", "2:1: merge keys are not allowed");
}

TEST(HostileFile, MayNotSayAThingTwice) {
  refuses("name: x\npurpose: a\npurpose: b\n", "3:1: duplicate key 'purpose'");
  refuses("name: x\n\"name\": y\n", "2:1: duplicate key 'name'");
}

TEST(HostileFile, IsIndentedByBlanks) {
  for (const char* text :
       {"name: x\nbudget:\n\tturns: 3\n", "name: x\nduties:\n\t- a\n"})
    refuses(text, "3:1: a tab; lines are indented by blanks");
  refuses("name: x\nenv:\n  A: b\n \tB: c\n",
          "4:2: a tab; lines are indented by blanks");
}

TEST(HostileFile, HoldsNoTextOfAMebibyte) {
  const std::string big(1000000, 'a');
  refuses("name: x\npurpose: " + big + "\n",
          "2:10: a text of 1000000 bytes, more than 65536");
  refuses("name: x\nroles: [a, " + big + "]\n",
          "2:12: a text of 1000000 bytes, more than 65536");
  refuses("name: x\npurpose: " + big + big + "\n", "1:1: larger than 1 MiB");
  const std::string full(65536, 'a');
  EXPECT_EQ(parse_role("name: x\npurpose: " + full + "\n", "f").purpose, full);
}

TEST(HostileFile, HoldsNoNul) {
  const std::string raw("name: x\npurpose: a\0b\n", 20);
  refuses(raw, "2:11: a NUL byte");
  refuses(std::string("\0name: x\n", 9), "1:1: a NUL byte");
  refuses("name: x\npurpose: \"a\\0b\"\n", "2:10: a text holds a NUL");
  refuses("name: x\nroles:\n  - [\"\\0\"]\n", "3:6: a text holds a NUL");
}

TEST(HostileFile, IsOneMap) {
  refuses("", "1:1: expected a map");
  refuses("- name: x\n", "1:1: expected a map");
  refuses("name: x\n---\nname: y\n", "2:1: more than one document");
  refuses("name: !!str x\n", "1:7: tags are not allowed");
  refuses("name: \xff\n", "1:1: not valid UTF-8");
  refuses("name\n", "1:1: expected a map");
}

TEST(HostileFile, ShowsNoControlCharacters) {
  refuses("name: \"a\\e[2J\"\n", "1:7: 'a\\x1b[2J' is no name");
  EXPECT_EQ(thrown_by([] {
              parse_role("name: x\nskills: [\"\\e]0;x\"]\n", "f.yaml");
            }),
            "usage: f.yaml:2:10: '\\x1b]0;x' is no word of lower-case letters, "
            "digits, '+', '#', '.' and '-'");
}

}  // namespace
}  // namespace orch::role
