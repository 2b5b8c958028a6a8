// SPDX-License-Identifier: MIT
//
// Every role, team and policy that ships keeps its JSON Schema and names it
// for editors. What the parser says to the schema is in tests/unit/role.
#include <cstdio>

#include "tree.h"

namespace orch::lint {
namespace {

// What the tool prints, a finding in each line; its own failure is one, too.
Findings validate(const std::string& root) {
  const std::string line = "'" + source_root() +
                           "/tests/lint/check-schemas' '" + root +
                           "/templates' 2>&1";
  std::FILE* pipe = ::popen(line.c_str(), "r");
  if (!pipe) return {"cannot start " + line};
  std::string text;
  char part[4096];
  for (std::size_t n = 0; (n = std::fread(part, 1, sizeof part, pipe)) > 0;)
    text.append(part, n);
  const int status = ::pclose(pipe);
  Findings out = lines_of(text);
  if (status != 0 && out.empty()) out.emplace_back("check-schemas failed");
  return out;
}

Findings check_schemas(const std::string& root) {
  Findings out = validate(root);
  for (const File& file : files_in(root))
    for (const std::string kind : {"role", "team"})
      if (file.is_below("templates/" + kind + "s/") &&
          !file.text.starts_with("# yaml-language-server: $schema=../schema/" +
                                 kind + ".json\n"))
        out.push_back(at(file, 1) + "does not name its schema");
  for (const File& file : files_in(root))
    if (file.path == "templates/policy.yaml" &&
        !file.text.starts_with(
            "# yaml-language-server: $schema=schema/policy.json\n"))
      out.push_back(at(file, 1) + "does not name its schema");
  return out;
}

TEST(Schemas, AreKeptByAllThatShips) {
  EXPECT_TRUE(none(check_schemas(source_root())));
}

TEST(Schemas, SeeAnUnknownKeyAndABadExample) {
  MadeTree tree;
  const std::string head = "# yaml-language-server: $schema=../schema/";
  tree.write("templates/schema/role.json",
             R"({"type": "object", "additionalProperties": false,
                 "properties": {"name": {"type": "string",
                                         "examples": [3]}}})")
      .write("templates/schema/team.json", R"({"type": "objct"})")
      .write("templates/schema/policy.json", R"({"type": "object"})")
      .write("templates/policy.yaml", "3\n")
      .write("templates/roles/a.yaml", head + "role.json\nname: a\nkidn: x\n")
      .write("templates/roles/b.yaml", "name: [b]\n")
      .write("templates/teams/t.yaml", head + "team.json\nname: t\n");
  EXPECT_TRUE(are(check_schemas(tree.root()),
                  {"role.json: example 3: 3 is not of type 'string'",
                   "roles/a.yaml: : Additional properties",
                   "roles/b.yaml: name: ['b'] is not of type",
                   "team.json: is no schema", "policy.yaml: : 3 is not of type",
                   "b.yaml:1: does not name", "policy.yaml:1: does not name"}));
}

}  // namespace
}  // namespace orch::lint
