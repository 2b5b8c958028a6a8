// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What a run of tests says of itself, whatever wrote it down. Reports come from
// programs that are under test: every byte of them is hostile.
namespace orch::testreport {

enum class Status { Passed, Failed, Skipped };
std::string_view status_name(Status status);  // "passed"

enum class Form { JUnit, Tap };
std::string_view form_name(Form form);  // "junit", "tap"

// Bounds of what is read and kept.
inline constexpr std::size_t kMaxBytes = std::size_t{64} << 20;  // of a report
inline constexpr std::size_t kMaxCases = 200000;
inline constexpr std::size_t kMaxKept = std::size_t{32} << 20;  // of all texts
inline constexpr std::size_t kNameBytes = 1024;
inline constexpr std::size_t kMessageBytes = 4096;

struct Case {
  std::string suite;  // empty: none
  std::string name;
  Status status = Status::Passed;
  std::optional<std::int64_t> duration_ms;
  std::string message;  // why it failed or was skipped; may be empty

  bool operator==(const Case&) const = default;
};

struct Report {
  Form form = Form::JUnit;
  // Of all cases, also of those that are not kept.
  std::int64_t total = 0, passed = 0, failed = 0, skipped = 0;
  std::optional<std::int64_t> duration_ms;
  std::vector<Case> cases;  // the first ones, as far as the bounds allow
  // Why it proves nothing whatever its cases say, such as a missing plan.
  std::vector<std::string> faults;

  // Counts the case and keeps it, its texts as UTF-8 without NUL and within
  // their bounds.
  void add(Case c);
  // Counts so many cases of which nothing else is known.
  void count(Status status, std::int64_t cases);

  std::size_t kept_bytes = 0;  // of the texts in `cases`
};

// Failed when a case did or there is a fault, and skipped when no case passed.
Status outcome_of(const Report& report);

// Adds what `other` has to `into`; `file` names it in its faults.
void merge(Report& into, Report other, const std::string& file);

// The report in `bytes`, JUnit's XML or TAP, whichever it is; `file` names it
// in errors, which read `file:line: …`. Throws Error{Usage}.
Report parse(std::string_view bytes, const std::string& file);

// Milliseconds of a time in seconds ("0.25", "1,234.5", "2e-3"); absent when it
// is none.
std::optional<std::int64_t> parse_seconds(std::string_view text);

}  // namespace orch::testreport
