// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>

#include "plan/files.h"
#include "plan/team.h"
#include "unit/plan/layouts.h"
#include "unit/scratch.h"

namespace orch::plan {
namespace {

using Texts = std::vector<std::string>;

role::Team team(const std::string& name,
                std::vector<role::Indicator> indicators) {
  role::Team out;
  out.name = name;
  out.indicators = std::move(indicators);
  return out;
}

std::string type_of(const std::string& layout) {
  const Texts files = test::layout(layout);
  EXPECT_GT(files.size(), 10U) << layout;
  const Kind kind = detect(files, test::teams()).kind;
  return kind.team + " by " + kind.decided_by;
}

TEST(Detect, KnowsRealRepositories) {
  EXPECT_EQ(type_of("spf13+cobra"), "code_project by go.mod");
  EXPECT_EQ(type_of("sharkdp+fd"), "code_project by Cargo.toml");
  EXPECT_EQ(type_of("expressjs+express"), "code_project by package.json");
  EXPECT_EQ(type_of("psf+requests"), "code_project by pyproject.toml");
  EXPECT_EQ(type_of("terraform-aws-modules+terraform-aws-vpc"),
            "infrastructure_as_code by *.tf in 77 of 111 files");
  EXPECT_EQ(type_of("geerlingguy+mac-dev-playbook"),
            "system_deployment by ansible.cfg");
  EXPECT_EQ(type_of("ansible+ansible-examples"),
            "system_deployment by phillips_hue/ansible.cfg");
  EXPECT_EQ(type_of("dbt-labs+jaffle_shop"),
            "data_pipeline by dbt_project.yml");
}

TEST(Detect, IsACodeProjectWithoutAnySign) {
  for (const Texts& files : {Texts{}, Texts{"README", "a/b.c"}}) {
    const Detection found = detect(files, test::teams());
    EXPECT_EQ(found.kind.team, "code_project");
    EXPECT_EQ(found.kind.confidence, 0);
    EXPECT_EQ(found.kind.decided_by, "");
    EXPECT_TRUE(found.kind.because.empty());
    EXPECT_EQ(found.scores.size(), 4U);
  }
  EXPECT_EQ(detect({"go.mod"}, {}).kind.team, "code_project");
}

TEST(Detect, SaysWhatCounted) {
  const Detection found = detect(
      {"a/Cargo.toml", "terraform/x", "infra/etl/y", "go.mod"}, test::teams());
  EXPECT_EQ(found.kind.because, (Texts{"go.mod (code_project, 10)",
                                       "terraform/ (infrastructure_as_code, 6)",
                                       "a/Cargo.toml (code_project, 5)",
                                       "terraform/ (system_deployment, 3)",
                                       "infra/etl/ (data_pipeline, 3)"}));
  EXPECT_EQ(found.kind.confidence, 56);
  ASSERT_EQ(found.scores.size(), 4U);
  EXPECT_EQ(found.scores[0].team, "code_project");
  EXPECT_EQ(found.scores[0].score, 15);
  // Of equal scores, the name.
  EXPECT_EQ(found.scores[2].team, "data_pipeline");
  EXPECT_EQ(found.scores[3].team, "system_deployment");
}

TEST(Detect, CountsOnceAndHalfBelowTheTop) {
  const std::vector<role::Team> teams = {team("a", {{"x.toml", 10}})};
  const auto score = [&](const Texts& files) {
    return detect(files, teams).scores[0].score;
  };
  EXPECT_EQ(score({"x.toml", "b/x.toml", "c/x.toml"}), 10);
  EXPECT_EQ(score({"b/x.toml", "c/x.toml"}), 5);
  EXPECT_EQ(score({"b/x.toml.bak", "yx.toml"}), 0);
}

TEST(Detect, MatchesNamesDirectoriesAndGlobs) {
  const auto score = [](const std::string& pattern, const Texts& files) {
    return detect(files, {team("a", {{pattern, 8}})}).scores[0].score;
  };
  EXPECT_EQ(score("ops/", {"ops/x"}), 8);
  EXPECT_EQ(score("ops/", {"a/ops/x"}), 4);
  EXPECT_EQ(score("ops/", {"ops", "devops/x", "a/ops"}), 0);
  EXPECT_EQ(score("a/ops/", {"a/ops/x"}), 8);
  EXPECT_EQ(score("a/ops/", {"b/a/ops/x"}), 0);
  EXPECT_EQ(score("*_deployment_*.md", {"web_deployment_plan.md"}), 8);
  EXPECT_EQ(score("*.service", {"a/b/x.service"}), 4);
  EXPECT_EQ(score("deploy/*.yml", {"deploy/x.yml"}), 8);
  EXPECT_EQ(score("deploy/*.yml", {"deploy/a/x.yml", "a/deploy/x.yml"}), 0);
  EXPECT_EQ(score("deploy/**.yml", {"deploy/a/x.yml"}), 8);
  EXPECT_EQ(score("a?c", {"abc"}), 8);
  EXPECT_EQ(score("a?c", {"ac", "a/c", "abbc"}), 0);
}

TEST(Detect, StretchesAStarOnlyBetweenSlashes) {
  for (const auto& [glob, text] :
       std::vector<std::pair<std::string, std::string>>{{"*", ""},
                                                        {"*a*b", "xaxabab"},
                                                        {"*/*b", "a/cb"},
                                                        {"**b", "a/b"},
                                                        {"a**", "a"},
                                                        {"a/**/c", "a/b/b/c"},
                                                        {"?*?", "abc"}})
    EXPECT_TRUE(glob_matches(glob, text)) << glob << " " << text;
  for (const auto& [glob, text] :
       std::vector<std::pair<std::string, std::string>>{{"", "a"},
                                                        {"*a*b", "xa/b"},
                                                        {"*b", "a/b"},
                                                        {"*/b", "a/c/b"},
                                                        {"a/*", "a/b/c"},
                                                        {"**/a", "a"},
                                                        {"a?", "a/"},
                                                        {"?*?", "a"}})
    EXPECT_FALSE(glob_matches(glob, text)) << glob << " " << text;
}

TEST(Detect, CountsTheShareOfFiles) {
  const std::vector<role::Team> teams = {team("a", {test::share("*.tf", 30)})};
  const Detection found = detect({"a.tf", "x/b.tf", "c", "d"}, teams);
  EXPECT_EQ(found.scores[0].score, 15);
  EXPECT_EQ(found.kind.because, (Texts{"*.tf in 2 of 4 files (a, 15)"}));
}

TEST(Detect, ReadsPastWhatIsCopiedIn) {
  EXPECT_EQ(detect({"node_modules/x/package.json", "vendor/go.mod",
                    "a/third_party/pom.xml", "dist/Gemfile"},
                   test::teams())
                .kind.confidence,
            0);
}

TEST(Detect, DoesNotDependOnOrder) {
  Texts files = {"b/go.mod", "a/go.mod", "x.csv", "etl/a", "z.tf"};
  std::vector<role::Team> teams = test::teams();
  const Kind kind = detect(files, teams).kind;
  std::reverse(files.begin(), files.end());
  std::reverse(teams.begin(), teams.end());
  Kind turned = detect(files, teams).kind;
  std::sort(turned.because.begin(), turned.because.end());
  Kind sorted = kind;
  std::sort(sorted.because.begin(), sorted.because.end());
  EXPECT_EQ(turned, sorted);
}

TEST(Detect, PrefersMoreSignsThenTheName) {
  const std::vector<role::Team> teams = {team("c", {{"x", 10}}),
                                         team("b", {{"x", 5}, {"y", 5}}),
                                         team("a", {{"x", 10}})};
  const Detection found = detect({"x", "y"}, teams);
  EXPECT_EQ(found.scores[0].team + found.scores[1].team + found.scores[2].team,
            "bac");
  EXPECT_EQ(found.kind.confidence, 33);
}

Size size_of(std::size_t code, std::size_t others, const Texts& more = {}) {
  Texts files = more;
  for (std::size_t i = 0; i < code; ++i)
    files.push_back("src/" + std::to_string(i) + ".cc");
  for (std::size_t i = 0; i < others; ++i)
    files.push_back("doc/" + std::to_string(i) + ".md");
  return measure(files);
}

TEST(Measure, FollowsTheFormula) {
  EXPECT_EQ(size_of(0, 0).complexity, 0);
  EXPECT_EQ(size_of(0, 0).name, "small");
  EXPECT_EQ(size_of(0, 0).agents, 3);
  EXPECT_DOUBLE_EQ(size_of(20, 80).complexity, 3);
  EXPECT_DOUBLE_EQ(size_of(500, 500).complexity, 15);
  EXPECT_EQ(size_of(500, 500).name, "large");
  EXPECT_EQ(size_of(500, 500).agents, 8);
  EXPECT_EQ(size_of(40, 59).name, "small");   // 4.99
  EXPECT_EQ(size_of(40, 60).name, "medium");  // 5
  EXPECT_EQ(size_of(40, 60).agents, 5);
  EXPECT_EQ(size_of(99, 201 - 1).name, "large");  // 9.9 + 2.99
  const Size size = size_of(
      10, 86,
      {"tests/a.cc", ".github/workflows/ci.yml", "Dockerfile", "z/Dockerfile"});
  EXPECT_EQ(size.because,
            (Texts{"11 code files: 1.1", "100 files: 1",
                   "tests (tests/a.cc): 2", "CI (.github/workflows/ci.yml): 2",
                   "containers (Dockerfile): 1"}));
  EXPECT_DOUBLE_EQ(size.complexity, 7.1);
  EXPECT_EQ(measure({"a.cc"}).because[0], "1 code file: 0.1");
}

TEST(Measure, KnowsTestsCiAndContainers) {
  const auto because = [](const std::string& path) {
    const Texts lines = measure({path}).because;
    return lines.size() == 3 ? lines[2] : std::to_string(lines.size());
  };
  for (const char* path :
       {"test/a", "a/tests/b", "__tests__/x.js", "spec/a.rb", "a_test.go",
        "test_a.py", "a.spec.ts", "x/a.test.js", "conftest.py", "FooTest.java"})
    EXPECT_EQ(because(path), "tests (" + std::string(path) + "): 2");
  for (const char* path : {"a.md", "latest/a", "contest.py", "test", "a_test",
                           "vendor/a_test.go", "node_modules/x/test/a.js"})
    EXPECT_EQ(because(path), "2") << path;
  for (const char* path :
       {".github/workflows/a.yaml", ".gitlab-ci.yml", "Jenkinsfile",
        "ci/Jenkinsfile", ".circleci/config.yml", "azure-pipelines.yml",
        "azure-pipelines-x.yml", ".travis.yml"})
    EXPECT_EQ(because(path), "CI (" + std::string(path) + "): 2");
  for (const char* path : {".github/dependabot.yml", "a/.gitlab-ci.yml"})
    EXPECT_EQ(because(path), "2") << path;
  for (const char* path :
       {"Dockerfile", "a/Dockerfile.dev", "docker-compose.yml",
        "docker-compose.dev.yaml", "compose.yaml", "Containerfile"})
    EXPECT_EQ(because(path), "containers (" + std::string(path) + "): 1");
}

TEST(Measure, CountsNoCopiedCode) {
  for (const char* path :
       {"node_modules/a.js", "x/vendor/a.go", "third_party/a.c", "dist/a.js",
        "a.min.js", "README.md", "a", ".sh", "a.json"})
    EXPECT_EQ(measure({path}).because[0], "0 code files: 0") << path;
}

TEST(Measure, TakesASizeByName) {
  EXPECT_EQ(size_named("small")->agents, 3);
  EXPECT_EQ(size_named("medium")->agents, 5);
  EXPECT_EQ(size_named("large")->agents, 8);
  EXPECT_EQ(size_named("large")->because, (Texts{"asked for"}));
  EXPECT_FALSE(size_named("auto"));
  EXPECT_FALSE(size_named(""));
}

TEST(Measure, KnowsSubscriptions) {
  EXPECT_EQ(cap_of("pro"), 3);
  EXPECT_EQ(cap_of("max5"), 5);
  EXPECT_EQ(cap_of("max20"), 8);
  EXPECT_EQ(cap_of("console"), 10);
  EXPECT_EQ(cap_of("1"), 1);
  EXPECT_EQ(cap_of("100"), 100);
  EXPECT_EQ(orch::test::thrown_by([] { cap_of("prp"); }),
            "usage: unknown plan 'prp', did you mean 'pro'?");
  for (const char* bad : {"0", "101", "-1", "3x", "", " 3", "99999999999"})
    EXPECT_TRUE(orch::test::thrown_by([&] {
                  cap_of(bad);
                }).starts_with("usage: unknown plan '"))
        << bad;
}

}  // namespace
}  // namespace orch::plan
