// SPDX-License-Identifier: MIT
//
// Command lines that an agent is about to run.
#include "error/error.h"
#include "fuzz/targets.h"
#include "permission/permission.h"
#include "permission/shell.h"
#include "text/words.h"

namespace orch::fuzz {
namespace {

policy::WorktreeRules rules() {
  policy::WorktreeRules r;
  r.branch = "refs/heads/feature/001/impl";
  r.agent = "001/impl";
  r.base = "refs/heads/main";
  r.guards.protected_refs = {"refs/replace/*", "refs/heads/main"};
  r.others = {"refs/heads/feature/001/overseer"};
  return r;
}

}  // namespace

void command(std::string_view input) {
  const auto r = rules();
  const auto one = permission::judge_command(r, input, 0);
  require(one == permission::judge_command(r, input, 0),
          "a verdict is deterministic");
  for (const permission::Command& c : permission::commands_of(input))
    require(!c.words.empty() || !c.sets.empty(), "a command does something");
  // What is refused is refused behind something harmless, too.
  if (one)
    require(permission::judge_command(r, "true; " + std::string(input), 0)
                .has_value(),
            "a harmless command in front opens no way");
  permission::judge_path(r, input, 0);
  // Words that a shell would read back as they were.
  try {
    std::string line;
    const auto words = text::split_words(input);
    for (const std::string& word : words)
      line += (line.empty() ? "" : " ") + text::shell_word(word);
    require(text::split_words(line) == words, "quoted words are read back");
  } catch (const Error&) {
    return;
  }
}

}  // namespace orch::fuzz
