// SPDX-License-Identifier: MIT
//
// From what a pane shows to when its agent may go on.
#include "calendar/reset.h"
#include "screen/screen.h"
#include "unit/calendar/zones.h"
#include "unit/scratch.h"

namespace orch::screen {
namespace {

constexpr char kNow[] = "2026-07-04T10:00:00";

runtime::Runtime shipped(const std::string& name) {
  const std::string file =
      ORCH_SOURCE_DIR "/templates/runtimes/" + name + ".yaml";
  std::ifstream in(file, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(in), {});
  return runtime::parse_runtime(bytes, file);
}

// "none" without a limit; "untold" for one without an end.
std::string end_of(const std::string& runtime, const std::string& text) {
  const runtime::Runtime r = shipped(runtime);
  const auto limit = find_limit(r, {text, ""});
  if (!limit) return "none";
  if (limit->until.empty()) return "untold";
  const auto reset = calendar::parse_reset(limit->until, calendar::utc(kNow),
                                           calendar::ZonesAt("Europe/Berlin"));
  return reset ? text::iso_time(reset->at) : "not understood: " + limit->until;
}

TEST(Limits, OfClaudeAreFound) {
  const auto end = [](const std::string& text) {
    return end_of("claude", text + "\n\n❯ \n  ? for shortcuts\n");
  };
  EXPECT_EQ(end("● You've hit your limit · resets 10pm (America/New_York)"),
            "2026-07-05T02:00:00Z");
  EXPECT_EQ(end("  ⎿  You've hit your session limit · resets 10:30pm "
                "(Europe/Berlin)\n     /login to switch to an API account."),
            "2026-07-04T20:30:00Z");
  EXPECT_EQ(end("You've hit your weekly limit · resets Jul 7, 4pm "
                "(Europe/Rome) · progress saved"),
            "2026-07-07T14:00:00Z");
  EXPECT_EQ(end("You've hit your weekly limit · resets Sep 15 at 7pm"),
            "2026-09-15T17:00:00Z");
  EXPECT_EQ(end("You're out of extra usage · resets 7:30pm (Asia/Calcutta)"),
            "2026-07-04T14:00:00Z");
  EXPECT_EQ(end("  ⎿  5-hour limit reached ∙ resets 2pm"),
            "2026-07-04T12:00:00Z");
  EXPECT_EQ(end("  ⎿  Session limit reached ∙ resets 9:30pm\n     /upgrade to "
                "increase your usage limit."),
            "2026-07-04T19:30:00Z");
  EXPECT_EQ(end("Opus weekly limit reached ∙ resets Jul 9, 5pm"),
            "2026-07-09T15:00:00Z");
  EXPECT_EQ(end(" ⎿  Claude usage limit reached. Your limit will reset at 9am "
                "(America/Chicago)."),
            "2026-07-04T14:00:00Z");
  EXPECT_EQ(end("Claude AI usage limit reached|1783170000"),
            "2026-07-04T13:00:00Z");
  EXPECT_EQ(end("You've reached your Fable limit."), "untold");
  EXPECT_EQ(end("  ⎿  Weekly limit reached"), "untold");
  EXPECT_EQ(end("● API Error: Request rejected (429) · slow down"), "untold");
}

TEST(Limits, OfClaudeAreNotSeenInWhatItSays) {
  for (const char* text :
       {"● The rate limit in worker.js resets the counter at 3pm.",
        "● I raised the limit: when it is reached, the queue resets.",
        "  12 +  // usage limit reached|17",
        "● Your plan has a weekly limit. You have not reached it."})
    EXPECT_EQ(end_of("claude", text), "none") << text;
}

TEST(Limits, OfCodexAreFound) {
  EXPECT_EQ(
      end_of("codex",
             "■ You’ve hit your usage limit. Upgrade to Pro "
             "(https://chatgpt.com/explore/pro), visit https://chatgpt.com to "
             "purchase more\ncredits or try again at 7:44 PM.\n\n› Ask"),
      "2026-07-04T17:44:00Z");
  EXPECT_EQ(end_of("codex",
                   "■ You've hit your usage limit. Upgrade to Plus to continue "
                   "using Codex (https://chatgpt.com/explore/plus),\nor try "
                   "again at Jul 11th, 2026 1:36 PM.\n"),
            "2026-07-11T11:36:00Z");
  EXPECT_EQ(
      end_of("codex",
             "You've hit your usage limit. Upgrade your plan to continue, "
             "or try again at 10 de jul. de 2026, 11:52."),
      "2026-07-10T09:52:00Z");
  EXPECT_EQ(
      end_of("codex", "continue, or try again after July 13, 2026 at 2:45 PM."),
      "2026-07-13T12:45:00Z");
  EXPECT_EQ(
      end_of("codex",
             "■ You've hit your usage limit. Upgrade to Pro "
             "(https://openai.com/chatgpt/pricing) or try again in 5 days "
             "22 hours 11 minutes."),
      "2026-07-10T08:11:00Z");
  EXPECT_EQ(
      end_of("codex",
             "■ You've hit your usage limit. Upgrade to Pro "
             "(https://openai.com/chatgpt/pricing) or try again in 5 days "
             "22 hours 11\nminutes."),
      "2026-07-10T08:00:00Z");
  EXPECT_EQ(
      end_of("codex",
             "You've hit your usage limit. Try again in 4 days 20 hours 9 "
             "minutes."),
      "2026-07-09T06:09:00Z");
  EXPECT_EQ(end_of("codex", "■ You’ve hit your usage limit. Try again later."),
            "untold");
  EXPECT_EQ(
      end_of("codex",
             "🖐 You've hit your usage limit. Upgrade to Pro (https://x), or "
             "wait for limits to reset (every 5h and every week.)."),
      "untold");
  EXPECT_EQ(end_of("codex", "• I will try again in a moment."), "none");
}

TEST(Limits, OfGeminiAreFound) {
  EXPECT_EQ(end_of("gemini",
                   "✕ [API Error: You have exhausted your capacity on this "
                   "model. Your quota will reset after 4h28m20s.]"),
            "2026-07-04T14:28:20Z");
  EXPECT_EQ(end_of("gemini",
                   "│ Usage limit reached for gemini-3-flash-preview. Access "
                   "resets at 10:57 PM GMT-3."),
            "2026-07-05T01:57:00Z");
  EXPECT_EQ(end_of("gemini", "│ Access resets at 10:57 PM GMT+2.  │"),
            "2026-07-04T20:57:00Z");
  EXPECT_EQ(end_of("gemini",
                   "⚡ You have reached your daily gemini-2.5-pro quota limit."),
            "untold");
  EXPECT_EQ(end_of("gemini", "✦ The quota test passes."), "none");
}

TEST(Limits, OfOpencodeAreFound) {
  EXPECT_EQ(end_of("opencode",
                   "  weekly usage limit reached. It will reset in 5 days 10 "
                   "hours. To continue using this model now, enable"),
            "2026-07-09T20:00:00Z");
  EXPECT_EQ(
      end_of("opencode",
             "   ⬝⬝⬝⬝⬝⬝■■ 5-hour usage limit reached. It will reset in 27 "
             "minutes [retrying in 27m attempt #1]  esc interrupt"),
      "2026-07-04T10:27:00Z");
  EXPECT_EQ(end_of("opencode", "  Free usage exceeded, subscribe to Go"),
            "untold");
  EXPECT_EQ(end_of("opencode", "  slow down [retrying in 1s attempt #1]"),
            "none");
}

}  // namespace
}  // namespace orch::screen
