// SPDX-License-Identifier: MIT
#include "testreport/report.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

#include "error/error.h"
#include "testreport/junit.h"
#include "testreport/tap.h"
#include "text/text.h"

namespace orch::testreport {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string kept(std::string text, std::size_t bytes) {
  // Before it is looked at as a whole: a name may have millions of bytes.
  if (text.size() > 2 * bytes) text.resize(2 * bytes);
  std::replace(text.begin(), text.end(), '\0', ' ');
  return text::cut(text::to_utf8(text), bytes);
}

bool is_wide(std::string_view bytes) {
  return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
}

}  // namespace

std::string_view status_name(Status status) {
  switch (status) {
    case Status::Passed:
      return "passed";
    case Status::Failed:
      return "failed";
    case Status::Skipped:
      break;
  }
  return "skipped";
}

std::string_view form_name(Form form) {
  return form == Form::JUnit ? "junit" : "tap";
}

void Report::count(Status status, std::int64_t n) {
  total += n;
  if (status == Status::Passed) passed += n;
  if (status == Status::Failed) failed += n;
  if (status == Status::Skipped) skipped += n;
}

void Report::add(Case c) {
  count(c.status, 1);
  c.suite = kept(std::move(c.suite), kNameBytes);
  c.name = kept(std::move(c.name), kNameBytes);
  c.message = kept(std::move(c.message), kMessageBytes);
  const std::size_t bytes = c.suite.size() + c.name.size() + c.message.size();
  if (cases.size() >= kMaxCases || kept_bytes + bytes > kMaxKept) return;
  kept_bytes += bytes;
  cases.push_back(std::move(c));
}

Status outcome_of(const Report& report) {
  if (report.failed > 0 || !report.faults.empty()) return Status::Failed;
  return report.passed > 0 ? Status::Passed : Status::Skipped;
}

void merge(Report& into, Report other, const std::string& file) {
  const std::int64_t unnamed =
      other.total - static_cast<std::int64_t>(other.cases.size());
  std::int64_t left[3] = {other.passed, other.failed, other.skipped};
  for (Case& c : other.cases) {
    --left[static_cast<int>(c.status)];
    into.add(std::move(c));
  }
  if (unnamed > 0)
    for (const Status s : {Status::Passed, Status::Failed, Status::Skipped})
      into.count(s, left[static_cast<int>(s)]);
  for (std::string& fault : other.faults)
    into.faults.push_back(file + ": " + fault);
  if (other.duration_ms)
    into.duration_ms = into.duration_ms.value_or(0) + *other.duration_ms;
}

Report parse(std::string_view bytes, const std::string& file) {
  if (bytes.size() > kMaxBytes)
    throw Error(ErrorCode::Usage, file + ": is larger than " +
                                      std::to_string(kMaxBytes >> 20) + " MiB");
  std::string_view begin = bytes;
  if (begin.starts_with(kByteOrderMark))
    begin.remove_prefix(kByteOrderMark.size());
  begin =
      begin.substr(std::min(begin.find_first_not_of(" \t\r\n"), begin.size()));
  if (begin.empty()) throw Error(ErrorCode::Usage, file + ":1: is empty");
  if (is_wide(bytes) || begin[0] == '<') return parse_junit(bytes, file);
  return parse_tap(bytes, file);
}

std::optional<std::int64_t> parse_seconds(std::string_view text) {
  constexpr double kLongest = 1e9;
  std::string digits(text::trim(text));
  const std::size_t comma = digits.rfind(',');
  const bool is_decimal =
      comma != std::string::npos && digits.find('.') == std::string::npos &&
      digits.find(',') == comma && digits.size() - comma != 4;
  if (is_decimal) digits[comma] = '.';
  std::erase(digits, ',');
  double seconds = 0;
  const char* const end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, seconds);
  if (parsed.ec != std::errc() || parsed.ptr != end || digits.empty() ||
      !std::isfinite(seconds) || seconds < 0 || seconds > kLongest)
    return std::nullopt;
  return std::llround(seconds * 1000);
}

}  // namespace orch::testreport
