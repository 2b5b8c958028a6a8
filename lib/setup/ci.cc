// SPDX-License-Identifier: MIT
#include "setup/ci.h"

#include <algorithm>
#include <set>

#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "installation/data.h"
#include "installation/installation.h"
#include "text/text.h"

namespace orch::setup {
namespace {

constexpr const char* kJobs[] = {"unit", "lint",    "build", "integration",
                                 "e2e",  "quality", "audit"};

// A target of that name, with nothing in front of it.
bool has_target(const std::string& makefile, const std::string& target) {
  for (const std::string& line : text::split(makefile, '\n'))
    if (line.starts_with(target + ":") && !line.starts_with(target + ":="))
      return true;
  return false;
}

// Where a file at the top says what kind of project it is.
const std::vector<std::pair<const char*, Commands>>& known_kinds() {
  static const std::vector<std::pair<const char*, Commands>> kKinds = {
      {"Cargo.toml",
       {{"unit", "cargo test"},
        {"lint", "cargo clippy --all-targets -- -D warnings"},
        {"build", "cargo build"}}},
      {"go.mod",
       {{"unit", "go test ./..."},
        {"lint", "go vet ./..."},
        {"build", "go build ./..."}}},
      {"package.json",
       {{"unit", "npm ci && npm test"},
        {"lint", "npm ci && npm run lint --if-present"},
        {"build", "npm ci && npm run build --if-present"},
        {"audit", "npm audit --omit=dev"}}},
      {"pyproject.toml",
       {{"unit", "python3 -m pip install . pytest && python3 -m pytest"},
        {"build", "python3 -m pip wheel --no-deps ."}}},
      {"gradlew",
       {{"unit", "./gradlew test"}, {"build", "./gradlew assemble"}}},
      {"pom.xml",
       {{"unit", "mvn -B test"}, {"build", "mvn -B -DskipTests package"}}},
      {"CMakeLists.txt",
       {{"unit",
         "cmake -S . -B build && cmake --build build && "
         "ctest --test-dir build --output-on-failure"},
        {"build", "cmake -S . -B build && cmake --build build"}}}};
  return kKinds;
}

// Where an expression ends, or a line does, nothing of ours can be trusted to
// stay in its quotes: such a command is left to the variable.
bool can_be_written(const std::string& command) {
  return !command.empty() && text::is_utf8(command) &&
         text::printable(command) == command &&
         command.find("${{") == std::string::npos &&
         command.find("}}") == std::string::npos;
}

// A text in double quotes of YAML.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

void replace_all(std::string& text, const std::string& what,
                 const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos;
       at += with.size())
    text.replace(at, what.size(), with);
}

std::string template_text(const std::string& name) {
  return file::load_contents(installation::template_directory() + "/ci/" +
                             name);
}

// A line "  @install.sh@" becomes that file; its lines stand as far in as `in`
// says: below a block of YAML one step further than the mark's own key.
void put_in_files(std::string& text) {
  std::string out;
  std::size_t indent = 0;
  for (const std::string& line : text::split(text, '\n')) {
    const std::string name(text::trim(line));
    const bool is_file = name.size() > 2 && name.starts_with('@') &&
                         name.ends_with('@') &&
                         (name.ends_with(".sh@") || name.ends_with(".yml@"));
    if (!is_file) {
      const std::size_t first = line.find_first_not_of(' ');
      if (first != std::string::npos) indent = first;
      // Below "- |", "run: |" and "services:" they stand two further in.
      if (line.ends_with('|') || line.ends_with(':')) indent += 2;
      out += line + "\n";
      continue;
    }
    for (const std::string& inner :
         text::split(template_text(name.substr(1, name.size() - 2)), '\n'))
      out += inner.empty() ? "" : std::string(indent, ' ') + inner + "\n";
  }
  out.pop_back();  // behind the last line break there is no line
  text = out;
}

std::vector<std::string> overseers_of(const Repository& repository) {
  std::vector<std::string> out;
  for (const std::string& name :
       installation::data_names(repository.orch_dir(), "roles"))
    if (installation::require_role(repository.orch_dir(), name).kind ==
        "overseer")
      out.push_back(name);
  return out;
}

// The one command that the roles test with; empty when they differ.
std::string test_of(const Repository& repository) {
  std::set<std::string> all;
  for (const std::string& name :
       installation::data_names(repository.orch_dir(), "roles"))
    if (const auto test =
            installation::require_role(repository.orch_dir(), name).test)
      all.insert(*test);
  return all.size() == 1 ? *all.begin() : "";
}

std::vector<std::string> files_at_top(const Repository& repository) {
  const std::string names = git::require(
      repository, {.args = {"ls-files", "-z", "--full-name", ":(top,glob)*"},
                   .worktree = repository.worktree});
  std::vector<std::string> out = text::split(names, '\0');
  std::erase(out, "");
  return out;
}

class Page {
 public:
  Page(Forge forge, const std::vector<std::string>& overseers,
       const Commands& commands)
      : forge_(forge), overseers_(overseers), commands_(commands) {}

  std::string text(const std::string& name) const {
    std::string out = template_text(name);
    put_in_files(out);
    for (const char* job : kJobs) {
      const auto known = commands_.find(job);
      const std::string command = known == commands_.end() ? "" : known->second;
      const std::string variable = "vars.ORCH_" + upper(job);
      replace_all(out, std::string("@and_") + job + "@",
                  command.empty() ? " && " + variable + " != ''" : "");
      replace_all(out, std::string("@") + job + "@",
                  forge_ == Forge::GitLab ? quoted(command)
                                          : expression(variable, command));
    }
    std::vector<std::string> branches;
    for (const std::string& role : overseers_)
      branches.push_back("feature/*/" + role);
    replace_all(out, "@integration_branches@", list(branches));
    for (std::string& branch : branches) branch = "!" + branch;
    branches.insert(branches.begin(), "feature/*/*");
    replace_all(out, "@implementor_branches@", list(branches));
    replace_all(out, "@integration_pattern@", pattern());
    replace_all(out, "@overseers@", text::join(overseers_, " "));
    return out;
  }

 private:
  static std::string expression(const std::string& variable,
                                const std::string& command) {
    if (command.empty()) return "${{ " + variable + " }}";
    std::string literal = command;
    replace_all(literal, "'", "''");
    return quoted("${{ " + variable + " || '" + literal + "' }}");
  }
  static std::string list(const std::vector<std::string>& items) {
    std::string out;
    for (const std::string& item : items)
      out += (out.empty() ? "'" : ", '") + item + "'";
    return "[" + out + "]";
  }
  std::string pattern() const {
    std::string names = text::join(overseers_, "|");
    replace_all(names, ".", "\\.");
    return "/^feature\\/[^\\/]+\\/(" + names + ")$/";
  }

  Forge forge_;
  const std::vector<std::string>& overseers_;
  const Commands& commands_;
};

}  // namespace

std::optional<Forge> parse_forge(std::string_view name) {
  if (name == "github") return Forge::GitHub;
  if (name == "gitlab") return Forge::GitLab;
  return std::nullopt;
}

Commands guess_commands(const std::vector<std::string>& files,
                        const std::string& makefile, const std::string& test) {
  Commands out;
  for (const auto& [name, commands] : known_kinds())
    if (std::find(files.begin(), files.end(), name) != files.end()) {
      out = commands;
      break;
    }
  for (const char* job : kJobs) {
    const std::string target = std::string(job) == "unit" ? "test" : job;
    if (has_target(makefile, target)) out[job] = "make " + target;
  }
  if (can_be_written(test)) out["unit"] = test;
  return out;
}

Workflows write_workflows(const Repository& repository, Forge forge) {
  repository::require_worktree(repository);
  const auto files = files_at_top(repository);
  const bool has_makefile =
      std::find(files.begin(), files.end(), "Makefile") != files.end();
  Workflows out;
  out.commands = guess_commands(
      files,
      has_makefile
          ? file::find_contents(file::join(repository.worktree, "Makefile"))
                .value_or("")
          : "",
      test_of(repository));
  const auto overseers = overseers_of(repository);
  const Page page(forge, overseers, out.commands);
  const std::vector<std::pair<std::string, std::string>> targets =
      forge == Forge::GitHub
          ? std::vector<std::pair<
                std::string,
                std::string>>{{".github/workflows/orch-implementor.yml",
                               "github/orch-implementor.yml"},
                              {".github/workflows/orch-overseer.yml",
                               "github/orch-overseer.yml"}}
          : std::vector<std::pair<std::string, std::string>>{
                {".gitlab/ci/orch.yml", "gitlab/orch.yml"}};
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& [target, source] : targets) {
    const std::string path = file::join(repository.worktree, target);
    const std::string text = page.text(source);
    for (std::string at = path; at != repository.worktree;
         at = file::parent_of(at))
      if (file::link_target(at))
        throw Error(ErrorCode::Exists, "'" + at + "' is a symbolic link",
                    "run it where that leads to");
    const auto present = file::find_contents(path);
    if (file::exists(path) && present != text)
      throw Error(ErrorCode::Exists,
                  "'" + path + "' is there and is not what would be written",
                  "move it away, or keep it as it is");
    (present ? out.kept : out.written).push_back(path);
    if (!present) texts.emplace_back(path, text);
  }
  for (const auto& [path, text] : texts) {
    file::make_directories(file::parent_of(path));
    file::write_atomically(path, text, 0644);
  }
  return out;
}

}  // namespace orch::setup
