// SPDX-License-Identifier: MIT
//
// Random pages and tasks; the seed is fixed, ORCH_TEST_SEED sets another one.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <random>

#include "error/error.h"
#include "tasklist/formats.h"
#include "tasklist/tasklist.h"
#include "tasklist/words.h"

namespace orch::tasklist {
namespace {

class TaskListProperty : public testing::Test {
 protected:
  TaskListProperty() {
    if (const char* seed = ::getenv("ORCH_TEST_SEED"))
      seed_ = std::strtoul(seed, nullptr, 10);
    random_.seed(seed_);
    RecordProperty("seed", std::to_string(seed_));
  }

  std::size_t below(std::size_t limit) { return random_() % limit; }
  bool one_in(std::size_t n) { return below(n) == 0; }

  template <std::size_t N>
  std::string pick(const char* const (&choices)[N]) {
    return choices[below(N)];
  }

  // Text made of what the forms may take for something else.
  std::string text() {
    static const char* const kBits[] = {
        "a",           "word", " ",        " ",     "  ",
        "\t",          "`",    "``",       "*",     "**",
        "_",           "[",    "]",        "(",     ")",
        "<!--",        "-->",  "\\",       "[x]",   "[ ]",
        "[P]",         ":",    "-",        "#",     ">",
        "&lt;",        "|",    "\"",       ",",     "=",
        "%41",         "\xFF", "\xC3\xA9", "~",     "(depends on T9)",
        "(depends on", "<b>",  "<?",       "orch:", "title=a"};
    std::string out;
    // An id may come to stand first, so each is another one.
    for (std::size_t n = below(8); n > 0; --n)
      out += one_in(40) ? "T" + std::to_string(next_++) : pick(kBits);
    return out;
  }

  // Lines that belong to lists, quotes, code and comments, in any order.
  std::string page() {
    static const char* const kLeads[] = {"",     "",     "",       "  ",
                                         "    ", "\t",   "      ", "> ",
                                         ">",    "> > ", "- ",     "1. "};
    static const char* const kMarks[] = {"- [ ] ", "- [x] ",   "* [X] ",
                                         "+ [ ] ", "12. [ ] ", "3) [x] ",
                                         "- [ ]",  "-\t[ ]\t", "- "};
    static const char* const kLines[] = {"",    "",     "```", "~~~",   "<!--",
                                         "-->", "# h",  "---", "===",   "<div>",
                                         "[x]", "text", "***", "[a]: b"};
    const std::string end = pick({"\n", "\n", "\r\n", "\r"});
    std::string out = one_in(8) ? "\xEF\xBB\xBF" : "";
    for (std::size_t n = below(30); n > 0; --n) {
      out += pick(kLeads);
      if (one_in(3)) {
        out += pick(kLines);
      } else {
        out += pick(kMarks);
        if (one_in(2)) out += "T" + std::to_string(next_++) + " ";
        out += text();
      }
      if (n > 1 || one_in(2)) out += end;
    }
    return out;
  }

  std::string id() {
    return pick({"T", "T00", "AB-", "x.", "a-"}) + std::to_string(next_++);
  }

  std::vector<Task> tasks() {
    std::vector<Task> out;
    for (std::size_t n = below(12); n > 0; --n) {
      Task t;
      t.id = id();
      t.title = text();
      t.status = pick({"open", "doing", "blocked", "done", "dropped"});
      if (one_in(3)) t.owner = text();
      t.section = one_in(3) || out.empty() ? text() : out.back().section;
      for (std::size_t d = below(3); d > 0; --d) t.depends_on.push_back(id());
      if (one_in(2) && !out.empty()) t.parent = out[below(out.size())].id;
      out.push_back(t);
    }
    return out;
  }

  std::size_t seed_ = 20250801;
  std::size_t next_ = 1;
  std::mt19937_64 random_;
};

TEST_F(TaskListProperty, MarkingFlipsTheAskedBytesOnly) {
  std::size_t seen = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::string before = page();
    const auto items = parse(before, "f");
    std::map<std::string, bool> same, wanted;
    auto expected = items;
    std::string bytes = before;
    for (Item& item : expected) {
      ++seen;
      ASSERT_TRUE(is_task_id(item.id)) << before;
      same[item.id] = item.done;
      if (one_in(2)) continue;
      wanted[item.id] = one_in(2);
      if (wanted[item.id] == item.done) continue;
      item.done = wanted[item.id];
      bytes[item.offset] = item.done ? 'x' : ' ';
    }
    ASSERT_EQ(same.size(), items.size()) << before;
    ASSERT_EQ(mark(before, "f", same), before);
    const std::string after = mark(before, "f", wanted);
    ASSERT_EQ(after, bytes) << before;
    ASSERT_EQ(parse(after, "f"), expected) << before;
  }
  EXPECT_GT(seen, 10000U);
}

TEST_F(TaskListProperty, AnItemIsWhereItSays) {
  for (int round = 0; round < 3000; ++round) {
    const std::string text = page();
    std::size_t last = 0;
    for (const Item& item : parse(text, "f")) {
      ASSERT_GT(item.offset, last) << text;
      last = item.offset;
      ASSERT_EQ(text[item.offset - 1], '[') << text;
      ASSERT_EQ(text[item.offset + 1], ']') << text;
      std::size_t line = 1, start = 0;
      for (std::size_t i = 0; i < item.offset; ++i)
        if (text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n')) {
          ++line;
          start = i + 1;
        }
      ASSERT_EQ(item.line, line) << text;
      ASSERT_EQ(item.column, item.offset - start + 1) << text;
      ASSERT_EQ(item.title.find_first_of("\r\n"), std::string::npos) << text;
    }
  }
}

TEST_F(TaskListProperty, EveryFormGivesBackWhatWasWritten) {
  for (int round = 0; round < 3000; ++round) {
    const auto before = tasks();
    for (const Form form :
         {Form::Markdown, Form::Json, Form::Csv, Form::GitHub}) {
      const std::string bytes = write_tasks(before, form);
      ASSERT_EQ(parse_tasks(bytes, form, "f"), before) << bytes;
    }
  }
}

TEST_F(TaskListProperty, NoBytesDoMoreThanThrow) {
  for (int round = 0; round < 3000; ++round) {
    std::string bytes =
        one_in(2) ? page() : write_tasks(tasks(), static_cast<Form>(below(4)));
    for (std::size_t n = below(6); n > 0 && !bytes.empty(); --n)
      switch (below(3)) {
        case 0:
          bytes[below(bytes.size())] = static_cast<char>(below(256));
          break;
        case 1:
          bytes.erase(below(bytes.size()), below(9));
          break;
        default:
          bytes.insert(below(bytes.size()), text());
      }
    for (const Form form :
         {Form::Markdown, Form::Json, Form::Csv, Form::GitHub}) {
      try {
        const auto tasks = parse_tasks(bytes, form, "f");
        ASSERT_EQ(parse_tasks(write_tasks(tasks, form), form, "f"), tasks)
            << bytes;
      } catch (const Error& error) {
        ASSERT_EQ(error.code(), ErrorCode::Usage);
        ASSERT_EQ(std::string(error.what()).substr(0, 2), "f:") << bytes;
      }
    }
    named_tasks(bytes);
  }
}

}  // namespace
}  // namespace orch::tasklist
