// SPDX-License-Identifier: MIT
#include "launch/source.h"

#include <glob.h>

#include <algorithm>
#include <array>

#include "error/error.h"
#include "file/file.h"
#include "json/value.h"
#include "text/sha256.h"
#include "text/text.h"

namespace orch::launch {
namespace {

// Of a folder of spec-kit, in the order of Source::texts.
constexpr std::array<const char*, 3> kFolderFiles = {"spec.md", "plan.md",
                                                     "tasks.md"};
constexpr std::int64_t kMostBytes = std::int64_t{1} << 20;

std::string digest_of(std::string_view bytes) {
  return text::hex(text::sha256(bytes));
}

bool is_pattern(const std::string& operand) {
  return operand.find_first_of("*?[") != std::string::npos;
}

// Bounded before anything of it is read.
std::string load(const std::string& path) {
  const auto size = file::regular_size(path);
  if (!size)
    throw Error(ErrorCode::Usage, "'" + path + "' is no regular file",
                "name a file with the specification");
  if (*size > kMostBytes)
    throw Error(ErrorCode::Usage, path + ":1:1: the text is above 1 MiB",
                "a specification says what to build; leave data out of it");
  return file::load_contents(path);
}

std::string load_if_there(const std::string& path) {
  return file::exists(path) ? load(path) : std::string();
}

[[noreturn]] void refuse_missing(const std::string& operand) {
  const std::string path = file::resolve(operand);
  const std::string near =
      text::nearest(file::name_of(path), file::names_in(file::parent_of(path)));
  throw Error(ErrorCode::UnknownName, "there is no file '" + operand + "'",
              near.empty() ? "name a specification: a file, a directory or a "
                             "pattern"
                           : "did you mean '" +
                                 operand.substr(0, operand.rfind('/') + 1) +
                                 near + "'?");
}

bool is_folder(const std::string& path) {
  return file::is_directory(path) && file::exists(file::join(path, "spec.md"));
}

Source folder_of(const std::string& path, std::vector<std::string> texts) {
  Source out{
      .kind = Source::Kind::Folder,
      .path = file::join(path, kFolderFiles[0]),
      .digest = digest_of(texts[0] + '\0' + texts[1] + '\0' + texts[2]),
      .spec = plan::parse_spec_folder(texts[0], texts[1], texts[2], path),
      .plan = {},
      .texts = {}};
  out.texts = std::move(texts);
  return out;
}

Source read_folder(const std::string& path) {
  return folder_of(path, {load(file::join(path, kFolderFiles[0])),
                          load_if_there(file::join(path, kFolderFiles[1])),
                          load_if_there(file::join(path, kFolderFiles[2]))});
}

Source file_of(const std::string& path, const std::string& bytes) {
  Source out{.kind = Source::Kind::Spec,
             .path = path,
             .digest = digest_of(bytes),
             .spec = {},
             .plan = {},
             .texts = {bytes}};
  if (plan::is_plan(bytes)) {
    out.kind = Source::Kind::Plan;
    out.plan = plan::parse_plan(bytes, path);
  } else {
    for (const char* end : {".yaml", ".yml", ".json"})
      if (path.ends_with(end))
        throw Error(ErrorCode::Usage, path + ":1:1: 'plan: 1' is missing",
                    "git orch plan <spec> -o <file> writes a plan");
    out.spec = plan::parse_spec(bytes, path);
  }
  return out;
}

std::vector<std::string> matches(const std::string& pattern) {
  ::glob_t found{};
  std::vector<std::string> out;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
    out.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  return out;
}

// Pages that lie in every directory and specify nothing.
bool is_about_the_place(const std::string& name) {
  static const std::vector<std::string> kNames = {
      "README.md",          "AGENTS.md",   "CLAUDE.md",
      "CHANGELOG.md",       "LICENSE.md",  "CONTRIBUTING.md",
      "CODE_OF_CONDUCT.md", "SECURITY.md", "constitution.md"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

// In a directory and behind a pattern; what is named by itself counts.
bool is_passed_over(const std::string& path) {
  const std::string name = file::name_of(path);
  return name.starts_with('.') || is_about_the_place(name) ||
         file::link_target(path);
}

// What a directory without a spec.md holds.
std::vector<std::string> entries_of(const std::string& directory) {
  std::vector<std::string> out;
  for (const std::string& name : file::names_in(directory)) {
    const std::string path = file::join(directory, name);
    if (is_passed_over(path)) continue;
    if (is_folder(path) || (name.ends_with(".md") && !file::is_directory(path)))
      out.push_back(path);
  }
  if (out.empty())
    throw Error(ErrorCode::UnknownName,
                "there is no specification in '" + directory + "'",
                "a directory counts by its *.md files and its folders with a "
                "spec.md");
  return out;
}

std::vector<std::string> paths_of(const std::string& operand) {
  if (file::is_directory(operand) && !is_folder(operand))
    return entries_of(operand);
  if (file::exists(operand) || !is_pattern(operand)) return {operand};
  const auto found = matches(operand);
  if (found.empty())
    throw Error(ErrorCode::UnknownName, "nothing matches '" + operand + "'",
                "name a specification: a file, a directory or a pattern");
  std::vector<std::string> out;
  for (const std::string& path : found) {
    if (is_passed_over(path)) continue;
    for (std::string& one : paths_of(path)) out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

Source read_source(const std::string& operand) {
  if (!file::exists(operand)) refuse_missing(operand);
  const std::string path = file::resolve(operand);
  return is_folder(path) ? read_folder(path) : file_of(path, load(path));
}

std::string Source::spec_id() const {
  if (kind == Kind::Plan) return plan.spec_id;
  const std::string id = plan::spec_id_of(path);
  return id.empty() ? "spec-" + digest.substr(0, 8) : id;
}

std::vector<Source> read_sources(const std::vector<std::string>& operands,
                                 std::vector<std::string>& repeated) {
  std::vector<Source> out;
  for (const std::string& operand : operands)
    for (const std::string& path : paths_of(operand)) {
      Source source = read_source(path);
      const bool is_there = std::any_of(
          out.begin(), out.end(),
          [&](const Source& s) { return s.digest == source.digest; });
      if (is_there) {
        repeated.push_back(source.path);
        continue;
      }
      for (const Source& other : out)
        if (other.spec_id() == source.spec_id())
          throw Error(ErrorCode::Usage,
                      "'" + other.path + "' and '" + source.path +
                          "' are both called '" + source.spec_id() + "'",
                      "rename one, or write its plan with -o and another "
                      "spec_id");
      out.push_back(std::move(source));
    }
  return out;
}

std::string kept_text(const Source& source) {
  return json::to_text(json::Object{{"texts", source.texts}});
}

Source kept_source(const std::string& text, const std::string& path) {
  const auto kept = json::parse(text);
  std::vector<std::string> texts;
  if (kept)
    if (const json::Array* all = (*kept)["texts"].as_array())
      for (const json::Value& one : *all)
        if (const std::string* t = one.as_string()) texts.push_back(*t);
  if (texts.size() == 1) return file_of(path, texts[0]);
  if (texts.size() == kFolderFiles.size())
    return folder_of(file::parent_of(path), std::move(texts));
  throw Error(ErrorCode::Corrupt,
              "the queue does not hold the text of '" + path + "'",
              "git orch queue add " + path);
}

bool is_unchanged(const Source& source) {
  const bool folder = source.kind == Source::Kind::Folder;
  try {
    return read_source(folder ? file::parent_of(source.path) : source.path)
               .digest == source.digest;
  } catch (const Error&) {
    return false;  // gone, or no specification any more
  }
}

std::string write_copy(const Source& source, const std::string& directory) {
  if (source.kind != Source::Kind::Folder) {
    file::make_private_directories(directory);
    std::string path = file::join(directory, file::name_of(source.path));
    file::write_atomically(path, source.texts.at(0), 0600);
    return path;
  }
  const std::string folder =
      file::join(directory, file::name_of(file::parent_of(source.path)));
  file::make_private_directories(folder);
  for (std::size_t i = 0; i < kFolderFiles.size(); ++i)
    if (!source.texts.at(i).empty())
      file::write_atomically(file::join(folder, kFolderFiles[i]),
                             source.texts.at(i), 0600);
  return file::join(folder, kFolderFiles[0]);
}

}  // namespace orch::launch
