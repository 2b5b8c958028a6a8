// SPDX-License-Identifier: MIT
#include "calendar/reset.h"

#include "unit/calendar/zones.h"

namespace orch::calendar {
namespace {

struct Case {
  const char* text;
  const char* now;       // UTC
  const char* place;     // of the machine
  const char* expected;  // UTC; null when no time is told
};

void check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    const auto reset = parse_reset(c.text, utc(c.now), ZonesAt(c.place));
    EXPECT_EQ(reset ? text::iso_time(reset->at) : "absent",
              c.expected ? c.expected : "absent")
        << c.text << " at " << c.now << " in " << c.place
        << (reset ? ", from '" + reset->text + "'" : "");
  }
}

// As users of these programs have reported them, in their issues.
TEST(Reset, ReadsWhatClaudePrints) {
  check({
      {"Claude usage limit reached. Your limit will reset at 12am.",
       "2025-07-15T20:10:00", "Europe/Berlin", "2025-07-15T22:00:00Z"},
      {"Claude usage limit reached. Your limit will reset at 1pm (Etc/GMT+5).",
       "2025-06-14T17:56:00", "America/New_York", "2025-06-14T18:00:00Z"},
      {" ⎿  Claude usage limit reached. Your limit will reset at 9am "
       "(America/Chicago).",
       "2025-12-22T02:00:00", "America/Chicago", "2025-12-22T15:00:00Z"},
      {"Claude usage limit reached. Your limit will reset \n"
       "     at 3pm (America/Santiago).",
       "2025-10-09T10:00:00", "America/Santiago", "2025-10-09T18:00:00Z"},
      {"Claude usage limit reached. Your limit will reset at 5pm "
       "(America/Chicago).",
       "2025-08-04T06:07:00", "Asia/Taipei", "2025-08-04T22:00:00Z"},
      {"Your limit will reset at 5pm (UTC)", "2026-11-22T10:00:00",
       "Europe/Berlin", "2026-11-22T17:00:00Z"},
      {"Claude AI usage limit reached|1749924000", "2025-06-14T17:56:00",
       "America/New_York", "2025-06-14T18:00:00Z"},
      {"Claude AI usage limit reached|1762952400", "2025-11-11T16:40:00",
       "Asia/Kolkata", "2025-11-12T13:00:00Z"},
      {"Claude AI usage limit reached|1760000400", "2025-10-06T22:56:00", "UTC",
       "2025-10-09T09:00:00Z"},
      {"Claude AI usage limit reached|1760004000", "2025-10-03T10:00:00", "UTC",
       "2025-10-09T10:00:00Z"},
      {"|1763800000", "2025-11-22T07:00:00", "UTC", "2025-11-22T08:26:40Z"},
      {"You've hit your limit · resets 10pm (America/New_York)",
       "2026-02-03T20:00:00", "America/New_York", "2026-02-04T03:00:00Z"},
      {"You've hit your limit · resets 10pm ", "2026-04-23T21:00:00",
       "Europe/Berlin", "2026-04-24T20:00:00Z"},
      {"You've hit your limit · resets 11pm (America/Anchorage)",
       "2026-01-20T09:00:00", "America/Anchorage", "2026-01-21T08:00:00Z"},
      {"You've hit your limit · resets 3pm (Europe/Dublin)",
       "2026-06-01T11:00:00", "UTC", "2026-06-01T14:00:00Z"},
      {"You've hit your session limit · resets 10:30pm (Europe/Berlin)",
       "2026-07-19T15:42:00", "UTC", "2026-07-19T20:30:00Z"},
      {"You've hit your session limit · resets 8:30pm (Asia/Tokyo)",
       "2026-07-13T07:00:00", "UTC", "2026-07-13T11:30:00Z"},
      {"You've hit your session limit · resets 2:50am (Asia/Muscat)",
       "2026-07-09T20:00:00", "Asia/Muscat", "2026-07-09T22:50:00Z"},
      {"You've hit your session limit · resets 12:50am (America/Los_Angeles)",
       "2026-07-04T07:20:00", "UTC", "2026-07-04T07:50:00Z"},
      {"You've hit your session limit · resets 3pm (America/Bogota)\n"
       "/login to switch to an API usage-billed account.",
       "2026-08-10T15:00:00", "UTC", "2026-08-10T20:00:00Z"},
      {"You've hit your weekly limit · resets Sep 15 at 7pm",
       "2026-09-08T12:00:00", "America/New_York", "2026-09-15T23:00:00Z"},
      {"You've hit your weekly limit · resets 4am (Europe/Madrid)",
       "2026-09-10T12:00:00", "UTC", "2026-09-11T02:00:00Z"},
      {"You've hit your weekly limit · resets Jun 7, 4pm (Europe/Rome)",
       "2026-06-06T10:00:00", "UTC", "2026-06-07T14:00:00Z"},
      {"You're out of extra usage · resets 7:30pm (Asia/Calcutta)",
       "2026-04-12T10:00:00", "Asia/Kolkata", "2026-04-12T14:00:00Z"},
      {"5-hour limit reached ∙ resets 2am", "2025-09-04T17:42:00",
       "Europe/Berlin", "2025-09-05T00:00:00Z"},
      {"5-hour limit reached ∙ resets 12pm", "2025-09-15T12:30:00",
       "America/New_York", "2025-09-15T16:00:00Z"},
      {"Session limit reached ∙ resets 5:00 PM", "2026-11-22T10:00:00", "UTC",
       "2026-11-22T17:00:00Z"},
      {"  ⎿  Session limit reached ∙ resets 9:30pm\n     /upgrade to increase "
       "your usage limit.",
       "2026-11-22T10:00:00", "Europe/Berlin", "2026-11-22T20:30:00Z"},
      {"Opus weekly limit reached ∙ resets Oct 24", "2025-10-18T10:00:00",
       "UTC", "2025-10-24T00:00:00Z"},
      {"Opus weekly limit reached ∙ resets Oct 31, 9am", "2025-10-25T10:00:00",
       "America/New_York", "2025-10-31T13:00:00Z"},
      {"Weekly limit reached ∙ resets Oct 9, 5pm", "2025-10-03T10:00:00",
       "Europe/Berlin", "2025-10-09T15:00:00Z"},
      {"resets at 6am tomorrow", "2025-10-05T11:00:00", "America/New_York",
       "2025-10-06T10:00:00Z"},
      {"Resets 3:20pm (Europe/Berlin)", "2026-04-23T12:00:00", "UTC",
       "2026-04-23T13:20:00Z"},
      {"anthropic-ratelimit-unified-reset: 1763800000", "2025-11-22T07:00:00",
       "UTC", "2025-11-22T08:26:40Z"},
      {"API Error: Request rejected (429) · This request would exceed your "
       "account's rate limit. Please try again later.",
       "2026-11-22T10:00:00", "UTC", nullptr},
      {"Credit balance too low · add funds", "2026-11-22T10:00:00", "UTC",
       nullptr},
  });
}

TEST(Reset, ReadsWhatCodexPrints) {
  check({
      {"■ You've hit your usage limit. Upgrade to Pro "
       "(https://openai.com/chatgpt/pricing) or try again in 5 days 22 hours "
       "11\nminutes.",
       "2025-09-19T10:00:00", "UTC", "2025-09-25T08:11:00Z"},
      {"You've hit your usage limit. Upgrade to Pro "
       "(https://openai.com/chatgpt/pricing) or try again in 2 days 17 hours "
       "14 minutes.",
       "2025-09-03T00:00:00", "UTC", "2025-09-05T17:14:00Z"},
      {"🖐  You've hit your usage limit. Upgrade to Pro "
       "(https://openai.com/chatgpt/pricing) or try again in 3 hours 2 "
       "minutes.",
       "2025-09-01T10:00:00", "UTC", "2025-09-01T13:02:00Z"},
      {"You've hit your usage limit. Try again in 4 days 20 hours 9 minutes.",
       "2025-09-07T00:00:00", "UTC", "2025-09-11T20:09:00Z"},
      {"■ You've hit your usage limit. Upgrade to Pro "
       "(https://openai.com/chatgpt/pricing) or try again in 8 hours 30 "
       "minutes.",
       "2025-09-23T20:00:00", "UTC", "2025-09-24T04:30:00Z"},
      {"You've hit your usage limit. Upgrade to Plus to continue using Codex "
       "(https://chatgpt.com/explore/plus), or try again at May 11th, 2026 "
       "1:36 PM.",
       "2026-05-04T10:00:00", "America/New_York", "2026-05-11T17:36:00Z"},
      {"or try again at Jul 5th, 2026 8:19 PM.\"", "2026-06-05T10:00:00",
       "Europe/Berlin", "2026-07-05T18:19:00Z"},
      {"You've hit your usage limit. Upgrade your plan to continue, or try "
       "again at 10 de jul. de 2026, 11:52.",
       "2026-06-13T15:07:00", "America/Sao_Paulo", "2026-07-10T14:52:00Z"},
      {"You have reached your usage limit. Upgrade your plan or add credits to "
       "continue, or try again after July 3, 2026 at 2:45 PM.",
       "2026-06-26T10:00:00", "UTC", "2026-07-03T14:45:00Z"},
      {"Upgrade or add credits to continue, or try again after September 6, "
       "2026, 11:15.",
       "2026-08-30T10:00:00", "Asia/Shanghai", "2026-09-06T03:15:00Z"},
      {"credits or try again at 7:44 PM.", "2026-11-22T17:20:00", "UTC",
       "2026-11-22T19:44:00Z"},
      {"try again at 2:58 AM.", "2026-11-22T17:20:00", "Europe/Berlin",
       "2026-11-23T01:58:00Z"},
      // What JavaScript puts before AM and PM.
      {"try again at 2:58\u202fAM.", "2026-11-22T17:20:00", "UTC",
       "2026-11-23T02:58:00Z"},
      {"Rate limit reached for gpt-5-mini in organization org-X on tokens per "
       "min (TPM): Limit 200000, Used 124035, Requested 79017. Please try "
       "again in 915ms. Visit https://platform.openai.com/account/rate-limits",
       "2026-11-22T10:00:00", "UTC", "2026-11-22T10:00:00Z"},
      {"Please try again in 11.254s. Visit", "2026-11-22T10:00:00", "UTC",
       "2026-11-22T10:00:11Z"},
      {"You've hit your usage limit. Upgrade to Pro "
       "(https://openai.com/chatgpt/pricing), or wait for limits to reset "
       "(every 5h and every week.).",
       "2026-11-22T10:00:00", "UTC", nullptr},
      {"■ You’ve hit your usage limit. Try again later.", "2026-11-22T10:00:00",
       "UTC", nullptr},
      {"You're out of Codex messages. Come back next week.",
       "2026-11-22T10:00:00", "UTC", nullptr},
      {"■ exceeded retry limit, last status: 429 Too Many Requests",
       "2026-11-22T10:00:00", "UTC", nullptr},
  });
}

TEST(Reset, ReadsWhatGeminiAndOpencodePrint) {
  check({
      {"Usage limit reached for gemini-3-flash-preview. Access resets at 10:57 "
       "PM GMT-3.",
       "2026-03-13T20:00:00", "UTC", "2026-03-14T01:57:00Z"},
      {"You have exhausted your capacity on this model. Your quota will reset "
       "after 4h28m20s.",
       "2026-04-10T10:00:00", "UTC", "2026-04-10T14:28:20Z"},
      {"Your quota will reset after\n  5h59m59s.", "2026-11-22T10:00:00", "UTC",
       "2026-11-22T15:59:59Z"},
      {"Your quota will reset after 46m11s", "2026-11-22T10:00:00", "UTC",
       "2026-11-22T10:46:11Z"},
      {"Attempt 1 failed: You have exhausted your capacity on this model. Your "
       "quota will reset after 5s.. Retrying after 6173ms...",
       "2026-11-22T10:00:00", "UTC", "2026-11-22T10:00:05Z"},
      {"Your quota will reset after 0s", "2026-11-22T10:00:00", "UTC",
       "2026-11-22T10:00:00Z"},
      {"Please retry in 15.002899939s.", "2026-11-22T10:00:00", "UTC",
       "2026-11-22T10:00:15Z"},
      {R"("quotaResetDelay":"5h59m59.960323804s")", "2026-11-22T10:00:00",
       "UTC", "2026-11-22T15:59:59Z"},
      {R"("quotaResetTimeStamp":"2025-12-03T07:45:40Z"}})",
       "2025-12-03T01:45:40", "Asia/Shanghai", "2025-12-03T07:45:40Z"},
      {R"("retryDelay":"21599.960323804s")", "2026-11-22T10:00:00", "UTC",
       "2026-11-22T15:59:59Z"},
      {"⚡ You have reached your daily gemini-2.5-pro quota limit.",
       "2026-11-22T10:00:00", "UTC", nullptr},
      {"weekly usage limit reached. It will reset in 5 days 10 hours. To "
       "continue using this model now, enable usage from your available "
       "balance",
       "2026-09-15T10:00:00", "UTC", "2026-09-20T20:00:00Z"},
      {"weekly usage limit reached. It will reset in 10 hours 27 minutes",
       "2026-09-06T12:00:00", "UTC", "2026-09-06T22:27:00Z"},
      {"status=429 retryAfterMs=42694000", "2026-09-06T12:00:00", "UTC",
       "2026-09-06T23:51:34Z"},
      {"Rate limited. Quick retry in 1s…", "2026-11-22T10:00:00", "UTC",
       "2026-11-22T10:00:01Z"},
      {"Too Many Requests [retrying in 2m 30s attempt #4]",
       "2026-11-22T10:00:00", "UTC", "2026-11-22T10:02:30Z"},
      {"You have exceeded the request rate limit. Please wait a short period "
       "before retrying your request",
       "2026-11-22T10:00:00", "UTC", nullptr},
      {"Free usage exceeded, subscribe to Go", "2026-11-22T10:00:00", "UTC",
       nullptr},
  });
}

TEST(Reset, ReadsHeaders) {
  check({
      {"retry-after: 120", "2026-11-22T10:00:00", "UTC",
       "2026-11-22T10:02:00Z"},
      {"Retry-After: Wed, 25 Nov 2026 07:28:00 GMT", "2026-11-22T10:00:00",
       "Europe/Berlin", "2026-11-25T07:28:00Z"},
      {"retry-after-ms: 2500", "2026-11-22T10:00:00", "UTC",
       "2026-11-22T10:00:02Z"},
      {"retry after 3600 seconds", "2026-11-22T10:00:00", "UTC",
       "2026-11-22T11:00:00Z"},
      {R"({"retry_after": 27.5})", "2026-11-22T10:00:00", "UTC",
       "2026-11-22T10:00:27Z"},
      {R"({"resetsAt":1763800000})", "2025-11-22T07:00:00", "UTC",
       "2025-11-22T08:26:40Z"},
      {R"({"reset_at": 1763800000123})", "2025-11-22T07:00:00", "UTC",
       "2025-11-22T08:26:40Z"},
      {"retry-after: -5", "2026-11-22T10:00:00", "UTC", nullptr},
      {"retry-after: soon", "2026-11-22T10:00:00", "UTC", nullptr},
  });
}

// The part that a pattern took.
TEST(Reset, ReadsATimeAlone) {
  check({
      {"3pm (Europe/Berlin)", "2026-11-22T10:00:00", "UTC",
       "2026-11-22T14:00:00Z"},
      {"3pm", "2026-11-22T10:00:00", "Europe/Berlin", "2026-11-22T14:00:00Z"},
      {"15:00 CET", "2026-11-22T10:00:00", "UTC", "2026-11-22T14:00:00Z"},
      {"9am PST", "2026-11-22T10:00:00", "UTC", "2026-11-22T17:00:00Z"},
      {"9:00 UTC+2", "2026-11-22T10:00:00", "UTC", "2026-11-23T07:00:00Z"},
      {"9:00 (UTC-03:30)", "2026-11-22T10:00:00", "UTC",
       "2026-11-22T12:30:00Z"},
      {"Nov 25, 9am (America/New_York)", "2026-11-22T10:00:00", "UTC",
       "2026-11-25T14:00:00Z"},
      {"25 Nov 2026 09:00", "2026-11-22T10:00:00", "UTC",
       "2026-11-25T09:00:00Z"},
      {"9am on Nov 25", "2026-11-22T10:00:00", "UTC", "2026-11-25T09:00:00Z"},
      {"tomorrow at 9", "2026-11-22T10:00:00", "UTC", "2026-11-23T09:00:00Z"},
      {"Monday 9:00", "2026-11-22T10:00:00", "UTC", "2026-11-23T09:00:00Z"},
      {"Sunday at 9am", "2026-11-22T10:00:00", "UTC", "2026-11-29T09:00:00Z"},
      {"in 2h 13m", "2026-11-22T10:00:00", "UTC", "2026-11-22T12:13:00Z"},
      {"4h28m20s", "2026-11-22T10:00:00", "UTC", "2026-11-22T14:28:20Z"},
      {"2026-11-25T09:00:00Z", "2026-11-22T10:00:00", "UTC",
       "2026-11-25T09:00:00Z"},
      {"2026-11-25T09:00:00.123+01:00", "2026-11-22T10:00:00", "UTC",
       "2026-11-25T08:00:00Z"},
      {"1795338000", "2026-11-22T10:00:00", "UTC", "2026-11-22T09:00:00Z"},
      {"1795345200000", "2026-11-22T10:00:00", "UTC", "2026-11-22T11:00:00Z"},
      {"midnight PST", "2026-11-22T10:00:00", "UTC", "2026-11-23T08:00:00Z"},
      {"12am", "2026-11-22T10:00:00", "UTC", "2026-11-23T00:00:00Z"},
      {"12pm", "2026-11-22T10:00:00", "UTC", "2026-11-22T12:00:00Z"},
      {"12:30 a.m.", "2026-11-22T10:00:00", "UTC", "2026-11-23T00:30:00Z"},
  });
}

TEST(Reset, KnowsWhatIsOver) {
  check({
      // A time of day that is over is tomorrow's, also where clocks change.
      {"resets 3pm", "2026-11-22T15:00:01", "UTC", "2026-11-23T15:00:00Z"},
      {"resets 3pm", "2026-11-22T15:00:00", "UTC", "2026-11-22T15:00:00Z"},
      {"resets 9am", "2026-03-28T12:00:00", "Europe/Berlin",
       "2026-03-29T07:00:00Z"},
      {"resets 9am", "2026-10-24T12:00:00", "Europe/Berlin",
       "2026-10-25T08:00:00Z"},
      {"resets 2:30am", "2026-03-28T12:00:00", "Europe/Berlin",
       "2026-03-29T01:00:00Z"},
      {"resets 1:30am", "2026-10-31T20:00:00", "America/New_York",
       "2026-11-01T05:30:00Z"},
      {"resets 1am", "2026-12-31T12:00:00", "UTC", "2027-01-01T01:00:00Z"},
      // A date without a year, around a year's end.
      {"resets Jan 2, 9am", "2026-12-30T12:00:00", "UTC",
       "2027-01-02T09:00:00Z"},
      {"resets Nov 22, 9am", "2026-11-22T10:00:00", "UTC",
       "2026-11-22T09:00:00Z"},
      {"resets Dec 31, 11pm", "2027-01-01T00:30:00", "UTC",
       "2026-12-31T23:00:00Z"},
      {"resets Nov 20, 9am", "2026-11-22T10:00:00", "UTC",
       "2027-11-20T09:00:00Z"},
      {"resets Feb 29, 9am", "2027-12-01T00:00:00", "UTC",
       "2028-02-29T09:00:00Z"},
      // Printed before, and long over.
      {"Claude AI usage limit reached|1749924000", "2025-06-14T18:30:00", "UTC",
       "2025-06-14T18:00:00Z"},
      {"Claude AI usage limit reached|1749924000", "2026-06-14T18:30:00", "UTC",
       nullptr},
      {"try again at May 11th, 2026 1:36 PM.", "2026-05-13T10:00:00", "UTC",
       nullptr},
  });
}

TEST(Reset, IsAbsentWhereNoTimeIsToldInFull) {
  for (const char* text : {"",
                           "resets",
                           "resets soon",
                           "resets 3",
                           "resets at 9",
                           "resets 25:00",
                           "resets 13pm",
                           "resets 9:60",
                           "resets 3pmish",
                           "resets 0am",
                           "resets 3pm (Mars/Olympus)",
                           "resets 3pm (XYZ)",
                           "resets 3pm XYZT",
                           "resets Feb 30, 9am",
                           "resets Feb 29, 9am",
                           "resets Nov 31",
                           "resets 2026-13-01 09:00",
                           "resets 2026-02-30",
                           "resets in 2 years",
                           "resets in 400 days",
                           "resets 2099-01-01 00:00",
                           "reset 2 hours ago",
                           "retry 2 of 3",
                           "try again in 99999999999999999999 days",
                           "try again in 9999999999 days",
                           "3pm and more",
                           "the end",
                           "|",
                           "|12",
                           "|99999999999999",
                           "in",
                           "UTC",
                           "(Europe/Berlin)",
                           "resets (UTC)",
                           "it resets the branch to 2 commits before",
                           "\x01\xff resets \xfe",
                           "resets -3h"})
    EXPECT_FALSE(parse_reset(text, utc("2026-11-22T10:00:00"), ZonesAt("UTC")))
        << text;
}

TEST(Reset, SaysWhichPartToldIt) {
  const auto reset =
      parse_reset("You've hit your limit · resets 3pm (Europe/Berlin)\nmore",
                  utc("2026-11-22T10:00:00"), ZonesAt("UTC"));
  ASSERT_TRUE(reset);
  EXPECT_EQ(reset->text, "3pm (Europe/Berlin)");
}

}  // namespace
}  // namespace orch::calendar
