// SPDX-License-Identifier: MIT
#include "permission/shell.h"

#include <gtest/gtest.h>

namespace orch::permission {
namespace {

// "a b; c d": the commands with their words.
std::string read(std::string_view script) {
  std::string out;
  for (const Command& command : commands_of(script)) {
    out += out.empty() ? "" : "; ";
    for (const auto& [name, value] : command.sets)
      out += name + "=" + value + " ";
    for (std::size_t i = 0; i < command.words.size(); ++i)
      out += (i > 0 ? " " : "") + command.words[i];
  }
  return out;
}

TEST(ShellLine, IsReadCommandByCommand) {
  EXPECT_EQ(read("a b"), "a b");
  EXPECT_EQ(read("a; b && c || d | e & f\ng"), "a; b; c; d; e; f; g");
  EXPECT_EQ(read("a 'b; c' \"d && e\" f\\ g"), "a b; c d && e f g");
  EXPECT_EQ(read("pu''sh \"a\\\"b\" 'c'd"), "push a\"b cd");
  EXPECT_EQ(read("a \\\n  b # c; d\ne"), "a b; e");
  EXPECT_EQ(read("a b#c"), "a b#c");
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read(" ;; \n & | "), "");
}

TEST(ShellLine, IsReadInGroupsAndSubstitutions) {
  EXPECT_EQ(read("(a b) ; { c d; }"), "a b; c d");
  EXPECT_EQ(read("if a; then b; else c; fi"), "a; b; c");
  EXPECT_EQ(read("for x in 1 2; do a; done"), "for x in 1 2; a");
  EXPECT_EQ(read("a $(b c) d"), "b c; a  d");
  EXPECT_EQ(read("a \"$(b \"c d\")\" e"), "b c d; a  e");
  EXPECT_EQ(read("a `b c`"), "b c; a ");
  EXPECT_EQ(read("a $((1 << 2)) b"), "a  b");
  EXPECT_EQ(read("diff <(a b) <(c)"), "a b; c; diff");
  EXPECT_EQ(read("! a"), "a");
}

TEST(ShellLine, LeavesOutWhereItReadsAndWrites) {
  EXPECT_EQ(read("a >b 2>&1 <c >>d b"), "a b");
  EXPECT_EQ(read("a 2> b &> c; d"), "a; d");
  EXPECT_EQ(read("a 2x>b"), "a 2x");
  EXPECT_EQ(read("a <<< 'b; c' d"), "a d");
}

TEST(ShellLine, HasNoCommandsInADocument) {
  EXPECT_EQ(read("a <<EOF b\ngit push\nit's\nEOF\nc"), "a b; c");
  EXPECT_EQ(read("a <<-'EOF'\n\tgit push\n\tEOF\nc"), "a; c");
  EXPECT_EQ(read("git commit -m \"$(cat <<'EOF'\ngit push; it's \"x\"\nEOF\n)\""
                 " -q; d"),
            "cat; git commit -m  -q; d");
  EXPECT_EQ(read("a <<EOF\nnever ended"), "a");
}

TEST(ShellLine, IsReadBehindWhatRunsAnotherProgram) {
  EXPECT_EQ(read("A=1 B='2 3' a"), "A=1 B=2 3 a");
  EXPECT_EQ(read("env -u X A=1 a b"), "A=1 a b");
  EXPECT_EQ(read("/usr/bin/env a"), "a");
  EXPECT_EQ(read("timeout -k 5 10 nice -n 3 a b"), "a b");
  EXPECT_EQ(read("sudo -u x nohup a"), "a");
  EXPECT_EQ(read("time a"), "a");
  EXPECT_EQ(read("xargs -n 1 a b"), "a b");
  EXPECT_EQ(read("sh -c 'a b; c'"), "a b; c");
  EXPECT_EQ(read("bash -lc \"a 'b c'\" x"), "a b c");
  EXPECT_EQ(read("sh script"), "sh script");
  EXPECT_EQ(read("eval a 'b c'"), "a b c");
  EXPECT_EQ(read("command -v a"), "a");
}

TEST(ShellLine, EndsWithWhateverIsTorn) {
  for (const char* torn :
       {"'a", "\"a", "a $(b", "a `b", "a \\", "a <<", "a >", "$((", "((", ")",
        "a ))", "<(", "env", "sh -c", "eval", "\"$(\"", "a <<EOF"})
    commands_of(torn);
  std::string deep;
  for (int i = 0; i < 500000; ++i) deep += "$(";
  commands_of(deep);
  deep.clear();
  for (int i = 0; i < 5000; ++i) deep += "eval ";
  EXPECT_EQ(read(deep + "a"), "");
  commands_of(std::string(100000, '`'));
}

}  // namespace
}  // namespace orch::permission
