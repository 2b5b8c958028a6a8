// SPDX-License-Identifier: MIT
//
// What people read: summaries, option texts, error messages and hints start in
// lower case and have no full stop.
#include <cctype>

#include "commands.h"

namespace orch::lint {
namespace {

constexpr std::size_t kSummaryLimit = 60;

std::size_t code_points(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// "Agent" does; "HEAD is", "JSON", "a" and "'x'" do not.
bool starts_upper(std::string_view text) {
  const auto upper = [&](std::size_t i) {
    return i < text.size() && std::isupper(static_cast<unsigned char>(text[i]));
  };
  return upper(0) && !upper(1);
}

bool ends_in_full_stop(std::string_view text) {
  return text.ends_with('.') && !text.ends_with("..");
}

void check_text(const std::string& where, const std::string& what,
                std::string_view text, Findings& out) {
  if (text.empty()) out.push_back(where + what + " is empty");
  if (starts_upper(text)) out.push_back(where + what + " starts in upper case");
  if (ends_in_full_stop(text))
    out.push_back(where + what + " ends in a full stop");
}

void check_command(const DeclaredCommand& command, Findings& out) {
  check_text(at(command.file, command.line), "the summary", command.summary,
             out);
  if (code_points(command.summary) > kSummaryLimit)
    out.push_back(at(command.file, command.line) + "the summary has " +
                  std::to_string(code_points(command.summary)) +
                  " characters, more than " + std::to_string(kSummaryLimit));
  for (const DeclaredOption& option : command.options)
    check_text(at(command.file, option.line), "the help of --" + option.name,
               option.help, out);
}

// The arguments of a call as token ranges; `i` stands at the open parenthesis.
std::vector<std::vector<Token>> arguments_at(const std::vector<Token>& code,
                                             std::size_t i) {
  std::vector<std::vector<Token>> out(1);
  int depth = 0;
  for (; i < code.size(); ++i) {
    const Token& t = code[i];
    if (t.is('(') || t.is('{') || t.is('[')) ++depth;
    if (t.is(')') || t.is('}') || t.is(']')) --depth;
    if (depth == 0) break;
    if (depth == 1 && t.is(',')) {
      out.emplace_back();
      continue;
    }
    if (depth > 1 || !t.is('(')) out.back().push_back(t);
  }
  return out;
}

void check_argument(const File& file, const std::string& what,
                    const std::vector<Token>& tokens, Findings& out) {
  if (tokens.empty()) return;
  const Token& first = tokens.front();
  const Token& last = tokens.back();
  if (first.kind == Kind::String && starts_upper(first.text))
    out.push_back(at(file, first.line) + what + " starts in upper case");
  if (last.kind == Kind::String && ends_in_full_stop(last.text))
    out.push_back(at(file, last.line) + what + " ends in a full stop");
}

void check_errors(const File& file, Findings& out) {
  const std::vector<Token> code = code_of(file.text);
  for (std::size_t i = 0; i + 1 < code.size(); ++i) {
    if (code[i].kind != Kind::Word || !code[i + 1].is('(')) continue;
    const std::string& name = code[i].text;
    if (name != "Error" && name != "UsageError" && name != "io_error") continue;
    const auto arguments = arguments_at(code, i + 1);
    const std::size_t message = name == "Error" ? 1 : 0;
    if (arguments.size() > message)
      check_argument(file, "the message", arguments[message], out);
    if (name != "io_error" && arguments.size() > message + 1)
      check_argument(file, "the hint", arguments[message + 1], out);
  }
}

Findings check_wording(const std::string& root) {
  Findings out;
  for (const DeclaredCommand& command : declared_commands(root))
    check_command(command, out);
  for (const File& file : product_sources(root)) check_errors(file, out);
  return out;
}

TEST(Wording, IsTheSameEverywhere) {
  EXPECT_TRUE(none(check_wording(source_root())));
}

TEST(Wording, ReadsOptionsOverSeveralLines) {
  MadeTree tree;
  tree.write("git-orch/send.cc",
             "const cli::Command cli::kCommand = {\n"
             "    .name = \"send\",\n"
             "    .summary = \"say \"\n"
             "               \"it\",\n"
             "    .options =\n"
             "        {{\"file\", 'F', Arity::One, \"file\",\n"
             "          \"read \"\n"
             "          \"it\"},\n"
             "         {\"all\", 0, Arity::Flag, \"\", \"to all\"}},\n"
             "    .run = run};\n");
  const auto commands = declared_commands(tree.root());
  ASSERT_EQ(commands.size(), 1U);
  EXPECT_EQ(commands[0].verb(), "send");
  EXPECT_EQ(commands[0].summary, "say it");
  ASSERT_EQ(commands[0].options.size(), 2U);
  EXPECT_EQ(commands[0].options[0].name, "file");
  EXPECT_EQ(commands[0].options[0].short_name, "F");
  EXPECT_EQ(commands[0].options[0].help, "read it");
  EXPECT_EQ(commands[0].options[1].short_name, "");
}

TEST(Wording, SeesFullStopsCapitalsAndLength) {
  MadeTree tree;
  tree.write("git-orch/a.cc",
             "const cli::Command cli::kCommand = {\n"
             "    .summary = \"Say it.\",\n"
             "    .options = {{\"x\", 0, Arity::Flag, \"\", \"\"},\n"
             "                {\"y\", 0, Arity::Flag, \"\", \"HEAD only\"},\n"
             "                {\"z\", 0, Arity::Flag, \"\", \"the Z.\"}},\n"
             "    .run = run};\n")
      .write("git-orch/b.cc",
             "const cli::Command cli::kCommand = {\n"
             "    .summary = \"" +
                 std::string(61, 'x') + "\",\n};\n")
      .write("lib/x/x.cc",
             "throw Error(ErrorCode::Io, \"Cannot open '\" + f(a, b) + \"'\",\n"
             "            \"try again.\");\n"
             "throw UsageError(\"give one of a, b...\");\n"
             "throw UsageError(\"no such thing as '\" + x + \"' here.\");\n"
             "throw io_error(\"cannot read\", errno);\n");
  EXPECT_TRUE(are(
      check_wording(tree.root()),
      {"a.cc:2: the summary starts", "a.cc:2: the summary ends",
       "a.cc:3: the help of --x is empty", "a.cc:5: the help of --z ends",
       "b.cc:2: the summary has 61 characters", "x.cc:1: the message starts",
       "x.cc:2: the hint ends", "x.cc:4: the message ends"}));
}

}  // namespace
}  // namespace orch::lint
