// SPDX-License-Identifier: MIT
#include <filesystem>
#include <set>

#include "support/sandbox.h"
#include "text/text.h"

namespace orch::test {
namespace {

// The tracked names of a public repository, empty files under them.
struct Layout {
  const char* repository;
  const char* team;
  const char* decided_by;
};

class PlanLayouts : public ::testing::TestWithParam<Layout> {
 protected:
  PlanLayouts() { box.make_repository(); }
  void fill(const std::string& list) const {
    const std::string index =
        box.read(std::string(ORCH_SOURCE_DIR) + "/tests/corpus/layouts/" +
                 list + ".txt");
    box.ok("git rm -rq .");
    const std::string blob =
        box.run_in(box.repo(), {"git", "hash-object", "-w", "--stdin"}).out;
    std::string entries;
    for (const std::string& path : text::split_list(index, '\n'))
      if (!path.starts_with('#'))
        entries +=
            "100644 " + blob.substr(0, blob.size() - 1) + "\t" + path + "\n";
    EXPECT_EQ(
        box.run_in(box.repo(), {"git", "update-index", "--index-info"}, entries)
            .status,
        0);
  }
  Sandbox box;
};

TEST_P(PlanLayouts, NameTheirTeamAndTheFileThatDecided) {
  fill(GetParam().repository);
  box.write(box.path("spec.txt"), "GOAL: go on\nREQUIREMENTS:\n- fix a bug\n");
  const Result r =
      box.type("git orch plan " + box.path("spec.txt") + " --why --json");
  ASSERT_EQ(r.status, 0) << r.err;
  const json::Value project = r.data()["project"];
  EXPECT_EQ(project["type"], json::Value(GetParam().team)) << r.out;
  EXPECT_EQ(project["decided_by"], json::Value(GetParam().decided_by)) << r.out;
  const std::string shown =
      box.ok("git orch plan " + box.path("spec.txt") + " --why");
  EXPECT_TRUE(holds(shown, "project: " + std::string(GetParam().team) +
                               ", by " + GetParam().decided_by));
  // The same for the same files.
  EXPECT_EQ(box.ok("git orch plan " + box.path("spec.txt") + " --why"), shown);
}

INSTANTIATE_TEST_SUITE_P(
    Public, PlanLayouts,
    ::testing::Values(
        Layout{"terraform-aws-modules+terraform-aws-vpc",
               "infrastructure_as_code", "*.tf in 77 of 112 files"},
        Layout{"geerlingguy+mac-dev-playbook", "system_deployment",
               "ansible.cfg"},
        Layout{"dbt-labs+jaffle_shop", "data_pipeline", "dbt_project.yml"},
        Layout{"ansible+ansible-examples", "system_deployment",
               "phillips_hue/ansible.cfg"},
        Layout{"expressjs+express", "code_project", "package.json"},
        Layout{"psf+requests", "code_project", "pyproject.toml"},
        Layout{"sharkdp+fd", "code_project", "Cargo.toml"},
        Layout{"spf13+cobra", "code_project", "go.mod"}),
    [](const auto& layout) {
      std::string name = layout.param.repository;
      for (char& c : name)
        if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
      return name;
    });

}  // namespace
}  // namespace orch::test
