// SPDX-License-Identifier: MIT
#include <algorithm>

#include "permission/git_call.h"
#include "permission/pathspec.h"
#include "permission/permission.h"
#include "permission/shell.h"
#include "text/text.h"

namespace orch::permission {
namespace {

constexpr char kPaths[] = "guards.paths";
constexpr std::string_view kPatch = "*** Begin Patch";

bool matches_any(const std::vector<std::string>& pathspecs,
                 std::string_view path) {
  return std::any_of(
      pathspecs.begin(), pathspecs.end(),
      [&](const std::string& p) { return parse_pathspec(p).matches(path); });
}

// gh, glab and hub: a merge there moves the base on the server.
std::optional<Refusal> judge_forge(const policy::WorktreeRules& rules,
                                   const Command& command,
                                   std::int64_t now_ms) {
  const std::string program = program_name(command.words[0]);
  if (program != "gh" && program != "glab" && program != "hub")
    return std::nullopt;
  const Arguments a = arguments_of(
      {command.words.begin() + 1, command.words.end()}, "-R --repo");
  const std::string noun = a.names.empty() ? "" : a.names[0];
  const std::string verb = a.names.size() < 2 ? "" : a.names[1];
  const bool on_requests = noun == "pr" || noun == "mr";
  if ((on_requests && (verb == "merge" || verb == "accept")) ||
      (program == "hub" && noun == "merge"))
    return refuse_push(rules, rules.base, now_ms);
  if ((on_requests && (verb == "create" || verb == "new")) ||
      (program == "hub" && noun == "pull-request"))
    return refuse_pull_request(rules, now_ms);
  return std::nullopt;
}

// "a/./b/../c" as "a/c".
std::string plain_path(const std::string& path) {
  std::vector<std::string> parts;
  for (const std::string& part : text::split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty())
      parts.pop_back();
    else if (part != "..")
      parts.push_back(part);
  }
  return "/" + text::join(parts, "/");
}

// From the top of the worktree; empty: outside of it.
std::string path_within(const std::string& path, const std::string& directory,
                        const std::string& worktree) {
  const std::string whole =
      plain_path(path.starts_with('/') ? path : directory + "/" + path);
  const std::string front = plain_path(worktree) + "/";
  return whole.starts_with(front) ? whole.substr(front.size()) : "";
}

// The files that a patch in Codex' form names.
std::vector<std::string> paths_in_patch(const std::string& patch) {
  std::vector<std::string> out;
  if (patch.find(kPatch) == std::string::npos) return out;
  for (const std::string& line : text::split(patch, '\n'))
    for (const std::string_view front : {"*** Add File: ", "*** Update File: ",
                                         "*** Delete File: ", "*** Move to: "})
      if (line.starts_with(front))
        out.emplace_back(
            text::trim(std::string_view(line).substr(front.size())));
  return out;
}

// Tools that change files, as the CLIs name them.
bool edits(const std::string& tool) {
  static const std::vector<std::string> kTools = {
      "Edit",    "Write", "MultiEdit", "NotebookEdit", "write_file",
      "replace", "edit",  "write",     "multiedit",    "patch"};
  return std::find(kTools.begin(), kTools.end(), tool) != kTools.end();
}

std::string text_in(const json::Value& object, std::string_view key) {
  const std::string* value = object[key].as_string();
  return value ? *value : "";
}

// A list, as ["bash", "-lc", "git push"].
std::optional<Refusal> judge_words(const policy::WorktreeRules& rules,
                                   const json::Array& list,
                                   std::int64_t now_ms) {
  std::string line;
  for (const json::Value& word : list) {
    const std::string* text = word.as_string();
    if (!text) return std::nullopt;
    line += line.empty() ? "'" : " '";
    for (const char c : *text) line += c == '\'' ? "'\\''" : std::string(1, c);
    line += "'";
  }
  return judge_command(rules, line, now_ms);
}

}  // namespace

std::optional<Refusal> judge_command(const policy::WorktreeRules& rules,
                                     std::string_view line,
                                     std::int64_t now_ms) {
  for (const Command& command : commands_of(line)) {
    if (command.words.empty()) continue;
    if (const auto git = git_call_of(command)) {
      if (auto refusal = judge_git(rules, *git, now_ms)) return refusal;
    } else if (auto refusal = judge_forge(rules, command, now_ms)) {
      return refusal;
    }
  }
  return std::nullopt;
}

std::optional<Refusal> judge_path(const policy::WorktreeRules& rules,
                                  std::string_view path, std::int64_t now_ms) {
  if (path.empty() || !blocks(rules, kPaths, now_ms)) return std::nullopt;
  const bool outside =
      !rules.allow_paths.empty() && !matches_any(rules.allow_paths, path);
  if (!outside && !matches_any(rules.deny_paths, path) &&
      !matches_any(rules.guards.protected_paths, path))
    return std::nullopt;
  return Refusal{
      kPaths,
      "role '" + rules.role() + "' may not change '" + std::string(path) + "'",
      "to ask for it: git orch ask change_paths -m WHY"};
}

std::optional<Refusal> judge_tool(const policy::WorktreeRules& rules,
                                  const json::Value& call,
                                  const std::string& worktree,
                                  std::int64_t now_ms) {
  const json::Value& input = call["tool_input"];
  const std::string tool = text_in(call, "tool_name");
  std::string directory = text_in(call, "cwd");
  if (!directory.starts_with('/')) directory = worktree;
  std::vector<std::string> paths;
  if (const json::Array* list = input["command"].as_array())
    if (auto refusal = judge_words(rules, *list, now_ms)) return refusal;
  for (const char* key : {"command", "patchText", "input"}) {
    const std::string text = text_in(input, key);
    // A shell may be given one, too, in a here-document.
    for (std::string& path : paths_in_patch(text))
      paths.push_back(std::move(path));
    if (std::string_view(key) == "command" &&
        !text::trim(text).starts_with(kPatch))
      if (auto refusal = judge_command(rules, text, now_ms)) return refusal;
  }
  if (edits(tool))
    for (const char* key :
         {"file_path", "notebook_path", "filePath", "absolute_path", "path"})
      if (const std::string path = text_in(input, key); !path.empty())
        paths.push_back(path);
  for (const std::string& path : paths)
    if (auto refusal =
            judge_path(rules, path_within(path, directory, worktree), now_ms))
      return refusal;
  return std::nullopt;
}

}  // namespace orch::permission
