// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

// Tasks in the forms that other tools read and write. Pure.
namespace orch::tasklist {

struct Task {
  std::string id;
  std::string title;
  std::string status = "open";  // open, doing, blocked, done, dropped
  std::string owner;            // may be empty
  std::vector<std::string> depends_on;
  std::string section;  // may be empty
  std::string parent;   // may be empty
  bool held = false;    // blocked by hand, whatever it waits for, too

  bool operator==(const Task&) const = default;
};

enum class Form { Markdown, Json, Csv, GitHub };

// The form that a name means: md, json, csv, github. Throws UsageError.
Form form_of(std::string_view name);
// The form of a file: by its name's end (.md, .markdown, .json, .csv) and, for
// JSON, by whether it is a list whose first entry has no id of ours. Throws
// UsageError for another name.
Form guess_form(std::string_view bytes, const std::string& file);

// parse(write(x)) gives x again in every form. An id, a status or a parent that
// could not be, a duplicate id, and a title, owner or section of more than one
// line or with a NUL byte throw Error{Usage}.
//
// Markdown: a page as tasklist.h reads it, nested and under headings. What it
//   has no form for stands in a note, a comment that readers do not see:
//   <!-- orch: owner=001-x/impl-api status=doing -->. A ticked box is done,
//   whatever the note says. [P] and [US1] are read past, not kept.
// Json: {"tasks":[{id,title,status,owner,depends_on,section,parent}]}, with
//   "held":true where that is so, as the other forms only then say it; read
//   also as the list alone and as a verb prints it. Only id is required.
// Csv: RFC 4180 with a heading of the same names; read in any order, also with
//   other columns. Only id and title are required; depends_on is parted by
//   blanks. Cells are exact: no guard against spreadsheet formulas.
// GitHub: what the REST API takes and gives for issues, also what `gh issue
//   list --json number,title,body,state,labels` prints. Title "T001: title";
//   doing, blocked and dropped are labels ("status:doing"); id, owner,
//   dependencies, section and parent a note in the body; assignees are accounts
//   of people, so none is written or read. An issue without an id becomes
//   GH-<number>; pull requests are passed over.
std::string write_tasks(const std::vector<Task>& tasks, Form form);
// Errors name file:line:column; in JSON the number of the entry. An empty
// status is open.
std::vector<Task> parse_tasks(std::string_view bytes, Form form,
                              const std::string& file);

}  // namespace orch::tasklist
