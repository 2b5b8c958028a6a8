// SPDX-License-Identifier: MIT
#include "completion/completion.h"

#include <gtest/gtest.h>

#include "completion/synopsis.h"
#include "text/text.h"

namespace orch::completion {
namespace {

constexpr char kHelp[] =
    "usage: git orch pack [list [<spec-id>]] [--all] [--by day|agent]\n"
    "   or: git orch pack (start | stop) (<agent>... | --all) [-m <text>]\n"
    "   or: git orch pack rm <id> [--[no-]wait <level>]\n"
    "                     -- <command>...\n"
    "\n"
    "    show what is packed\n"
    "\n"
    "    --all                 of every team, or so\n"
    "    --by <what>           how it is counted\n"
    "    --wait <level>        a proof: queued (default),\n"
    "                          typed or read\n"
    "    -m, --message <text>  the text\n"
    "    --base <branch>       where it comes from\n"
    "    --advise[=<command>]  ask somebody\n";

// "a b <Agents>", in order.
std::string after(const std::string& line) {
  const Wanted wanted = complete(kHelp, text::split(line, ' '));
  std::string out;
  for (const Word& word : wanted.words)
    out += (out.empty() ? "" : " ") + wanted.prefix + word.text;
  for (const Source source : wanted.sources)
    out += (out.empty() ? "" : " ") + std::string("#") +
           std::to_string(static_cast<int>(source));
  return out;
}

std::string mark(Source source) {
  return "#" + std::to_string(static_cast<int>(source));
}

TEST(Completion, KnowsTheActions) {
  EXPECT_EQ(after(""), "list start stop rm");
  EXPECT_EQ(after("--all "), "list start stop rm");
  EXPECT_EQ(after("nothing "), "");
}

TEST(Completion, KnowsWhichNamesFollowAnAction) {
  EXPECT_EQ(after("list "), mark(Source::Features));
  EXPECT_EQ(after("list 001-a "), "");
  EXPECT_EQ(after("stop "), mark(Source::Agents));
  EXPECT_EQ(after("stop one two "), mark(Source::Agents));
  EXPECT_EQ(after("rm "), mark(Source::Ids));
  EXPECT_EQ(after("rm 1 -- "), "");
}

TEST(Completion, TakesAnOptionsValueForNoOperand) {
  EXPECT_EQ(after("-m text stop "), mark(Source::Agents));
  EXPECT_EQ(after("stop -m "), "");
  EXPECT_EQ(after("--message=text stop "), mark(Source::Agents));
}

TEST(Completion, KnowsOptionsAndTheirValues) {
  EXPECT_EQ(after("stop -"), "--all --by= --wait= --message= --base= --advise");
  EXPECT_EQ(after("--by "), "day agent");
  EXPECT_EQ(after("--by=d"), "--by=day --by=agent");
  EXPECT_EQ(after("--wait "), "queued typed read");
  EXPECT_EQ(after("--base "), mark(Source::Branches));
  EXPECT_EQ(after("--nothing=x"), "");
}

TEST(Completion, ReadsTheVerbs) {
  const std::vector<Word> want = {{"init", "set it up"}, {"sync-pr", "see"}};
  EXPECT_EQ(verbs_in("usage: git orch <verb>\n\n    run a team\n\nset up\n"
                     "   init              set it up\n"
                     "   sync-pr           see\n\n'git orch -h'\n"),
            want);
}

// Whatever is written there, it ends.
TEST(Completion, EndsOnBrokenGrammar) {
  for (const std::string line :
       {"[[<a>...", "(a |", "...", "[...]...", ") | a", "<a>... ...", "-- x",
        "[<a>...]...", "--x", "--x ..."})
    read_synopsis(line, {"a", "b"});
  EXPECT_EQ(read_synopsis("[<a>...", {"x", "y"}).next.size(), 1U);
}

}  // namespace
}  // namespace orch::completion
