// SPDX-License-Identifier: MIT
#include "testreport/tap.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "error/error.h"
#include "text/text.h"

namespace orch::testreport {
namespace {

constexpr std::size_t kLineBytes = 65536;
constexpr std::int64_t kMaxPlan = 1000000000;
constexpr std::int64_t kMaxNumber = 1000000;  // that is looked for twice
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Faults of one kind that are kept.
constexpr std::size_t kEnough = 10;

bool starts_with_word(std::string_view line, std::string_view lower_case) {
  if (line.size() < lower_case.size()) return false;
  for (std::size_t i = 0; i < lower_case.size(); ++i)
    if (std::tolower(static_cast<unsigned char>(line[i])) != lower_case[i])
      return false;
  return true;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes digits off the front; absent when there are none, or too many.
std::optional<std::int64_t> take_number(std::string_view& line) {
  std::int64_t n = 0;
  const char* const end = line.data() + line.size();
  const auto parsed = std::from_chars(line.data(), end, n);
  if (line.empty() || !is_digit(line[0]) || parsed.ec != std::errc() ||
      n > kMaxPlan)
    return std::nullopt;
  line.remove_prefix(static_cast<std::size_t>(parsed.ptr - line.data()));
  return n;
}

// "12.5ms", "12.5"
std::optional<std::int64_t> milliseconds(std::string_view text) {
  text = text::trim(text);
  double n = 0;
  const auto parsed =
      std::from_chars(text.data(), text.data() + text.size(), n);
  const std::string_view rest(
      parsed.ptr,
      static_cast<std::size_t>(text.data() + text.size() - parsed.ptr));
  if (parsed.ec != std::errc() || !std::isfinite(n) || n < 0 || n > 1e12 ||
      (!rest.empty() && rest != "ms"))
    return std::nullopt;
  return std::llround(n);
}

// What stands behind "ok 1": a description and a directive.
struct Description {
  std::string text;
  std::string directive;  // "skip", "todo"; empty: none
  std::string reason;
  std::optional<std::int64_t> duration_ms;
};

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() &&
        (text[i + 1] == '#' || text[i + 1] == '\\'))
      ++i;
    out += text[i];
  }
  return out;
}

// Behind the word, without what joins it to its reason.
std::string reason_in(std::string_view rest) {
  while (!rest.empty() && std::isalpha(static_cast<unsigned char>(rest[0])))
    rest.remove_prefix(1);
  while (!rest.empty() && (rest[0] == ':' || rest[0] == ' '))
    rest.remove_prefix(1);
  return std::string(text::trim(rest));
}

Description describe(std::string_view line) {
  Description out;
  line = text::trim(line);
  if (line.starts_with("- ") || line == "-") line.remove_prefix(1);
  std::size_t end = line.size();
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\')
      ++i;
    else if (line[i] == '#' && (i == 0 || line[i - 1] == ' ')) {
      const std::string_view rest = text::trim(line.substr(i + 1));
      const bool todo = starts_with_word(rest, "todo") &&
                        (rest.size() == 4 ||
                         !std::isalnum(static_cast<unsigned char>(rest[4])));
      if (todo || starts_with_word(rest, "skip")) {
        out.directive = todo ? "todo" : "skip";
        out.reason = reason_in(rest);
      } else if (rest.starts_with("time=")) {
        out.duration_ms = milliseconds(rest.substr(5));
        if (!out.duration_ms) continue;
      } else {
        continue;
      }
      end = i;
      break;
    }
  }
  out.text = unescaped(text::trim(line.substr(0, end)));
  return out;
}

std::size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(" \t"), line.size());
}

}  // namespace

void TapReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    // Of a line that is longer only the beginning counts.
    if (line_.size() < kLineBytes)
      line_ += bytes.substr(0, std::min(end, kLineBytes - line_.size()));
    if (end == bytes.size()) return;
    take_line(line_);
    line_.clear();
    bytes.remove_prefix(end + 1);
  }
}

bool TapReader::is_tap() const {
  return version_ || (plan_ && (points_ > 0 || *plan_ == 0));
}

void TapReader::take_line(std::string_view line) {
  if (bailed_) return;
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with(kByteOrderMark))
    line.remove_prefix(kByteOrderMark.size());
  const std::size_t indent = indent_of(line);
  if (take_diagnostic(line, indent)) return;
  after_point_ = false;
  if (indent == line.size()) return;
  if (indent == 0)
    take_top(line);
  else
    take_inner(line.substr(indent));
}

// The block between "---" and "..." behind a point.
bool TapReader::take_diagnostic(std::string_view line, std::size_t indent) {
  const std::string_view inside = line.substr(indent);
  if (!diagnostic_indent_) {
    if (!after_point_ || indent == 0 || text::trim(inside) != "---")
      return false;
    diagnostic_indent_ = indent;
    return true;
  }
  if (indent < *diagnostic_indent_ && !inside.empty()) {
    diagnostic_indent_.reset();  // it was never ended
    return false;
  }
  if (indent == *diagnostic_indent_ && text::trim(inside) == "...") {
    diagnostic_indent_.reset();
    after_point_ = false;
    return true;
  }
  constexpr std::string_view kDuration = "duration_ms:";
  if (indent == *diagnostic_indent_ && inside.starts_with(kDuration) && last_)
    if (const auto ms = milliseconds(inside.substr(kDuration.size())))
      last_->duration_ms = ms;
  add_to_last(line.substr(std::min(*diagnostic_indent_, line.size())));
  return true;
}

void TapReader::take_top(std::string_view line) {
  if (line.starts_with("TAP version ")) {
    version_ = true;
  } else if (starts_with_word(line, "bail out!")) {
    bailed_ = true;
    plan_reason_ = std::string(text::trim(line.substr(9)));
  } else if (line[0] == '#') {
    take_comment(line);
  } else if (line[0] == '}') {
    in_braces_ = false;
  } else if (!take_plan(line)) {
    take_point(line);
  }
}

// Within a subtest. Its points are those of its own; what failed there says why
// its own point did.
void TapReader::take_inner(std::string_view line) {
  if (starts_with_word(line, "bail out!")) return take_top(line);
  if (!line.starts_with("not ok")) return;
  if (!describe(line.substr(6)).directive.empty()) return;
  if (in_braces_)
    add_to_last(line);
  else if (inner_.size() < kMessageBytes)
    inner_ += std::string(line.substr(0, kMessageBytes)) + "\n";
}

bool TapReader::take_plan(std::string_view line) {
  if (!line.starts_with("1..")) return false;
  std::string_view rest = line.substr(3);
  const auto n = take_number(rest);
  rest = text::trim(rest);
  if (!n || (!rest.empty() && rest[0] != '#')) return false;
  if (plan_ && report_.faults.size() < kEnough)
    report_.faults.emplace_back("there is more than one plan");
  plan_ = n;
  if (*n == 0 && rest.size() > 1)
    plan_reason_ = reason_in(text::trim(rest.substr(1)));
  return true;
}

bool TapReader::take_point(std::string_view line) {
  const bool ok = !line.starts_with("not ");
  if (!ok) line = text::trim(line.substr(4));
  if (!line.starts_with("ok") || (line.size() > 2 && line[2] != ' '))
    return false;
  line.remove_prefix(2);
  line = text::trim(line);
  std::string_view behind = line;
  auto number = take_number(behind);
  if (number && !behind.empty() && behind[0] != ' ') number.reset();
  if (number) line = behind;
  flush();
  ++points_;
  note_number(number.value_or(points_));
  Description d = describe(line);
  in_braces_ = d.text == "{" || d.text.ends_with(" {");
  if (in_braces_) d.text = text::trim_end(d.text.substr(0, d.text.size() - 1));
  if (d.text.empty())
    d.text = "test " + std::to_string(number.value_or(points_));
  last_ = Case{.name = std::move(d.text),
               .status = ok ? Status::Passed : Status::Failed,
               .duration_ms = d.duration_ms};
  if (d.directive == "skip" || (d.directive == "todo" && !ok)) {
    last_->status = Status::Skipped;
    last_->message = d.directive + (d.reason.empty() ? "" : ": ") + d.reason;
  } else if (!ok) {
    last_->message = std::string(text::trim_end(inner_));
  }
  inner_.clear();
  after_point_ = true;
  return true;
}

void TapReader::note_number(std::int64_t number) {
  if (number < 1 || number > kMaxNumber) return;
  const auto at = static_cast<std::size_t>(number);
  if (numbers_.size() <= at) numbers_.resize(std::max(at + 1, 2 * at));
  if (numbers_[at] && report_.faults.size() < kEnough)
    report_.faults.push_back("test " + std::to_string(number) +
                             " is there twice");
  numbers_[at] = true;
}

// Comments behind a failed test say why it did.
void TapReader::take_comment(std::string_view line) {
  if (last_ && last_->status == Status::Failed)
    add_to_last(text::trim(line.substr(1)));
}

void TapReader::add_to_last(std::string_view text) {
  if (!last_ || last_->message.size() >= 2 * kMessageBytes) return;
  if (!last_->message.empty()) last_->message += '\n';
  last_->message += text.substr(0, kMessageBytes);
}

void TapReader::flush() {
  if (!last_) return;
  if (last_->duration_ms)
    report_.duration_ms = report_.duration_ms.value_or(0) + *last_->duration_ms;
  report_.add(*std::move(last_));
  last_.reset();
}

Report TapReader::finish() {
  if (!line_.empty()) take_line(line_);
  line_.clear();
  flush();
  report_.form = Form::Tap;
  std::vector<std::string>& faults = report_.faults;
  const std::string why = plan_reason_.empty() ? "" : ": " + plan_reason_;
  if (bailed_)
    faults.push_back("it bailed out" + why);
  else if (!plan_)
    faults.emplace_back("there is no plan: the end may be missing");
  if (!plan_) return std::move(report_);
  const std::string planned = std::to_string(*plan_);
  const std::string ran = std::to_string(points_);
  if (points_ > *plan_)
    faults.push_back(ran + " tests ran, and " + planned + " were planned");
  if (const std::int64_t missing = *plan_ - points_; missing > 0) {
    report_.add({.name = "(planned, but did not run)",
                 .status = Status::Failed,
                 .message = std::to_string(missing) + " of " + planned +
                            (bailed_ ? ", it bailed out" + why : "")});
    report_.count(Status::Failed, missing - 1);
  }
  return std::move(report_);
}

Report parse_tap(std::string_view bytes, const std::string& file) {
  TapReader reader;
  reader.feed(bytes);
  reader.feed("\n");
  if (!reader.has_any())
    throw Error(ErrorCode::Usage,
                file + ":1: is neither a JUnit report nor TAP");
  return reader.finish();
}

}  // namespace orch::testreport
