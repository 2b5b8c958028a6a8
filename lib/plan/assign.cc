// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "plan/document.h"
#include "plan/team.h"
#include "plan/words.h"

namespace orch::plan {
namespace {

constexpr auto kProgramming = std::to_array<std::string_view>(
    {"implement", "implementation", "code",        "api",      "function",
     "method",    "class",          "module",      "bug",      "bugfix",
     "test",      "refactor",       "refactoring", "library",  "libraries",
     "cli",       "parser",         "parse",       "compiler", "endpoint",
     "algorithm", "program",        "app",         "sdk",      "frontend",
     "backend",   "unittest",       "regression"});

std::string programming_word_in(std::string_view text) {
  for (std::string& word : words_in(text))
    for (const std::string_view stem : kProgramming)
      if (is_form_of(word, stem)) return std::move(word);
  return {};
}

// How many of the skills the words have, one of several words in a row.
std::size_t count_skills(const std::vector<std::string>& words,
                         const std::vector<std::string>& skills) {
  return static_cast<std::size_t>(
      std::count_if(skills.begin(), skills.end(), [&](const auto& skill) {
        const std::vector<std::string> row = words_in(skill);
        return !row.empty() &&
               std::search(words.begin(), words.end(), row.begin(), row.end(),
                           [](const auto& word, const auto& stem) {
                             return is_form_of(word, stem);
                           }) != words.end();
      }));
}

}  // namespace

std::string programming_word(const Spec& spec) {
  std::vector<const std::string*> texts = {&spec.title, &spec.goal};
  for (const auto* list : {&spec.requirements, &spec.deliverables})
    for (const std::string& text : *list) texts.push_back(&text);
  for (const SpecTask& task : spec.tasks) texts.push_back(&task.title);
  for (const std::string* text : texts)
    if (std::string word = programming_word_in(*text); !word.empty())
      return word;
  return {};
}

std::string role_for(const std::string& title,
                     const std::vector<role::Role>& members) {
  const std::vector<std::string> words = words_in(title);
  const role::Role* best = nullptr;
  std::size_t most = 0;
  std::vector<std::string> implementors;
  for (const role::Role& role : members) {
    if (role.kind == "implementor") implementors.push_back(role.name);
    const std::size_t count = count_skills(words, role.skills);
    if (count <= most) continue;
    best = &role;
    most = count;
  }
  if (best) return best->name;
  return implementors.size() == 1 ? implementors[0] : "";
}

std::vector<PlannedTask> assign(const Spec& spec,
                                const std::vector<role::Role>& members) {
  std::set<std::string> done;
  for (const SpecTask& task : spec.tasks)
    if (task.done) done.insert(task.id);
  std::vector<PlannedTask> out;
  for (const SpecTask& task : spec.tasks) {
    if (task.done) continue;
    PlannedTask planned = {
        task.id, task.title, role_for(task.title, members), task.phase, {}};
    for (const std::string& id : task.depends_on)
      if (!done.contains(id)) planned.depends_on.push_back(id);
    out.push_back(std::move(planned));
  }
  return out;
}

std::vector<Phase> phases_of(const std::vector<PlannedTask>& tasks) {
  std::vector<Phase> phases;
  std::map<std::string, std::size_t> places;
  for (const PlannedTask& task : tasks) {
    if (task.phase.empty()) continue;
    const auto [place, fresh] = places.emplace(task.phase, phases.size());
    if (fresh) phases.push_back({task.phase, {}});
    phases[place->second].tasks.push_back(task.id);
  }
  return phases;
}

}  // namespace orch::plan
