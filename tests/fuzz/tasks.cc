// SPDX-License-Identifier: MIT
//
// Task lists: the page that people write, and the forms of other tools.
#include <map>

#include "error/error.h"
#include "fuzz/targets.h"
#include "tasklist/formats.h"
#include "tasklist/tasklist.h"
#include "tasklist/words.h"

namespace orch::fuzz {
namespace {

using tasklist::Form;

// Ticks every second box and clears the others: only bytes between brackets
// change, and what is read back is the same but for the marks.
void check_marks(std::string_view page,
                 const std::vector<tasklist::Item>& items) {
  std::map<std::string, bool> wanted;
  for (std::size_t i = 0; i < items.size(); ++i)
    wanted[items[i].id] = i % 2 == 0;
  const std::string marked = tasklist::mark(page, "f.md", wanted);
  require(marked.size() == page.size(), "a mark takes the place of a byte");
  auto again = tasklist::parse(marked, "f.md");
  require(again.size() == items.size(), "marks make and take no items");
  for (std::size_t i = 0; i < again.size(); ++i) {
    require(again[i].done == wanted.at(items[i].id), "a mark is read back");
    again[i].done = items[i].done;
    require(again[i] == items[i], "a mark changes nothing else");
  }
  require(tasklist::mark(marked, "f.md", wanted) == marked,
          "marking twice changes nothing");
}

void check_page(std::string_view page) {
  std::vector<tasklist::Item> items;
  try {
    items = tasklist::parse(page, "f.md");
  } catch (const Error&) {
    return;
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    const tasklist::Item& item = items[i];
    require(tasklist::is_task_id(item.id), "an item has a proper id");
    require(item.offset < page.size(), "an item stands in the text");
    require(item.title.find('\n') == std::string::npos, "a title is a line");
    require(i == 0 || items[i - 1].offset < item.offset, "items have an order");
  }
  check_marks(page, items);
}

// What is read in one form can be written in every one, and comes back.
void check_form(std::string_view bytes, Form form) {
  std::vector<tasklist::Task> tasks;
  try {
    tasks = tasklist::parse_tasks(bytes, form, "f");
  } catch (const Error&) {
    return;
  }
  for (const Form other : {Form::Markdown, Form::Json, Form::Csv, Form::GitHub})
    require(tasklist::parse_tasks(tasklist::write_tasks(tasks, other), other,
                                  "f") == tasks,
            "parse_tasks(write_tasks(x)) is x");
}

}  // namespace

void tasks(std::string_view input) {
  check_page(input);
  for (const Form form : {Form::Markdown, Form::Json, Form::Csv, Form::GitHub})
    check_form(input, form);
}

}  // namespace orch::fuzz
