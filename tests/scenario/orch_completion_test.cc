// SPDX-License-Identifier: MIT
//
// The completions in the shells themselves, each called by the completion of
// git that the shell has: what stands there after TAB.
#include <algorithm>
#include <map>

#include "file/file.h"
#include "support/sandbox.h"
#include "text/text.h"

namespace orch::test {
namespace {

constexpr char kBash[] = R"(
. /usr/share/bash-completion/bash_completion
. /usr/share/bash-completion/completions/git
. "$COMPLETIONS/git-orch"
while IFS= read -r line; do
  printf '== %s\n' "$line"
  # Words as readline parts them: "=" is one of its own.
  COMP_WORDS=() COMPREPLY=() COMP_LINE=$line COMP_POINT=${#line}
  for word in ${line//=/ = }; do COMP_WORDS+=("$word"); done
  case $line in *' ') COMP_WORDS+=('') ;; esac
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  __git_wrap__git_main
  for word in "${COMPREPLY[@]}"; do printf '%s\n' "$word"; done
done
)";

constexpr char kFish[] = R"(
source $COMPLETIONS/git-orch.fish
while read line
  echo "== $line"
  complete -C "$line" | string replace -r '\t.*' ''
end
true # also when nothing was to be replaced
)";

// zsh completes at a terminal only, so it gets one. It hands its words over
// before it shows them.
constexpr char kZshAtTerminal[] = R"(
PROMPT=
fpath=($COMPLETIONS $fpath)
autoload -Uz compinit
compinit -u -D
compadd () {
  if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
    local -a hits
    builtin compadd -A hits "$@"
    (( $#hits )) && print -rl -- $hits >>$HOME/hits
  fi
  builtin compadd "$@"
}
drive () {
  local line
  for line in "${(@f)$(<$HOME/lines)}"; do
    BUFFER=$line CURSOR=$#line
    print -r -- "== $line" >>$HOME/hits
    zle complete-word
  done
  exit
}
zle -N drive
bindkey '^G' drive
: >$HOME/ready
)";
constexpr char kZsh[] = R"(
cat >$HOME/lines
zmodload zsh/zpty
zpty shell 'zsh -f -i'
zpty -w -n shell "source $HOME/terminal.zsh"$'\r'
until [[ -e $HOME/ready ]]; do zpty -r -t shell chunk; done
zpty -w -n shell $'\C-g'
while zpty -r shell chunk; do :; done
cat $HOME/hits
)";

using Answers = std::map<std::string, std::string>;

class OrchCompletion : public ::testing::TestWithParam<std::string> {
 protected:
  OrchCompletion() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 003-a -q --roles overseer,impl-api");
    box.set("COMPLETIONS", std::string(ORCH_SOURCE_DIR) + "/completions");
    box.set("TERM", "xterm");
  }

  // What each line becomes, with a space between words.
  Answers answers(const std::string& lines) const {
    const std::string shell = GetParam();
    const std::string home = box.path("home");
    box.write(home + "/terminal.zsh", kZshAtTerminal);
    const std::string script = home + "/script." + shell;
    box.write(script, shell == "bash" ? kBash : shell == "fish" ? kFish : kZsh);
    std::vector<std::string> argv = {shell};
    if (shell == "zsh") argv.emplace_back("-f");
    if (shell == "bash") argv.emplace_back("--norc");
    argv.push_back(script);
    const Result r = box.run_in(box.repo(), argv, lines);
    EXPECT_EQ(r.status, 0) << r.err;
    Answers out;
    std::string* last = nullptr;
    for (const std::string& line : r.lines()) {
      if (line.starts_with("== ")) {
        last = &out[line.substr(3)];
        continue;
      }
      const std::string word(text::trim(line));
      if (!last || word.empty()) continue;
      *last += (last->empty() ? "" : " ") + word;
    }
    return out;
  }

  Sandbox box;
};

TEST_P(OrchCompletion, CompletesWhatGitOrchSays) {
  const std::string wait_prefix = GetParam() == "bash" ? "" : "--wait=";
  Answers want = {
      {"git or", "orch"},
      {"git orch sen", "send"},
      {"git orch agent st", "start stop"},
      {"git orch send 0", "003-a/impl-api 003-a/overseer"},
      {"git orch send --wait t", "typed"},
      {"git orch send --wait=re", wait_prefix + "read"},
      {"git orch send --pri", "--priority="},
      {"git orch export 0", "003-a"},
      {"git orch role show over", "overseer"},
      {"git orch init-feature x --base ma", "main"},
  };
  std::string lines;
  for (const auto& [line, answer] : want) lines += line + "\n";
  Answers got = answers(lines);
  for (auto& [line, answer] : got) {
    // In the order of names, which is the shell's own.
    auto words = text::split(answer, ' ');
    std::sort(words.begin(), words.end());
    answer = text::join(words, " ");
  }
  // What git offers by itself in bash: the programs on PATH, with ours.
  if (GetParam() == "bash") {
    EXPECT_TRUE(holds(" " + got["git or"] + " ", " orch ")) << got["git or"];
    want["git or"] = got["git or"];
  }
  EXPECT_EQ(got, want);
}

// fish quotes what is chosen, and not before.
TEST_P(OrchCompletion, OffersEachNameAsOneWordThatNothingRuns) {
  const std::string name = "x$(touch${IFS}hacked);`id`&'a\"b";
  box.run_in(box.repo(), {"git", "update-ref", "refs/heads/" + name, "HEAD"});
  box.write(box.repo() + "/.git/orch/roles/$(touch hacked).yaml", "name: x\n");
  Answers got = answers(
      "git orch role show \n"
      "git orch init-feature x --base x\n");
  const std::string base = got["git orch init-feature x --base x"];
  if (GetParam() == "fish") {
    EXPECT_EQ(base, name);
  } else {
    EXPECT_EQ(base, R"(x\$\(touch\$\{IFS\}hacked\)\;\`id\`\&\'a\"b)");
    EXPECT_TRUE(holds(got["git orch role show "], R"(\$\(touch\ hacked\))"));
  }
  EXPECT_FALSE(file::exists(box.repo() + "/hacked"));
}

INSTANTIATE_TEST_SUITE_P(Shells, OrchCompletion,
                         ::testing::Values("bash", "zsh", "fish"),
                         [](const auto& shell) { return shell.param; });

TEST(OrchComplete, SaysWhatTheWordsAre) {
  Sandbox box;
  box.make_repository();
  EXPECT_TRUE(holds(box.ok("git orch --complete se"),
                    "send\tsend a message to agents"));
  EXPECT_TRUE(holds(box.ok("git orch --complete send --p"),
                    "--priority=\tcritical, high, normal"));
  EXPECT_EQ(box.ok("git orch --complete export x --output ''"), ":files\t\n");
  EXPECT_EQ(box.ok("git orch --complete nothing ''"), "");
  EXPECT_EQ(box.ok("git orch --complete ../send ''"), "");
}

}  // namespace
}  // namespace orch::test
