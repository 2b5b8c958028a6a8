// SPDX-License-Identifier: MIT
//
// Every option that a verb declares is typed in some scenario.
#include <cctype>

#include "commands.h"

namespace orch::lint {
namespace {

// Not typed by anybody: a hook's detached child calls it, and every scenario
// with a commit depends on it.
const std::set<std::string> kInternal = {"tick --behind"};

bool goes_on(std::string_view text, std::size_t i) {
  return i < text.size() &&
         (std::isalnum(static_cast<unsigned char>(text[i])) || text[i] == '-');
}

// Whether `text` has the option as a word: "--all" is not in "--all-of".
bool types_option(std::string_view text, const std::string& option) {
  std::size_t i = text.find(option);
  for (; i != std::string_view::npos; i = text.find(option, i + 1)) {
    const bool long_form = option.starts_with("--");
    const bool starts =
        i == 0 || (!std::isalnum(static_cast<unsigned char>(text[i - 1])) &&
                   text[i - 1] != '-');
    // A short one may have its value behind it: -n5.
    const std::size_t end = i + option.size();
    const bool ends =
        long_form ? !goes_on(text, end)
                  : !goes_on(text, end) ||
                        std::isdigit(static_cast<unsigned char>(text[end]));
    if (starts && ends) return true;
  }
  return false;
}

// The statements of a scenario that call the verb; all of its own files.
std::string text_about(const std::vector<File>& scenarios,
                       const std::string& verb) {
  std::string out;
  for (const File& file : scenarios) {
    const bool own = file.path.starts_with("tests/scenario/" + verb + "_");
    for (const std::string& statement : text::split(file.text, ';'))
      if (own || statement.find("orch " + verb) != std::string::npos ||
          statement.find("git-orch-" + verb) != std::string::npos)
        out += statement + ";\n";
  }
  return out;
}

// Each declared option names its arity once.
std::size_t arities_in(const File& file) {
  const std::vector<Token> code = code_of(file.text);
  return static_cast<std::size_t>(
      std::count_if(code.begin(), code.end(),
                    [](const Token& t) { return t.is(Kind::Word, "Arity"); }));
}

Findings check_options(const std::string& root) {
  const auto scenarios = sources_in(root, {"tests/scenario/"});
  Findings out;
  for (const DeclaredCommand& command : declared_commands(root)) {
    if (arities_in(command.file) != command.options.size())
      out.push_back(command.file.path + ": has an option that this rule " +
                    "cannot read");
    const std::string text = text_about(scenarios, command.verb());
    for (const DeclaredOption& option : command.options) {
      if (kInternal.contains(command.verb() + " --" + option.name)) continue;
      if (types_option(text, "--" + option.name)) continue;
      if (!option.short_name.empty() &&
          types_option(text, "-" + option.short_name))
        continue;
      out.push_back(at(command.file, option.line) + "no scenario types '" +
                    command.verb() + " --" + option.name + "'");
    }
  }
  return out;
}

TEST(Options, AreEachTypedInAScenario) {
  EXPECT_TRUE(none(check_options(source_root())));
}

TEST(Options, SeeTheOneThatNobodyTypes) {
  MadeTree tree;
  const std::string options =
      "const cli::Command cli::kCommand = {\n"
      "    .options = {{\"all\", 0, Arity::Flag, \"\", \"a\"},\n"
      "                {\"lines\", 'n', Arity::One, \"n\", \"b\"},\n"
      "                {\"wait\", 0, Arity::One, \"w\", \"c\"}},\n};\n";
  tree.write("git-orch/send.cc", options)
      .write("git-orch/log.cc", options)
      .write("tests/scenario/send_test.cc",
             "ok(\"git orch send --all-of -n5\"); x(\"--wait acked\");\n")
      .write("tests/scenario/recent_test.cc",
             "ok(\"git orch log --all\"); ok(\"git orch other --wait x\");\n");
  tree.write("git-orch/odd.cc", "const Option kAll = {\"a\", 0, Arity::Flag};");
  EXPECT_TRUE(are(check_options(tree.root()),
                  {"log.cc:3: no scenario types 'log --lines'",
                   "log.cc:4: no scenario types 'log --wait'",
                   "odd.cc: has an option that this rule cannot read",
                   "send.cc:2: no scenario types 'send --all'"}));
}

}  // namespace
}  // namespace orch::lint
