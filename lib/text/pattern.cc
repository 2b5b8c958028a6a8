// SPDX-License-Identifier: MIT
#include "text/pattern.h"

#include "error/error.h"
#include "text/text.h"

namespace orch::text {
namespace {

constexpr std::size_t kMaxSteps = 4000;
constexpr int kMaxCount = 100;
constexpr int kMaxDepth = 30;
constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

std::u32string characters_of(std::string_view bytes) {
  const std::string utf8 = to_utf8(bytes);
  std::u32string out;
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i++]);
    int more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    char32_t c = more == 0 ? lead : lead & (0x3FU >> more);
    for (; more > 0; --more)
      c = (c << 6) | (static_cast<unsigned char>(utf8[i++]) & 0x3FU);
    out += c;
  }
  return out;
}

void append_utf8(std::string& out, char32_t c) {
  const auto byte = [&](char32_t b) { out += static_cast<char>(b); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | (c >> 6));
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | (c >> 12));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | (c >> 18));
    byte(0x80 | ((c >> 12) & 0x3F));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

bool is_letter_or_digit(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9');
}

}  // namespace

// Steps are relative to themselves, so that a piece can be put anywhere and
// repeated.
class PatternParser {
 public:
  using Step = Pattern::Step;
  using Op = Pattern::Op;
  using Steps = std::vector<Step>;

  explicit PatternParser(std::string_view expression)
      : rest_(characters_of(expression)) {}

  Steps parse() {
    Steps out = alternatives();
    if (at_ < rest_.size()) fail("')' without '('");
    return out;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::Usage,
                what + " behind character " + std::to_string(at_));
  }
  bool more() const { return at_ < rest_.size(); }
  bool next_is(char32_t c) const { return more() && rest_[at_] == c; }
  bool take(char32_t c) {
    if (!next_is(c)) return false;
    ++at_;
    return true;
  }
  void append(Steps& to, const Steps& part) const {
    if (to.size() + part.size() > kMaxSteps) fail("too large a pattern");
    to.insert(to.end(), part.begin(), part.end());
  }
  static int length(const Steps& steps) {
    return static_cast<int>(steps.size());
  }

  Steps alternatives() {
    if (++depth_ > kMaxDepth) fail("nested too deeply");
    Steps left = sequence();
    while (take('|')) {
      const Steps right = sequence();
      Steps both = {{.op = Op::Split, .to = 1, .other = length(left) + 2}};
      append(both, left);
      both.push_back({.op = Op::Jump, .to = length(right) + 1});
      append(both, right);
      left = std::move(both);
    }
    --depth_;
    return left;
  }

  Steps sequence() {
    Steps out;
    while (more() && !next_is('|') && !next_is(')')) append(out, repeated());
    return out;
  }

  Steps repeated() {
    const Steps one = single();
    Steps out = one;
    if (take('*')) {
      out = any_number(one);
    } else if (take('+')) {
      append(out, any_number(one));
    } else if (take('?')) {
      out = maybe(one);
    } else if (next_is('{')) {
      out = counted(one);
    }
    if (next_is('*') || next_is('+') || next_is('?') || next_is('{'))
      fail("a repeat of a repeat");
    return out;
  }
  Steps maybe(const Steps& one) const {
    Steps out = {{.op = Op::Split, .to = 1, .other = length(one) + 1}};
    append(out, one);
    return out;
  }
  Steps any_number(const Steps& one) const {
    Steps out = {{.op = Op::Split, .to = 1, .other = length(one) + 2}};
    append(out, one);
    out.push_back({.op = Op::Jump, .to = -(length(one) + 1)});
    return out;
  }
  int number() {
    if (!more() || rest_[at_] < '0' || rest_[at_] > '9')
      fail("a number is missing");
    int n = 0;
    while (more() && rest_[at_] >= '0' && rest_[at_] <= '9') {
      n = n * 10 + static_cast<int>(rest_[at_++] - '0');
      if (n > kMaxCount) fail("a count above 100");
    }
    return n;
  }
  Steps counted(const Steps& one) {
    take('{');
    const int least = number();
    int most = least;
    bool open = false;
    if (take(',')) {
      open = next_is('}');
      if (!open) most = number();
    }
    if (!take('}')) fail("'}' is missing");
    if (most < least) fail("a count that shrinks");
    Steps out;
    for (int i = 0; i < least; ++i) append(out, one);
    if (open) append(out, any_number(one));
    for (int i = least; i < most; ++i) append(out, maybe(one));
    return out;
  }

  Steps single() {
    const char32_t c = rest_[at_++];
    switch (c) {
      case '(':
        return group();
      case '[':
        return bracket();
      case '\\':
        return escape();
      case '.':
        return {{.op = Op::NotOne}};
      case '^':
        return {{.op = Op::Begin}};
      case '$':
        return {{.op = Op::End}};
      case '*':
      case '+':
      case '?':
      case '{':
        --at_;
        fail("nothing to repeat");
      default:
        return {{.op = Op::One, .spans = {{c, c}}}};
    }
  }
  Steps group() {
    bool is_part = !has_part_;
    if (take('?')) {
      if (!take(':')) fail("'(?' without ':'");
      is_part = false;
    }
    if (is_part) has_part_ = true;
    Steps out;
    if (is_part) out.push_back({.op = Op::OpenPart});
    append(out, alternatives());
    if (is_part) out.push_back({.op = Op::ClosePart});
    if (!take(')')) fail("')' is missing");
    return out;
  }
  static std::vector<Pattern::Span> spans_of(char32_t letter) {
    if (letter == 'd') return {{'0', '9'}};
    if (letter == 's') return {{' ', ' '}, {'\t', '\t'}, {0xA0, 0xA0}};
    return {{'a', 'z'}, {'A', 'Z'}, {'0', '9'}, {'_', '_'}};
  }
  Steps escape() {
    if (!more()) fail("nothing to escape");
    const char32_t c = rest_[at_++];
    if (c == 'd' || c == 's' || c == 'w')
      return {{.op = Op::One, .spans = spans_of(c)}};
    if (c == 'D' || c == 'S' || c == 'W')
      return {{.op = Op::NotOne, .spans = spans_of(c + ('a' - 'A'))}};
    if (is_letter_or_digit(c)) fail("an unknown escape");
    return {{.op = Op::One, .spans = {{c, c}}}};
  }
  Steps bracket() {
    Step out{.op = take('^') ? Op::NotOne : Op::One};
    bool first = true;
    while (first || !next_is(']')) {
      if (!more()) fail("']' is missing");
      first = false;
      char32_t from = rest_[at_++];
      if (from == '\\') {
        if (!more()) fail("nothing to escape");
        from = rest_[at_++];
        if (from == 'd' || from == 's' || from == 'w') {
          for (const Pattern::Span& s : spans_of(from)) out.spans.push_back(s);
          continue;
        }
        if (is_letter_or_digit(from)) fail("an unknown escape");
      }
      char32_t to = from;
      if (next_is('-') && at_ + 1 < rest_.size() && rest_[at_ + 1] != ']') {
        at_ += 1;
        to = rest_[at_++];
        if (to < from) fail("a range that shrinks");
      }
      out.spans.push_back({from, to});
    }
    take(']');
    return {out};
  }

  std::u32string rest_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool has_part_ = false;
};

// All threads step together through the text, the preferred ones first; a step
// is entered once for each character, so nothing can blow up.
class Pattern::Run {
 public:
  Run(const std::vector<Step>& steps, const std::u32string& text)
      : steps_(steps), text_(text), entered_(steps.size() + 1, kNowhere) {}

  bool search() {
    std::vector<Thread> threads, next;
    for (std::size_t at = 0; at <= text_.size(); ++at) {
      next.clear();
      for (const Thread& t : threads) {
        if (t.step == steps_.size()) {
          matched_ = true;
          part_ = t;
          break;  // those behind are less preferred
        }
        if (at > 0 && accepts(steps_[t.step], text_[at - 1]))
          enter(next, {t.step + 1, t.open, t.close}, at);
      }
      if (!matched_) enter(next, {0, kNowhere, kNowhere}, at);
      threads.swap(next);
      if (threads.empty()) break;
    }
    for (const Thread& t : threads)
      if (t.step == steps_.size()) {
        matched_ = true;
        part_ = t;
        break;
      }
    return matched_;
  }
  const Thread& part() const { return part_; }

 private:
  static bool accepts(const Step& step, char32_t c) {
    bool in = false;
    for (const Span& s : step.spans) in = in || (c >= s.first && c <= s.last);
    return step.op == Op::One ? in : step.op == Op::NotOne && !in;
  }
  static std::size_t moved(std::size_t step, int by) {
    return static_cast<std::size_t>(static_cast<std::ptrdiff_t>(step) + by);
  }
  void enter(std::vector<Thread>& threads, Thread first, std::size_t at) {
    std::vector<Thread> open = {first};
    while (!open.empty()) {
      Thread t = open.back();
      open.pop_back();
      if (entered_[t.step] == at) continue;
      entered_[t.step] = at;
      if (t.step == steps_.size()) {
        threads.push_back(t);
        continue;
      }
      const Step& step = steps_[t.step];
      const Thread on = {t.step + 1, t.open, t.close};
      switch (step.op) {
        case Op::One:
        case Op::NotOne:
          threads.push_back(t);
          break;
        case Op::Split:
          open.push_back({moved(t.step, step.other), t.open, t.close});
          open.push_back({moved(t.step, step.to), t.open, t.close});
          break;
        case Op::Jump:
          open.push_back({moved(t.step, step.to), t.open, t.close});
          break;
        case Op::OpenPart:
          open.push_back({on.step, at, t.close});
          break;
        case Op::ClosePart:
          open.push_back({on.step, t.open, at});
          break;
        case Op::Begin:
          if (at == 0) open.push_back(on);
          break;
        case Op::End:
          if (at == text_.size()) open.push_back(on);
          break;
      }
    }
  }

  const std::vector<Step>& steps_;
  const std::u32string& text_;
  std::vector<std::size_t> entered_;
  bool matched_ = false;
  Thread part_ = {0, kNowhere, kNowhere};
};

Pattern::Pattern(std::string_view expression)
    : expression_(expression), steps_(PatternParser(expression).parse()) {}

Pattern Pattern::literal(std::string_view text) {
  std::string expression;
  for (const char c : text) {
    if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos)
      expression += '\\';
    expression += c;
  }
  return Pattern(expression);
}

bool Pattern::matches(std::string_view line) const {
  const std::u32string text = characters_of(line);
  return Run(steps_, text).search();
}

std::optional<std::string> Pattern::find_part(std::string_view line) const {
  const std::u32string text = characters_of(line);
  Run run(steps_, text);
  if (!run.search()) return std::nullopt;
  const Thread& t = run.part();
  if (t.open == kNowhere || t.close == kNowhere) return std::nullopt;
  std::string out;
  for (std::size_t i = t.open; i < t.close; ++i) append_utf8(out, text[i]);
  return out;
}

}  // namespace orch::text
