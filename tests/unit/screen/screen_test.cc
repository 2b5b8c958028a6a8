// SPDX-License-Identifier: MIT
#include "screen/screen.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "unit/scratch.h"

namespace orch::screen {
namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Screens as panes showed them: <runtime>/<version>/<state>-<what>.txt. A first
// line "%title …" is the pane's title. The state "unknown" is for those of
// which nothing can be told.
struct Capture {
  std::string name, runtime, state, title, text;
};

std::vector<Capture> corpus() {
  std::vector<Capture> out;
  const fs::path root = ORCH_SOURCE_DIR "/tests/corpus/screens";
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    const fs::path name = fs::relative(entry.path(), root);
    Capture c{.name = name.string(),
              .runtime = name.begin()->string(),
              .text = bytes_of(entry.path())};
    const std::string stem = name.stem().string();
    c.state = stem.starts_with("needs-human") ? "needs-human"
                                              : stem.substr(0, stem.find('-'));
    constexpr std::string_view kTitle = "%title ";
    if (c.text.starts_with(kTitle)) {
      const std::size_t end = c.text.find('\n');
      c.title = c.text.substr(kTitle.size(), end - kTitle.size());
      c.text.erase(0, end + 1);
    }
    out.push_back(std::move(c));
  }
  return out;
}

const runtime::Runtime& runtime_named(const std::string& name) {
  static std::map<std::string, runtime::Runtime> known;
  const auto it = known.find(name);
  if (it != known.end()) return it->second;
  const std::string file =
      ORCH_SOURCE_DIR "/templates/runtimes/" + name + ".yaml";
  return known.emplace(name, runtime::parse_runtime(bytes_of(file), file))
      .first->second;
}

bool reads_screens(const runtime::Sign& sign) {
  return sign.source == runtime::Source::Screen ||
         sign.source == runtime::Source::Title;
}

std::string state_of(const runtime::Runtime& runtime, const Shown& shown) {
  const auto found = evaluate(runtime, shown);
  return found ? found->state() : "unknown";
}

TEST(Corpus, ShowsExactlyTheRightState) {
  std::set<std::string> runtimes;
  for (const Capture& c : corpus()) {
    const auto found = evaluate(runtime_named(c.runtime), {c.text, c.title});
    EXPECT_EQ(found ? found->state() : "unknown", c.state)
        << c.name << ": " << (found ? found->line : "") << "\n"
        << c.text;
    runtimes.insert(c.runtime);
  }
  EXPECT_EQ(runtimes.size(), 6U);
}

// A sign that no capture needs is a guess.
TEST(Corpus, NeedsEverySignOfTheScreen) {
  std::map<std::string, std::vector<Capture>> by_runtime;
  for (Capture& c : corpus()) by_runtime[c.runtime].push_back(c);
  for (const auto& [name, captures] : by_runtime) {
    const runtime::Runtime& whole = runtime_named(name);
    for (std::size_t i = 0; i < whole.signs.size(); ++i) {
      if (!reads_screens(whole.signs[i])) continue;
      bool needed = false;
      for (const Capture& c : captures) {
        const auto found = evaluate(whole, {c.text, c.title});
        needed = needed || (found && found->sign == &whole.signs[i]);
      }
      EXPECT_TRUE(needed) << name << ": " << whole.signs[i].state << " "
                          << whole.signs[i].pattern->expression();
    }
  }
}

TEST(Corpus, LimitsAreFoundWithTheirEnd) {
  std::map<std::string, std::string> found;
  for (const Capture& c : corpus())
    if (const auto limit =
            find_limit(runtime_named(c.runtime), {c.text, c.title}))
      if (c.state == "limited")
        found[c.name] =
            std::string(reset_name(limit->limit->reset)) + " " + limit->until;
  const std::map<std::string, std::string> expected = {
      {"claude/2.1.329/limited-429.txt", "none "},
      {"claude/2.1.329/limited-credit.txt", "none "},
      {"codex/0.169.0/limited-429.txt", "none "},
      {"codex/0.169.0/limited-error-429.txt", "none "},
      {"codex/0.169.0/limited-narrow.txt", "none "},
      {"codex/0.169.0/limited-usage-until.txt", "clock 7:44 PM"},
      {"codex/0.169.0/limited-usage.txt", "none "}};
  EXPECT_EQ(found, expected);
}

// Whatever an agent prints above the bottom, a dialog stays one, and an idle
// prompt does not become one.
TEST(Corpus, IsNotChangedByWhatStandsAbove) {
  const auto captures = corpus();
  for (const Capture& bottom : captures) {
    // Where the box is in the middle of an empty screen, nothing was printed.
    if (bottom.state != "needs-human" && bottom.state != "idle") continue;
    for (const Capture& above : captures) {
      if (above.runtime != bottom.runtime) continue;
      const std::string both = above.text + "\n\n" + bottom.text;
      const std::string shown =
          state_of(runtime_named(bottom.runtime), {both, bottom.title});
      // Never from a dialog to something that is typed into; anything else may
      // only err towards waiting.
      if (bottom.state == "needs-human") {
        EXPECT_EQ(shown, "needs-human") << above.name << " + " << bottom.name;
      } else {
        EXPECT_NE(shown, "needs-human") << above.name << " + " << bottom.name;
      }
    }
  }
}

runtime::Runtime made(const std::string& signs) {
  return runtime::parse_runtime("name: t\nstart: x\nsigns:\n" + signs, "t");
}

TEST(Evaluation, TakesTheHighestPriorityThatShows) {
  const auto r = made(
      "  - {state: idle, source: screen, lines: 5, text: ready}\n"
      "  - {state: busy, source: screen, lines: 5, text: work}\n"
      "  - {state: limited, source: title, text: limit, priority: 10}\n");
  EXPECT_EQ(state_of(r, {"ready", ""}), "idle");
  EXPECT_EQ(state_of(r, {"work\nready\n", ""}), "busy");
  EXPECT_EQ(state_of(r, {"", "limit"}), "limited");
  EXPECT_EQ(state_of(r, {"ready", "limit"}), "idle");
  EXPECT_EQ(state_of(r, {"limit", "ready"}), "unknown");
  EXPECT_EQ(state_of(r, {"", ""}), "unknown");
}

TEST(Evaluation, LooksAtTheBottomOnly) {
  const auto r = made("  - {state: idle, source: screen, lines: 2, text: x}\n");
  EXPECT_EQ(state_of(r, {"x\na\n", ""}), "idle");
  EXPECT_EQ(state_of(r, {"x\na\n\n  \n\n", ""}), "idle");
  EXPECT_EQ(state_of(r, {"x\n\na\n", ""}), "idle");
  EXPECT_EQ(state_of(r, {"x\na\nb\n", ""}), "unknown");
}

TEST(Evaluation, LetsALineBelowMakeItAQuotation) {
  const auto r = made(
      "  - {state: idle, source: screen, lines: 9, text: x, unless_below: "
      "y}\n");
  EXPECT_EQ(state_of(r, {"x\n", ""}), "idle");
  EXPECT_EQ(state_of(r, {"y\nx\n", ""}), "idle");
  EXPECT_EQ(state_of(r, {"x\ny\n", ""}), "unknown");
  EXPECT_EQ(state_of(r, {"xy\n", ""}), "idle");
}

}  // namespace
}  // namespace orch::screen
