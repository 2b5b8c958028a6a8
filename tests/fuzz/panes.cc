// SPDX-License-Identifier: MIT
//
// What tmux answers. There is no control mode: a client prints lines.
#include "fuzz/targets.h"
#include "text/text.h"
#include "tmux/output.h"

namespace orch::fuzz {
namespace {

constexpr std::string_view kMark = "orch-look-0123 ";

const std::vector<tmux::Pane>& panes_of_ours() {
  static const std::vector<tmux::Pane> kPanes = {
      {"%1", 100, 1}, {"%2", 200, 2}, {"%13", 300, 3}};
  return kPanes;
}

void check_shown(std::string_view input) {
  std::vector<tmux::Shown> out(panes_of_ours().size());
  tmux::note_shown(input, kMark, panes_of_ours(), out);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::string own = std::string(kMark) + std::to_string(i) + " " +
                            std::to_string(panes_of_ours()[i].pid);
    require(!out[i].is_there || input.find(own) != std::string_view::npos,
            "a pane is there only when its own process is named");
    require(out[i].is_there || (out[i].text.empty() && out[i].title.empty()),
            "nothing is shown of a pane that is gone");
    require(out[i].text.find(std::string("\n") + std::string(kMark)) ==
                std::string::npos,
            "a mark is no text");
  }
}

void check_failures(std::string_view input) {
  std::vector<tmux::Typing> typings;
  for (const tmux::Pane& pane : panes_of_ours())
    typings.push_back({pane, "x", {"Enter"}});
  const std::size_t half = input.size() / 2;
  for (const bool ok : {true, false}) {
    const tmux::Answer answer{std::string(input.substr(0, half)),
                              std::string(input.substr(half)), ok, false};
    std::vector<tmux::Paste> out(typings.size(), tmux::Paste::Typed);
    tmux::note_failures(answer, typings, {0, 2}, out);
    require(out[1] == tmux::Paste::Typed, "others are not spoken of");
    if (ok && answer.output.find(tmux::kRefused) == std::string::npos)
      require(out[0] == tmux::Paste::Typed && out[2] == tmux::Paste::Typed,
              "without a refusal all is typed");
  }
}

}  // namespace

void panes(std::string_view input) {
  check_shown(input);
  check_failures(input);
  if (const auto version = tmux::version_in(std::string(input)))
    require(input.starts_with("tmux"), "a version is that of tmux");
  for (const std::string& line : text::split(input, '\n'))
    if (const auto pane = tmux::pane_in(line)) {
      require(pane->pid > 0 && pane->id.starts_with('%'), "a pane is one");
      const auto again =
          tmux::pane_in(pane->id + " " + std::to_string(pane->pid));
      require(again && *again == *pane, "a pane is read back");
    }
  const std::string safe = tmux::pasteable(input);
  require(safe.find('\x1b') == std::string::npos, "no escape is pasted");
  require(text::is_utf8(safe), "what is pasted is text");
  require(tmux::pasteable(safe) == safe, "pasteable is idempotent");
}

}  // namespace orch::fuzz
