// SPDX-License-Identifier: MIT
#include "support/tools.h"

#include <sys/utsname.h>

#include <cstdlib>

#include "file/file.h"
#include "support/rest.h"

namespace orch::test {
namespace {

std::string machine() {
  utsname name{};
  ::uname(&name);
  const std::string m = name.machine;
  if (m == "x86_64") return "x64";
  return m == "aarch64" ? "arm64" : "";
}

// Where ./dev test puts what Debian does not have.
std::string fetched(const std::string& path) {
  return std::string(ORCH_SOURCE_DIR) + "/build/tools/npm/node_modules/" + path;
}

std::string tool_path() {
  const char* outer = std::getenv("PATH");
  return std::string(ORCH_BUILD_DIR) + "/bin:" + fetched(".bin") + ":" +
         fetched("lefthook-linux-" + machine() + "/bin") + ":" +
         (outer ? outer : "");
}

}  // namespace

bool lefthook_is_built_for_here() { return !machine().empty(); }

BesideTool::BesideTool(const std::string& tool) {
  box.make_repository();
  box.set("PATH", tool_path());
  const Result r = box.run_in(box.repo(), {"sh", "-c", "command -v " + tool});
  if (r.status != 0)
    ADD_FAILURE() << "there is no '" << tool << "'; ./dev test gets it";
}

void BesideTool::start_feature() {
  box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  api_ = box.worktree("001-a", "impl-api");
  settle();
  log();
}

Result BesideTool::commit(const std::string& directory,
                          const std::string& message) const {
  return box.run_in(directory,
                    {"git", "commit", "-q", "--allow-empty", "-m", message});
}

std::string BesideTool::log() const {
  return box.run_in(box.root(), {"sh", "-c", "cat home/log; rm -f home/log"})
      .out;
}

std::string BesideTool::hooks() const {
  return box
      .run_in(box.repo() + "/.git",
              {"sh", "-c",
               "test -d hooks || exit 0; cd hooks; for f in *; do "
               "case $f in *.sample | '*') continue ;; esac; "
               "stat -c '%n %a %F' \"$f\"; sha256sum <\"$f\"; done"})
      .out;
}

std::string BesideTool::names() const {
  std::string out;
  for (const std::string& name : file::names_in(box.repo() + "/.git/hooks"))
    if (!name.ends_with(".sample")) out += name + " ";
  return out;
}

std::string BesideTool::broken() const {
  std::string out;
  for (const std::string& line : box.type("git orch hooks --porcelain").lines())
    if (line.find("\t1\t") == std::string::npos) out += line + "\n";
  return out;
}

int BesideTool::events_of(const std::string& message) const {
  const Result r = box.type(
      "git orch query \"SELECT count(*) FROM task_events WHERE "
      "message = '" +
      message + "'\" --porcelain");
  return std::atoi(r.out.c_str());
}

void BesideTool::settle() const {
  EXPECT_TRUE(comes_to_rest(box));
  const std::string lock = box.repo() + "/.git/orch/lock/tick";
  EXPECT_TRUE(eventually([&] {
    return box.read(box.repo() + "/.git/orch/spool/events").empty() &&
           (!file::exists(lock) ||
            file::Lock::try_take(lock, file::Lock::Mode::Exclusive));
  }));
}

}  // namespace orch::test
