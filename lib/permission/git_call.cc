// SPDX-License-Identifier: MIT
#include "permission/git_call.h"

#include <algorithm>
#include <cctype>

#include "text/text.h"

namespace orch::permission {
namespace {

bool is_one_of(const std::string& word,
               const std::vector<std::string_view>& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string lower(std::string text) {
  for (char& c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool leads_away(const std::string& text) {
  return lower(text).find("core.hookspath") != std::string::npos;
}

// "-qf" as "-q" and "-f"; what stands behind an option with a value is it.
bool add_short(const std::string& word, const std::vector<std::string>& valued,
               std::vector<std::string>& flags) {
  for (std::size_t i = 1; i < word.size(); ++i) {
    flags.push_back({'-', word[i]});
    if (std::find(valued.begin(), valued.end(), flags.back()) != valued.end())
      return i + 1 == word.size();
  }
  return false;
}

// The commit that a name begins with: "main" of "main~2".
std::string branch_in(const std::string& revision) {
  std::string name = revision.substr(0, revision.find_first_of("~^@:"));
  return full_name(name);
}

class Judge {
 public:
  Judge(const policy::WorktreeRules& rules, const GitCall& call,
        std::int64_t now_ms)
      : rules_(rules), call_(call), now_(now_ms) {}

  std::optional<Refusal> run() {
    for (const std::string& setting : call_.config)
      if (leads_away(setting)) return refuse_without_hooks(rules_, "", now_);
    const std::string& verb = call_.verb;
    if (is_one_of(verb, {"commit", "merge", "push", "rebase", "am", "pull"}))
      if (auto refusal = leaving_hooks_out()) return refusal;
    if (verb == "push") return push();
    if (verb == "branch") return branch();
    if (verb == "checkout" || verb == "switch") return go();
    if (verb == "merge") return merge(0);
    if (verb == "pull") return merge(1);
    if (verb == "fetch") return fetch();
    if (verb == "config") return config();
    if (verb == "update-ref") return update_ref();
    if (verb == "symbolic-ref") return symbolic_ref();
    if (verb == "replace") return replace();
    return std::nullopt;
  }

 private:
  std::optional<Refusal> leaving_hooks_out() const {
    const Arguments a = arguments_of(
        call_.args,
        "-m -F -C -c -t -s -X -o --message --file --author --date "
        "--reuse-message --reedit-message --template --trailer --cleanup "
        "--fixup --squash --strategy --strategy-option --into-name --onto "
        "--pathspec-from-file --exec --push-option --receive-pack --repo");
    const bool out = std::any_of(
        a.flags.begin(), a.flags.end(),
        [](const std::string& f) { return f.starts_with("--no-ver"); });
    if (out || (call_.verb == "commit" && a.has("-n")))
      return refuse_without_hooks(rules_, call_.verb, now_);
    return std::nullopt;
  }

  std::optional<Refusal> push() const {
    const Arguments a = arguments_of(
        call_.args,
        "-o --push-option --receive-pack --exec --repo --recurse-submodules");
    std::vector<std::string> targets;
    for (std::size_t i = 1; i < a.names.size(); ++i) {
      std::string target = a.names[i];
      if (const std::size_t colon = target.rfind(':');
          colon != std::string::npos)
        target = target.substr(colon + 1);
      while (target.starts_with('+')) target.erase(0, 1);
      targets.push_back(target.empty() || target == "HEAD" || target == "@"
                            ? rules_.branch
                            : full_name(target));
    }
    if (a.has_any({"--all", "--branches", "--mirror"}))
      targets.insert(targets.end(), {rules_.branch, rules_.base});
    if (targets.empty()) targets.push_back(rules_.branch);
    for (const std::string& target : targets)
      if (auto refusal = refuse_push(rules_, target, now_)) return refusal;
    return std::nullopt;
  }

  std::optional<Refusal> branch() const {
    const Arguments a = arguments_of(
        call_.args, "-u --set-upstream-to --sort --format --points-at");
    if (a.has_any({"-r", "--remotes", "-l", "--list"})) return std::nullopt;
    const bool moves = a.has_any({"-m", "-M", "--move"});
    const bool copies = a.has_any({"-c", "-C", "--copy"});
    const bool deletes = a.has_any({"-d", "-D", "--delete"});
    if (a.names.empty()) return std::nullopt;
    const auto move = [&](const std::string& name, bool gone) {
      return refuse_move(rules_, full_name(name), gone, now_);
    };
    if (deletes) {
      for (const std::string& name : a.names)
        if (auto refusal = move(name, true)) return refusal;
    } else if (moves || copies) {
      if (moves) {
        const bool named = a.names.size() > 1;
        if (auto refusal = refuse_move(
                rules_, named ? full_name(a.names[0]) : rules_.branch, true,
                now_))
          return refusal;
      }
      return move(a.names.back(), false);
    } else if (a.has_any({"-f", "--force"})) {
      return move(a.names[0], false);
    }
    return std::nullopt;
  }

  std::optional<Refusal> go() const {
    const bool checks_out = call_.verb == "checkout";
    const Arguments a = arguments_of(
        call_.args, "--conflict --pathspec-from-file -U --unified");
    if (a.names.empty() || a.has_paths) return std::nullopt;
    if (a.has_any({"-B", "-C", "--force-create"}) ||
        a.has_any({checks_out ? "-b" : "-c", "--create"}))
      return refuse_move(rules_, full_name(a.names[0]), false, now_);
    if (a.has_any({"-d", "--detach", "--orphan", "-p", "--patch"}) ||
        a.names.size() > 1)
      return std::nullopt;
    return refuse_switch(rules_, full_name(a.names[0]), now_);
  }

  std::optional<Refusal> merge(std::size_t first) const {
    const Arguments a =
        arguments_of(call_.args,
                     "-m -F -s -X --message --file --strategy "
                     "--strategy-option --into-name --cleanup --depth -j");
    for (std::size_t i = first; i < a.names.size(); ++i)
      if (auto refusal = refuse_merge(rules_, branch_in(a.names[i]), now_))
        return refusal;
    return std::nullopt;
  }

  std::optional<Refusal> fetch() const {
    const Arguments a =
        arguments_of(call_.args, "-j --depth --refmap --upload-pack -o");
    for (std::size_t i = 1; i < a.names.size(); ++i)
      if (const std::size_t colon = a.names[i].rfind(':');
          colon != std::string::npos && colon + 1 < a.names[i].size())
        if (auto refusal = refuse_move(
                rules_, full_name(a.names[i].substr(colon + 1)), false, now_))
          return refusal;
    return std::nullopt;
  }

  std::optional<Refusal> config() const {
    const Arguments a =
        arguments_of(call_.args, "-f --file --blob --type --default --comment");
    const auto key = std::find_if(a.names.begin(), a.names.end(), leads_away);
    if (key == a.names.end()) return std::nullopt;
    const bool sets = key + 1 != a.names.end() || a.names[0] == "unset" ||
                      a.has_any({"--unset", "--unset-all", "--add"});
    const bool reads = a.names[0] == "get" ||
                       a.has_any({"--get", "--get-all", "--get-regexp"});
    if (!sets || reads) return std::nullopt;
    return refuse_without_hooks(rules_, "", now_);
  }

  std::optional<Refusal> update_ref() const {
    if (auto refusal = refuse_plumbing(rules_, "update-ref", now_))
      return refusal;
    const Arguments a = arguments_of(call_.args, "-m");
    if (a.names.empty() || !a.names[0].starts_with("refs/"))
      return std::nullopt;
    return refuse_move(rules_, a.names[0], a.has_any({"-d", "--delete"}), now_);
  }

  std::optional<Refusal> symbolic_ref() const {
    const Arguments a = arguments_of(call_.args, "-m");
    const bool deletes = a.has_any({"-d", "--delete"});
    if (a.names.size() < 2 && !deletes) return std::nullopt;
    if (auto refusal = refuse_plumbing(rules_, "symbolic-ref", now_))
      return refusal;
    if (a.names.empty() || !a.names[0].starts_with("refs/"))
      return std::nullopt;
    return refuse_move(rules_, a.names[0], deletes, now_);
  }

  std::optional<Refusal> replace() const {
    const Arguments a = arguments_of(call_.args, "--format");
    if (a.has_any({"-l", "--list"}) || (a.names.empty() && a.flags.empty()))
      return std::nullopt;
    return refuse_move(rules_, "refs/replace/x", false, now_);
  }

  const policy::WorktreeRules& rules_;
  const GitCall& call_;
  std::int64_t now_;
};

}  // namespace

bool Arguments::has(std::string_view flag) const {
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

bool Arguments::has_any(const std::vector<std::string_view>& any) const {
  return std::any_of(any.begin(), any.end(),
                     [&](std::string_view flag) { return has(flag); });
}

Arguments arguments_of(const std::vector<std::string>& args,
                       std::string_view valued) {
  const auto with_value = text::split_list(valued, ' ');
  Arguments out;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string& word = args[i];
    if (word == "--") {
      out.has_paths = i + 1 < args.size();
      out.names.insert(out.names.end(),
                       args.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                       args.end());
      break;
    }
    if (word.size() < 2 || word[0] != '-') {
      out.names.push_back(word);
    } else if (word.starts_with("--")) {
      const std::size_t equals = word.find('=');
      out.flags.push_back(word.substr(0, equals));
      if (equals == std::string::npos &&
          std::find(with_value.begin(), with_value.end(), word) !=
              with_value.end())
        ++i;
    } else if (add_short(word, with_value, out.flags)) {
      ++i;
    }
  }
  return out;
}

std::optional<GitCall> git_call_of(const Command& command) {
  const auto& words = command.words;
  if (words.empty() || program_name(words[0]) != "git") return std::nullopt;
  GitCall out;
  std::size_t i = 1;
  for (; i < words.size() && words[i].starts_with('-'); ++i) {
    const std::string& word = words[i];
    if (word == "-c" || word == "--config-env") {
      if (++i < words.size()) out.config.push_back(words[i]);
    } else if (is_one_of(word, {"-C", "--git-dir", "--work-tree", "--namespace",
                                "--super-prefix", "--attr-source"})) {
      ++i;
    } else if (word.starts_with("--config-env=")) {
      out.config.push_back(word.substr(word.find('=') + 1));
    }
  }
  if (i >= words.size()) return std::nullopt;
  out.verb = words[i];
  out.args.assign(words.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                  words.end());
  for (const auto& [name, value] : command.sets)
    if (name.starts_with("GIT_CONFIG_")) out.config.push_back(value);
  return out;
}

std::optional<Refusal> judge_git(const policy::WorktreeRules& rules,
                                 const GitCall& call, std::int64_t now_ms) {
  return Judge(rules, call, now_ms).run();
}

}  // namespace orch::permission
