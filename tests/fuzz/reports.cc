// SPDX-License-Identifier: MIT
//
// Reports of tests: JUnit's XML and TAP.
#include "error/error.h"
#include "fuzz/targets.h"
#include "testreport/report.h"
#include "testreport/tap.h"
#include "text/text.h"

namespace orch::fuzz {
namespace {

void check_report(const testreport::Report& report) {
  require(report.passed >= 0 && report.failed >= 0 && report.skipped >= 0,
          "counts are not negative");
  require(report.passed + report.failed + report.skipped == report.total,
          "every case is counted once");
  require(static_cast<std::int64_t>(report.cases.size()) <= report.total,
          "no case is kept that was not counted");
  for (const testreport::Case& c : report.cases) {
    for (const std::string* s : {&c.suite, &c.name, &c.message})
      require(text::is_utf8(*s) && s->find('\0') == std::string::npos,
              "texts are UTF-8 without NUL");
    require(c.name.size() <= testreport::kNameBytes &&
                c.message.size() <= testreport::kMessageBytes,
            "texts are bounded");
    require(!c.duration_ms || *c.duration_ms >= 0, "no time is negative");
  }
  require(report.failed == 0 ||
              testreport::outcome_of(report) == testreport::Status::Failed,
          "a failure is told");
}

// TAP is read while it is written: how it is cut does not matter.
void check_pieces(std::string_view input) {
  testreport::TapReader whole, pieces;
  whole.feed(input);
  for (std::size_t at = 0; at < input.size(); at += 7)
    pieces.feed(input.substr(at, 7));
  require(whole.is_tap() == pieces.is_tap(), "pieces are TAP like the whole");
  const auto one = whole.finish(), two = pieces.finish();
  check_report(one);
  require(one.total == two.total && one.cases == two.cases &&
              one.faults == two.faults,
          "pieces say what the whole says");
}

}  // namespace

void reports(std::string_view input) {
  check_pieces(input);
  if (const auto ms = testreport::parse_seconds(input))
    require(*ms >= 0, "no time is negative");
  try {
    auto report = testreport::parse(input, "r");
    check_report(report);
    auto both = testreport::parse(input, "r");
    testreport::merge(both, std::move(report), "r");
    check_report(both);
  } catch (const Error& e) {
    require(text::is_utf8(e.what()), "an error is text");
  }
}

}  // namespace orch::fuzz
