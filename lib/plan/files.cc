// SPDX-License-Identifier: MIT
#include "plan/files.h"

#include <algorithm>
#include <array>
#include <vector>

namespace orch::plan {
namespace {

using Names = std::string_view;

constexpr auto kVendored = std::to_array<Names>(
    {"node_modules", "vendor", "third_party", "thirdparty", "dist",
     "bower_components", "site-packages", "__pycache__", ".venv", "venv",
     "target", ".terraform", "Pods", ".yarn"});

constexpr auto kCode = std::to_array<Names>(
    {".c",      ".cc",    ".cpp",  ".cxx",   ".h",      ".hh",   ".hpp",
     ".hxx",    ".m",     ".mm",   ".rs",    ".go",     ".zig",  ".d",
     ".java",   ".kt",    ".kts",  ".scala", ".groovy", ".clj",  ".cs",
     ".fs",     ".vb",    ".py",   ".pyx",   ".rb",     ".php",  ".pl",
     ".pm",     ".lua",   ".r",    ".R",     ".jl",     ".js",   ".jsx",
     ".mjs",    ".cjs",   ".ts",   ".tsx",   ".mts",    ".cts",  ".vue",
     ".svelte", ".swift", ".dart", ".ex",    ".exs",    ".erl",  ".hs",
     ".elm",    ".ml",    ".mli",  ".nim",   ".cr",     ".f90",  ".sql",
     ".sh",     ".bash",  ".zsh",  ".fish",  ".ps1",    ".tf",   ".hcl",
     ".sol",    ".proto", ".asm",  ".s",     ".S",      ".el",   ".lisp",
     ".scm",    ".rkt",   ".vim",  ".tcl",   ".awk",    ".html", ".css",
     ".scss",   ".less",  ".bicep"});

constexpr auto kTestDirectories =
    std::to_array<Names>({"test", "tests", "spec", "specs", "__tests__",
                          "testing", "testdata", "integration_tests"});
constexpr auto kTestNames =
    std::to_array<Names>({"*_test.?*", "*_tests.?*", "test_*.?*", "*.test.?*",
                          "*.spec.?*", "*_spec.?*", "*Test.java", "*Tests.cs",
                          "*Test.kt", "*Test.php", "conftest.py"});

constexpr auto kCi = std::to_array<Names>(
    {".github/workflows/*.yml", ".github/workflows/*.yaml", ".gitlab-ci.yml",
     ".gitlab-ci/**", ".circleci/**", ".buildkite/**", ".woodpecker/**",
     ".woodpecker.yml", ".forgejo/workflows/**", ".gitea/workflows/**",
     "azure-pipelines*.yml", "bitbucket-pipelines.yml", ".travis.yml",
     "appveyor.yml", ".appveyor.yml", ".drone.yml", ".cirrus.yml",
     "cloudbuild.yaml", "cloudbuild.yml"});
constexpr auto kCiNames =
    std::to_array<Names>({"Jenkinsfile", "Jenkinsfile.*", "*.jenkinsfile"});

constexpr auto kContainerNames = std::to_array<Names>(
    {"Dockerfile", "Dockerfile.*", "*.Dockerfile", "*.dockerfile",
     "Containerfile", "Containerfile.*", "docker-compose*.yml",
     "docker-compose*.yaml", "compose.yml", "compose.yaml", "compose.*.yml",
     "compose.*.yaml"});

template <std::size_t N>
bool holds(const std::array<Names, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <std::size_t N>
bool matches_any(const std::array<Names, N>& globs, std::string_view text) {
  return std::any_of(globs.begin(), globs.end(), [&](std::string_view glob) {
    return glob_matches(glob, text);
  });
}

// Whether a directory on the way to `path` has one of the names.
template <std::size_t N>
bool is_below(const std::array<Names, N>& names, std::string_view path) {
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/')) {
    if (holds(names, path.substr(0, slash))) return true;
    path.remove_prefix(slash + 1);
  }
  return false;
}

// Only the last '*' is ever stretched: none can reach past a slash, and between
// slashes the leftmost match of what stands before it is the best.
bool plain_glob(std::string_view glob, std::string_view text) {
  std::size_t g = 0, t = 0, star = glob.size(), from = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      from = t;
    } else if (g < glob.size() &&
               (glob[g] == '?' ? text[t] != '/' : glob[g] == text[t])) {
      ++g;
      ++t;
    } else if (star < glob.size() && text[from] != '/') {
      g = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

// With "**". Row by row: which beginnings of `text` the glob so far can match.
bool deep_glob(std::string_view glob, std::string_view text) {
  std::vector<bool> may(text.size() + 1);
  may[0] = true;
  for (std::size_t g = 0; g < glob.size(); ++g) {
    const char c = glob[g];
    if (c == '*') {
      const bool any = g + 1 < glob.size() && glob[g + 1] == '*';
      if (any) ++g;
      for (std::size_t i = 0; i < text.size(); ++i)
        if (may[i] && (any || text[i] != '/')) may[i + 1] = true;
    } else {
      for (std::size_t i = text.size(); i > 0; --i)
        may[i] =
            may[i - 1] && (c == '?' ? text[i - 1] != '/' : text[i - 1] == c);
      may[0] = false;
    }
  }
  return may[text.size()];
}

}  // namespace

std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

bool is_vendored(std::string_view path) {
  return is_below(kVendored, path) || path.ends_with(".min.js") ||
         path.ends_with(".min.css") || path.ends_with(".pb.go");
}

bool is_code(std::string_view path) {
  const std::string_view name = last_part(path);
  const std::size_t dot = name.rfind('.');
  return dot != std::string_view::npos && dot > 0 &&
         holds(kCode, name.substr(dot)) && !is_vendored(path);
}

bool is_test(std::string_view path) {
  return !is_vendored(path) && (is_below(kTestDirectories, path) ||
                                matches_any(kTestNames, last_part(path)));
}

bool is_ci(std::string_view path) {
  return matches_any(kCi, path) ||
         (!is_vendored(path) && matches_any(kCiNames, last_part(path)));
}

bool is_container(std::string_view path) {
  return !is_vendored(path) && matches_any(kContainerNames, last_part(path));
}

bool glob_matches(std::string_view glob, std::string_view text) {
  return glob.find("**") == std::string_view::npos ? plain_glob(glob, text)
                                                   : deep_glob(glob, text);
}

}  // namespace orch::plan
