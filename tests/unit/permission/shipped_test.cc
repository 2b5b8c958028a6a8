// SPDX-License-Identifier: MIT
//
// What the runtimes that ship hand to their CLIs stays JSON, TOML and shell,
// whatever paths and names hold.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

#include "json/value.h"
#include "permission/render.h"
#include "rules.h"
#include "runtime/runtime.h"
#include "text/text.h"

namespace orch::permission {
namespace {

constexpr std::int64_t kNow = 1'000;

runtime::Runtime shipped(const std::string& name) {
  std::ifstream in(ORCH_SOURCE_DIR "/templates/runtimes/" + name + ".yaml");
  const std::string yaml(std::istreambuf_iterator<char>(in), {});
  return runtime::parse_runtime(yaml, name + ".yaml");
}

runtime::Placeholders values_with(const std::string& odd,
                                  policy::WorktreeRules rules) {
  rules.deny_paths = {odd, odd + "/*"};
  rules.others.push_back("refs/heads/" + odd);
  const Denials denials{denied_commands(rules, kNow), denied_paths(rules, kNow),
                        "/w/" + odd};
  return {.libexec = "/l/" + odd,
          .script = "/s/" + odd,
          .worktree = denials.worktree,
          .run = "r",
          .run_dir = "/r/" + odd,
          .bin = "/b/" + odd,
          .git_dir = "/g/" + odd,
          .worktree_git_dir = "/g/w/" + odd,
          .main_worktree = "/m/" + odd,
          .branch = odd,
          .branch_ref = "refs/heads/" + odd,
          .branch_dir = "refs/heads",
          .conversation = odd,
          .claude_denials = claude_denials(denials),
          .gemini_denials = gemini_denials(denials),
          .opencode_denied_commands = opencode_denied_commands(denials),
          .opencode_denied_edits = opencode_denied_edits(denials)};
}

const std::vector<std::string> kOdd = {
    "plain", "a b",     "a\"b", "a'b",
    "a\\b",  "a\nb",    "a,b",  "{run}",
    "a]}b",  "$(x)`y`", "a)(b", "ü",
    "#a",    "a//b",    "\t",   "{claude_denials}"};

std::string content(const runtime::Runtime& r, const std::string& path,
                    const runtime::Placeholders& values) {
  for (const runtime::SetUpFile& f : r.files)
    if (f.path == path) return runtime::fill(f.content, values);
  ADD_FAILURE() << r.name << " has no " << path;
  return "";
}

json::Value parsed(const std::string& text) {
  const auto value = json::parse(text);
  EXPECT_TRUE(value) << text;
  return value.value_or(json::Value());
}

// An inline value of TOML with tables, lists and basic strings, as JSON.
std::string as_json(const std::string& toml) {
  std::string out, word;
  bool quoted = false;
  for (std::size_t i = 0; i < toml.size(); ++i) {
    const char c = toml[i];
    if (quoted) {
      out += c;
      if (c == '\\') out += toml[++i];
      quoted = c != '"';
      continue;
    }
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
      word += c;
      continue;
    }
    if (!word.empty())
      out += word == "true" || word == "false" ? word : "\"" + word + "\"";
    word.clear();
    quoted = c == '"';
    out += c == '=' ? ':' : c;
  }
  return out + word;
}

TEST(ShippedPermissions, AreJsonForClaude) {
  for (const std::string& odd : kOdd) {
    const json::Value settings = parsed(content(
        shipped("claude"), "settings.json", values_with(odd, implementor())));
    const json::Array* deny = settings["permissions"]["deny"].as_array();
    ASSERT_TRUE(deny);
    EXPECT_EQ((*deny)[0], json::Value("AskUserQuestion"));
    EXPECT_NE(
        std::find(deny->begin(), deny->end(), json::Value("Bash(git push:*)")),
        deny->end());
    EXPECT_TRUE(settings["hooks"]["PreToolUse"].as_array()) << odd;
  }
}

TEST(ShippedPermissions, AreJsonForOpencode) {
  for (const std::string& odd : kOdd) {
    const json::Value config = parsed(content(
        shipped("opencode"), "opencode.json", values_with(odd, implementor())));
    const json::Object* bash = config["permission"]["bash"].as_object();
    ASSERT_TRUE(bash);
    // The last that fits counts.
    EXPECT_EQ(bash->front(), (json::Member{"*", "allow"}));
    EXPECT_EQ(config["permission"]["bash"]["git push *"], json::Value("deny"));
    EXPECT_EQ(config["permission"]["edit"][".claude/*"], json::Value("deny"));
  }
}

TEST(ShippedPermissions, AreJsonAndTomlForGemini) {
  for (const std::string& odd : kOdd) {
    const auto values = values_with(odd, implementor());
    const runtime::Runtime gemini = shipped("gemini");
    const json::Value settings =
        parsed(content(gemini, "settings.json", values));
    EXPECT_TRUE(settings["hooks"]["BeforeTool"].as_array());
    EXPECT_EQ((*settings["adminPolicyPaths"].as_array())[0],
              json::Value(values.run_dir + "/policy.toml"));
    int rules = 0;
    for (const std::string& line :
         text::split(content(gemini, "policy.toml", values), '\n')) {
      if (line.empty() || line[0] == '#') continue;
      if (line == "[[rule]]") {
        ++rules;
        continue;
      }
      const std::size_t equals = line.find(" = ");
      ASSERT_NE(equals, std::string::npos) << line;
      parsed("[" + line.substr(equals + 3) + "]");
    }
    EXPECT_GT(rules, 10);
  }
}

TEST(ShippedPermissions, AreTomlForCodex) {
  for (const std::string& odd : kOdd)
    for (const char* conversation : {"", "c"}) {
      auto values = values_with(odd, implementor());
      values.conversation = conversation;
      const auto argv = runtime::start_argv(shipped("codex"), values);
      bool found = false;
      for (std::size_t i = 0; i + 1 < argv.size(); ++i) {
        if (argv[i] != "-c") continue;
        const std::size_t equals = argv[i + 1].find('=');
        const std::string value = argv[i + 1].substr(equals + 1);
        const json::Value toml = parsed(as_json(value));
        if (!argv[i + 1].starts_with("hooks.PreToolUse=")) continue;
        found = true;
        const json::Value& hook =
            (*(*toml.as_array())[0]["hooks"].as_array())[0];
        EXPECT_TRUE(hook["command"].as_string()->find("git-orch--permit") !=
                    std::string::npos);
      }
      EXPECT_TRUE(found);
    }
}

TEST(ShippedPermissions, AreFewerForAnOverseer) {
  const auto deny = [](const policy::WorktreeRules& rules) {
    return parsed(content(shipped("claude"), "settings.json",
                          values_with("x", rules)))["permissions"]["deny"]
        .as_array()
        ->size();
  };
  EXPECT_LT(deny(overseer()), deny(implementor()));
  auto off = implementor();
  set_all(off, policy::Mode::Off);
  EXPECT_EQ(deny(off), 4U);
}

}  // namespace
}  // namespace orch::permission
