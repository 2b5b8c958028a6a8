// SPDX-License-Identifier: MIT
#include "drill/arena.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "clock/clock.h"
#include "config/config.h"
#include "drill/disk.h"
#include "drill/interrupt.h"
#include "drill/said.h"
#include "drill/traces.h"
#include "error/error.h"
#include "file/file.h"
#include "installation/installation.h"
#include "process/group.h"
#include "text/text.h"

namespace orch::drill {
namespace {

// Also with hundreds of agents on a slow machine.
constexpr int kTimeoutMs = 15 * 60 * 1000;
constexpr std::size_t kKeptBytes = 64 << 20;
constexpr char kKeptIn[] = "kept in ";
constexpr char kCleared[] = "cleared up behind a drill that was killed: ";
constexpr std::int64_t kQuietMs = 20 * 1000;
constexpr std::int64_t kEndMs = 10 * 1000;

constexpr char kConfiguration[] =
    "[user]\n\tname = drill\n\temail = drill@example.invalid\n"
    "[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n"
    // One that runs detached is nobody's.
    "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n";

std::string role_file(const std::string& role, const std::string& check_in) {
  return "name: " + role +
         "\nkind: implementor\npurpose: take part in a drill\nduties:\n"
         "  - do what its script says\nreports_to: overseer\ncheck_in: " +
         check_in + "\ncommit_every: 30m\n";
}

std::string spec_id(int index) {
  std::string number = std::to_string(index + 1);
  if (number.size() < 3) number.insert(0, 3 - number.size(), '0');
  return number + "-drill";
}

// A drill is short, and there is nobody whom that disturbs.
void type_often(const std::string& policy) {
  constexpr std::string_view kBefore = "pane_every: 10s";
  std::string text = file::load_contents(policy);
  if (const std::size_t at = text.find(kBefore); at != std::string::npos)
    text.replace(at, kBefore.size(), "pane_every: 1s");
  file::write_atomically(policy, text, 0644);
}

}  // namespace

std::string Arena::role_name(int index) {
  return index == 0 ? "overseer" : "impl-" + std::to_string(index);
}

Arena::Arena(const Size& size) {
  take_place();
  try {
    if (size.disk_bytes > 0 && size.keep)
      why_no_disk_ = "what is kept has to be seen from outside";
    else if (size.disk_bytes > 0)
      why_no_disk_ = mount_disk(root_, size.disk_bytes);
    for (const char* name :
         {"home", "run", "tmp", "tools", "repository", "trees"})
      file::make_private_directories(file::join(root_, name));
    file::write_atomically(home() + "/.gitconfig",
                           std::string(kConfiguration) +
                               "[orch]\n\truntime = script\n\tworktreeRoot = " +
                               config::quoted_value(root_ + "/trees") + "\n");
    make_repository(size.seed);
    if (size.furnish) size.furnish(repository_);
    make_team(size);
    keep_ = size.keep;
  } catch (...) {
    clear();
    throw;
  }
}

Arena::~Arena() {
  if (!ended_) clear();
}

void Arena::take_place() {
  cleared_ = clear_killed();
  place_ = drill::make_place();
  root_ = place_.directory;
  repository_ = root_ + "/repository";
  // Asked for before we enter another mount namespace, in which the path of our
  // own program may lead nowhere.
  programs_ = installation::bin_directory();
  const char* path = std::getenv("PATH");
  environment_ = {{"HOME", home()},
                  {"XDG_CONFIG_HOME", home() + "/.config"},
                  {"XDG_STATE_HOME", home() + "/.state"},
                  {"XDG_RUNTIME_DIR", root_ + "/run"},
                  {"TMPDIR", root_ + "/tmp"},
                  {"PATH", tools() + ":" + programs_ + ":" +
                               (path ? path : "/usr/bin:/bin")},
                  {"GIT_CONFIG_NOSYSTEM", "1"},
                  {"GIT_CEILING_DIRECTORIES", root_},
                  {"TERM", "xterm"}};
}

void Arena::make_repository(std::uint64_t seed) const {
  require(git_program({"init", "-q"}));
  for (int part = 1; part <= 3; ++part) {
    const std::string name = "part-" + std::to_string(part);
    std::string lines;
    for (int i = 1; i <= 20; ++i)
      lines += name + " " + std::to_string(i) + " of seed " +
               std::to_string(seed) + "\n";
    file::write_atomically(repository_ + "/" + name + ".txt", lines, 0644);
    require(git_program({"add", "--all"}));
    require(git_program({"commit", "-qm", "begin " + name}));
  }
}

void Arena::make_team(const Size& size) {
  require(orch_program({"init", "-q"}));
  const std::string state = repository_ + "/.git/orch";
  type_often(state + "/policy.yaml");
  const int team = std::max(1, std::min(size.team, size.agents));
  for (int i = 0; i < team; ++i) {
    const std::string role = role_name(i);
    if (i > 0)
      file::write_atomically(state + "/roles/" + role + ".yaml",
                             role_file(role, size.check_in), 0644);
    if (!size.script) continue;
    file::make_directories(state + "/scripts");
    file::write_atomically(state + "/scripts/" + role + ".script",
                           size.script(role), 0644);
  }
  for (int made = 0; made < size.agents; made += team) {
    const std::string feature = spec_id(made / team);
    std::vector<std::string> roles;
    for (int i = 0; i < team && made + i < size.agents; ++i) {
      roles.push_back(role_name(i));
      agents_.push_back(feature + "/" + roles.back());
    }
    require(orch_program({"init-feature", feature, "-q", "--base", "main",
                          "--roles", text::join(roles, ",")}));
  }
}

repository::Repository Arena::handle() const {
  return {.git_dir = repository_ + "/.git",
          .common_dir = repository_ + "/.git",
          .worktree = repository_};
}

std::vector<std::string> Arena::features() const {
  std::vector<std::string> out;
  for (const std::string& agent : agents_) {
    const std::string feature = agent.substr(0, agent.find('/'));
    if (out.empty() || out.back() != feature) out.push_back(feature);
  }
  return out;
}

std::string Arena::worktree_of(const std::string& agent) const {
  return root_ + "/trees/" + agent;
}

void Arena::set(const std::string& name, const std::string& value) {
  std::erase_if(environment_, [&](const auto& v) { return v.first == name; });
  if (!value.empty()) environment_.emplace_back(name, value);
}

process::Program Arena::git_program(const std::vector<std::string>& args,
                                    const std::string& where) const {
  process::Program program{.argv = {"git"},
                           .directory = where.empty() ? repository_ : where,
                           .environment = environment_,
                           .keep = process::Environment::ForAgent,
                           .timeout_ms = kTimeoutMs};
  program.argv.insert(program.argv.end(), args.begin(), args.end());
  return program;
}

process::Program Arena::orch_program(const std::vector<std::string>& args,
                                     const std::string& where) const {
  process::Program program = git_program(args, where);
  program.argv.front() = programs_ + "/git-orch";
  return program;
}

process::Outcome Arena::run(const process::Program& program) const {
  process::GroupOutcome out = process::run_group(program, kKeptBytes);
  if (out.interrupted != 0) throw Interrupted{out.interrupted};
  return std::move(out.outcome);
}

process::Outcome Arena::git(const std::vector<std::string>& args,
                            const std::string& where) const {
  return run(git_program(args, where));
}

process::Outcome Arena::orch(const std::vector<std::string>& args,
                             const std::string& where) const {
  return run(orch_program(args, where));
}

void Arena::require(const process::Program& program) const {
  const process::Outcome out = run(program);
  if (out.ok()) return;
  throw Error(ErrorCode::Io, "cannot prepare the drill: '" +
                                 file::name_of(program.argv[0]) + " " +
                                 program.argv[1] + "': " + said_by(out));
}

// As a person would. Work that is not merged stays, which exit 1 says.
std::vector<Leftover> Arena::stop() const {
  const process::Outcome out = orch({"deinit", "-q"});
  if (out.ok() || out.status == kNo) return {};
  return {{"process", "'git orch deinit': " + said_by(out)}};
}

std::vector<Leftover> Arena::look() const {
  std::vector<Leftover> out;
  for (const Holder& h : holders_of(root_)) {
    const std::string who =
        std::to_string(h.identity.pid) + " (" + h.command + ")";
    out.push_back({"process", who});
    for (const std::string& path : h.open)
      out.push_back({"descriptor", who + " has '" + path + "' open"});
  }
  for (const std::string& path : sockets_below(root_))
    out.push_back({"socket", path});
  for (const std::string& path : git_locks_in(repository_ + "/.git"))
    out.push_back({"lock", path});
  return out;
}

std::vector<Leftover> Arena::end() {
  if (keep_) {
    clear();
    return {};
  }
  std::vector<Leftover> out = stop();
  // Detached children of the last hooks end by themselves.
  const Interrupts interrupts;
  const std::int64_t until = clock::steady() + kQuietMs;
  auto left = look();
  for (; !left.empty() && clock::steady() < until; left = look())
    interrupts.wait(20);
  out.insert(out.end(), left.begin(), left.end());
  clear();
  if (file::exists(root_)) out.push_back({"directory", root_});
  return out;
}

void Arena::clear() noexcept {
  ended_ = true;
  try {
    end_holders(root_, kEndMs);
    if (keep_) return mark_kept(root_);
    unmount_disk(root_);
    file::remove_tree(root_);
  } catch (const std::exception&) {
    return;  // what is left names itself, and end() tells of it
  }
}

void tell_of_place(const Arena& arena, bool keeps,
                   const std::function<void(const std::string&)>& tell) {
  for (const std::string& directory : arena.cleared())
    tell(kCleared + directory);
  if (keeps) tell(kKeptIn + arena.directory());
}

bool is_for_everybody(const std::string& line) {
  return line.starts_with(kCleared) || line.starts_with(kKeptIn);
}

}  // namespace orch::drill
