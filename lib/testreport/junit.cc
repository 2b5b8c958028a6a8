// SPDX-License-Identifier: MIT
#include "testreport/junit.h"

#include <expat.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <vector>

#include "error/error.h"
#include "text/text.h"

namespace orch::testreport {
namespace {

constexpr std::size_t kMaxDepth = 128;
constexpr std::size_t kDeclaration = 256;  // where an encoding may stand
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct ParserEnd {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using Handle = std::unique_ptr<std::remove_pointer_t<XML_Parser>, ParserEnd>;

std::string_view attribute(const XML_Char** attributes, std::string_view name) {
  for (; *attributes; attributes += 2)
    if (name == attributes[0]) return attributes[1];
  return "";
}

// The number in an attribute; 0 when there is none.
std::int64_t number(const XML_Char** attributes, std::string_view name) {
  constexpr std::int64_t kMost = 1000000000;
  const std::string_view text = text::trim(attribute(attributes, name));
  std::int64_t n = 0;
  const auto parsed =
      std::from_chars(text.data(), text.data() + text.size(), n);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
    return 0;
  return std::clamp<std::int64_t>(n, 0, kMost);
}

// "ns:testcase" is a testcase, too.
std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool is_any(std::string_view word, std::initializer_list<const char*> of) {
  return std::find(of.begin(), of.end(), word) != of.end();
}

// Suites, a Suite, a Case; what of it says how it ended; and what is neither.
enum class Kind { Suites, Suite, Case, Failure, Skipped, Other };

Kind kind_of(std::string_view name) {
  if (name == "testsuites") return Kind::Suites;
  if (name == "testsuite") return Kind::Suite;
  if (name == "testcase") return Kind::Case;
  if (name == "failure" || name == "error") return Kind::Failure;
  return name == "skipped" ? Kind::Skipped : Kind::Other;
}

// A suite that is open, with what it says of itself.
struct Suite {
  std::string name;
  std::int64_t tests = 0, failed = 0, skipped = 0;
  // Of the report when it began.
  std::int64_t total_before = 0, failed_before = 0, failures_before = 0;
  std::optional<std::int64_t> duration_ms;
};

class Junit {
 public:
  Junit(std::string_view bytes, std::string file, std::size_t lines_before = 0)
      : bytes_(bytes), file_(std::move(file)), lines_before_(lines_before) {}

  Report read(const XML_Char* encoding);

 private:
  static void on_start(void* self, const XML_Char* name,
                       const XML_Char** attributes) {
    static_cast<Junit*>(self)->start(local_name(name), attributes);
  }
  static void on_end(void* self, const XML_Char*) {
    static_cast<Junit*>(self)->end();
  }
  static void on_text(void* self, const XML_Char* text, int length) {
    static_cast<Junit*>(self)->text({text, static_cast<std::size_t>(length)});
  }
  static void on_entity(void* self, const XML_Char*, int, const XML_Char*, int,
                        const XML_Char*, const XML_Char*, const XML_Char*,
                        const XML_Char*) {
    static_cast<Junit*>(self)->stop("declares an entity");
  }

  // Defaults of attributes grow with every element.
  static void on_attributes(void* self, const XML_Char*, const XML_Char*,
                            const XML_Char*, const XML_Char*, int) {
    static_cast<Junit*>(self)->stop("declares attributes");
  }

  void start(std::string_view name, const XML_Char** attributes);
  void end();
  void text(std::string_view bytes);
  void start_suite(const XML_Char** attributes);
  void end_suite();
  void start_case(const XML_Char** attributes);
  void start_end_of_case(Kind kind, const XML_Char** attributes);
  void end_case();
  // No exception passes the library.
  void stop(const std::string& why) {
    if (why_.empty()) why_ = why;
    XML_StopParser(parser_.get(), XML_FALSE);
  }

  std::string_view bytes_;
  std::string file_;
  std::size_t lines_before_;  // that are not in `bytes_`
  Handle parser_;
  Report report_;
  std::string why_;
  std::vector<Kind> path_;
  std::vector<Suite> suites_;
  std::optional<Case> case_;
  std::string details_;                 // the text within a failure or a skip
  std::optional<std::int64_t> sum_ms_;  // of the cases
  std::int64_t failures_ = 0;  // how many were shown, several of a case, too
};

Report Junit::read(const XML_Char* encoding) {
  parser_.reset(XML_ParserCreate(encoding));
  if (!parser_) throw Error(ErrorCode::Io, file_ + ": out of memory");
  XML_SetUserData(parser_.get(), this);
  XML_SetElementHandler(parser_.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser_.get(), on_text);
  XML_SetEntityDeclHandler(parser_.get(), on_entity);
  XML_SetAttlistDeclHandler(parser_.get(), on_attributes);
  // In one piece: in many, a long token is read from its begin for each.
  const XML_Status status = XML_Parse(
      parser_.get(), bytes_.data(), static_cast<int>(bytes_.size()), XML_TRUE);
  const std::string where =
      file_ + ":" +
      std::to_string(lines_before_ + XML_GetCurrentLineNumber(parser_.get())) +
      ": ";
  if (!why_.empty()) throw Error(ErrorCode::Usage, where + why_);
  if (status != XML_STATUS_OK)
    throw Error(ErrorCode::Usage,
                where + XML_ErrorString(XML_GetErrorCode(parser_.get())));
  if (!report_.duration_ms) report_.duration_ms = sum_ms_;
  return std::move(report_);
}

void Junit::start(std::string_view name, const XML_Char** attributes) {
  if (path_.size() >= kMaxDepth)
    return stop("is nested deeper than " + std::to_string(kMaxDepth));
  Kind kind = kind_of(name);
  if (path_.empty() && kind != Kind::Suites && kind != Kind::Suite)
    return stop("is no JUnit report: its root is '" +
                text::clip(text::printable(name), 40) + "'");
  const Kind within = path_.empty() ? Kind::Suites : path_.back();
  const bool in_suite = within == Kind::Suites || within == Kind::Suite;
  const bool ends_case = kind == Kind::Failure || kind == Kind::Skipped;
  // Anywhere else these names are part of what a test has printed.
  if (ends_case ? !in_suite && within != Kind::Case : !in_suite)
    kind = Kind::Other;
  path_.push_back(kind);
  if (kind == Kind::Suites || kind == Kind::Suite)
    start_suite(attributes);
  else if (kind == Kind::Case)
    start_case(attributes);
  else if (ends_case && kind != Kind::Other)
    start_end_of_case(kind, attributes);
}

void Junit::start_suite(const XML_Char** attributes) {
  suites_.push_back(
      {.name = std::string(attribute(attributes, "name")),
       .tests = number(attributes, "tests"),
       .failed = number(attributes, "failures") + number(attributes, "errors"),
       .skipped =
           number(attributes, "skipped") + number(attributes, "disabled"),
       .total_before = report_.total,
       .failed_before = report_.failed,
       .failures_before = failures_,
       .duration_ms = parse_seconds(attribute(attributes, "time"))});
}

void Junit::end_suite() {
  const Suite suite = std::move(suites_.back());
  suites_.pop_back();
  // Only numbers: whoever wrote them has left the cases out.
  if (report_.total == suite.total_before && suite.tests > 0) {
    const std::int64_t failed = std::min(suite.failed, suite.tests);
    const std::int64_t skipped = std::min(suite.skipped, suite.tests - failed);
    report_.count(Status::Failed, failed);
    report_.count(Status::Skipped, skipped);
    report_.count(Status::Passed, suite.tests - failed - skipped);
  }
  const std::int64_t shown = std::max(report_.failed - suite.failed_before,
                                      failures_ - suite.failures_before);
  if (suite.failed > shown) {
    report_.add({.suite = suite.name,
                 .name = "(failed, but not shown)",
                 .status = Status::Failed,
                 .message = "the suite says that " +
                            std::to_string(suite.failed) +
                            " of its tests failed, and shows " +
                            std::to_string(shown)});
    report_.count(Status::Failed, suite.failed - shown - 1);
  }
  if (suite.duration_ms && suites_.size() <= 1) {
    // That of the whole outdoes the sum of its parts.
    if (suites_.empty())
      report_.duration_ms = suite.duration_ms;
    else
      report_.duration_ms =
          report_.duration_ms.value_or(0) + *suite.duration_ms;
  }
}

void Junit::start_case(const XML_Char** attributes) {
  const std::string_view status = attribute(attributes, "status");
  const std::string_view result = attribute(attributes, "result");
  std::string suite(attribute(attributes, "classname"));
  if (suite.empty() && !suites_.empty()) suite = suites_.back().name;
  case_ = Case{.suite = std::move(suite),
               .name = std::string(attribute(attributes, "name")),
               .duration_ms = parse_seconds(attribute(attributes, "time"))};
  if (is_any(status, {"notrun", "skipped", "disabled"}) ||
      is_any(result, {"suppressed", "skipped"}))
    case_->status = Status::Skipped;
  if (is_any(status, {"fail", "failed", "error"}))
    case_->status = Status::Failed;
}

void Junit::start_end_of_case(Kind kind, const XML_Char** attributes) {
  if (!case_) {
    // A whole suite that could not be set up.
    if (kind != Kind::Failure) return;
    case_ = Case{.suite = suites_.back().name, .name = "(the suite)"};
  }
  if (kind == Kind::Failure) ++failures_;
  if (case_->status != Status::Failed)
    case_->status = kind == Kind::Failure ? Status::Failed : Status::Skipped;
  details_ = attribute(attributes, "message");
  if (details_.empty()) details_ = attribute(attributes, "type");
  details_ += '\n';
}

void Junit::text(std::string_view bytes) {
  const bool wanted =
      case_ && !path_.empty() &&
      (path_.back() == Kind::Failure || path_.back() == Kind::Skipped);
  if (!wanted || details_.size() >= 2 * kMessageBytes) return;
  details_ += bytes.substr(0, 2 * kMessageBytes);
}

void Junit::end_case() {
  if (case_->duration_ms) sum_ms_ = sum_ms_.value_or(0) + *case_->duration_ms;
  report_.add(*std::move(case_));
  case_.reset();
}

void Junit::end() {
  // Expat ends an element without content also when it was stopped at its
  // begin, where nothing was kept of it.
  if (!why_.empty()) return;
  const Kind kind = path_.back();
  path_.pop_back();
  if (kind == Kind::Suites || kind == Kind::Suite) return end_suite();
  if (kind == Kind::Case) return end_case();
  if (kind == Kind::Other || !case_) return;
  // A text that begins with the message again needs it once.
  const std::size_t line = details_.find('\n');
  const std::string message(text::trim(details_.substr(0, line)));
  std::string rest(text::trim(details_.substr(line + 1)));
  if (!rest.starts_with(message))
    rest = message + (rest.empty() ? "" : "\n" + rest);
  if (!case_->message.empty() && !rest.empty()) case_->message += '\n';
  if (case_->message.size() < kMessageBytes) case_->message += rest;
  if (path_.back() != Kind::Case) end_case();
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' &&
         c != '\r';
}

// The name in the XML declaration is not for us to believe where the bytes say
// more; absent: UTF-8.
bool says_utf8(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, kDeclaration);
  const std::size_t at = head.find("encoding");
  if (!head.starts_with("<?xml") || at == std::string_view::npos ||
      at > head.find("?>"))
    return true;
  std::string name(head.substr(at, 20));
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return name.find("utf-8") != std::string::npos ||
         name.find("utf8") != std::string::npos;
}

// Bytes that no XML may hold, replaced.
std::string mended(std::string_view bytes, bool utf8) {
  std::string out = utf8 ? text::to_utf8(bytes) : std::string(bytes);
  std::replace_if(out.begin(), out.end(), is_control, '?');
  return out;
}

}  // namespace

Report parse_junit(std::string_view bytes, const std::string& file) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"))
    return Junit(bytes, file).read(nullptr);
  if (bytes.starts_with(kByteOrderMark))
    bytes.remove_prefix(kByteOrderMark.size());
  // A declaration must come first, and some writers leave a line before it.
  const std::size_t begin = bytes.find_first_not_of(" \t\r\n");
  std::size_t lines = 0;
  if (begin != std::string_view::npos &&
      bytes.substr(begin).starts_with("<?")) {
    lines = static_cast<std::size_t>(
        std::count(bytes.begin(), bytes.begin() + begin, '\n'));
    bytes.remove_prefix(begin);
  }
  const bool utf8 = says_utf8(bytes);
  const bool sound = (!utf8 || text::is_utf8(bytes)) &&
                     std::none_of(bytes.begin(), bytes.end(), is_control);
  if (sound) return Junit(bytes, file, lines).read(utf8 ? "UTF-8" : nullptr);
  const std::string whole = mended(bytes, utf8);
  return Junit(whole, file, lines).read(utf8 ? "UTF-8" : nullptr);
}

}  // namespace orch::testreport
