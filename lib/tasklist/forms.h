// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "tasklist/formats.h"

// The forms of formats.h, one source file each. Writers get checked tasks;
// readers leave the checks that `Checked` makes to it.
namespace orch::tasklist {

// Collects what a reader finds. `where` ("f.csv:2:1: ", "f.json: entry 2: ")
// begins the messages of the errors that it throws.
class Checked {
 public:
  void add(Task task, const std::string& where);
  std::vector<Task> take() { return std::move(tasks_); }

 private:
  std::vector<Task> tasks_;
  std::unordered_set<std::string> ids_;
};

std::string write_markdown(const std::vector<Task>& tasks);
std::string write_json(const std::vector<Task>& tasks);
std::string write_csv(const std::vector<Task>& tasks);
std::string write_github(const std::vector<Task>& tasks);

std::vector<Task> parse_markdown(std::string_view bytes,
                                 const std::string& file);
std::vector<Task> parse_json(std::string_view bytes, const std::string& file);
std::vector<Task> parse_csv(std::string_view bytes, const std::string& file);
std::vector<Task> parse_github(std::string_view bytes, const std::string& file);

}  // namespace orch::tasklist
