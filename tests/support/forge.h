// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "file/file.h"
#include "support/sandbox.h"

namespace orch::test {

// gh, as far as we call it.
inline constexpr char kGh[] = R"sh(
answer() {
  if test -e "$forge/$1.head"; then
    tag=$(sed -n 's/^Etag: //p' "$forge/$1.head")
    case "$args" in *"If-None-Match: $tag "*)
      printf 'HTTP/2.0 304 Not Modified\r\nEtag: %s\r\n\r\n' "$tag"
      echo "gh: HTTP 304" >&2
      exit 1 ;;
    esac
  fi
  code=$(cat "$forge/$1.code" 2>/dev/null || echo "200 OK")
  case "$args" in *--include*)
    printf 'HTTP/2.0 %s\r\n' "$code"
    printf 'Content-Type: application/json; charset=utf-8\r\n'
    sed 's/$/\r/' "$forge/$1.head" 2>/dev/null
    printf '\r\n' ;;
  esac
  cat "$forge/$1.body" 2>/dev/null
  case $code in [45]*)
    echo "gh: ${code#* } (HTTP ${code%% *})" >&2
    exit 1 ;;
  esac
  cat "$forge/$1.err" >&2 2>/dev/null
  exit $(cat "$forge/$1.status" 2>/dev/null || echo 0)
}
args="$* "
case "$*" in
--version)
  echo 'gh version 2.23.0 (2023-02-27 Debian 2.23.0+dfsg1-1)'
  echo 'https://github.com/cli/cli/releases/tag/v2.23.0' ;;
"pr create "*)
  for a; do
    test "$before" = --body-file && cp "$a" $forge/sent
    test "$before" = --title && printf '%s' "$a" > $forge/title
    before=$a
  done
  answer create ;;
*graphql*) cat > $forge/question; answer graphql ;;
*/logs) answer logs ;;
*/check-runs*) answer check-runs ;;
*/status) answer status ;;
*/pulls\?*) answer pulls ;;
*) echo "unknown command" >&2; exit 1 ;;
esac
)sh";

// A repository with a feature and a remote that stands for one on a forge:
// https://github.com/ann/app, which is a bare repository in the sandbox. gh is
// a stand-in that writes its calls down and answers as the real one does, with
// what lies in ~/forge: `<name>.body`, and where they differ from a good answer
// `.code` ("429 Too Many Requests"), `.head` (headers), `.err` and `.status`.
class ForgeTest : public ::testing::Test {
 protected:
  ForgeTest() {
    box.make_repository();
    box.set("ORCH_TEST_NOW", "1800000000000");  // 2027-01-15T08:00:00Z
    box.set("PATH", box.path("bin") + ":" + std::string(ORCH_BUILD_DIR) +
                        "/bin:/usr/bin:/bin");
    box.ok("mkdir " + box.path("bin") + " " + box.path("forge"));
    box.ok("git orch init -q");
    box.ok(
        "git orch init-feature 001-a -q --name 'Sign in' --base main --roles "
        "overseer,impl-api,impl-ui");
    api = box.worktree("001-a", "impl-api");
    // Nobody but the test changes rows: no tick behind a hook or a verb.
    for (const char* name : {"tick-next", "tick"})
      locks_.push_back(file::Lock::take(box.repo() + "/.git/orch/lock/" + name,
                                        file::Lock::Mode::Exclusive, 60000,
                                        name));
  }
  void stand_in(const std::string& name, const std::string& body) const {
    const std::string path = box.path("bin/" + name);
    box.write(path, "#!/bin/sh\nforge=" + box.path("forge") +
                        "\n"
                        "echo \"" +
                        name + " $*\" >> $forge/calls\n" + body);
    box.ok("chmod +x " + path);
  }
  void add_remote() const {
    const std::string bare = box.path("app.git");
    box.ok("git init -q --bare " + bare);
    box.ok("git config --global url." + bare +
           ".insteadOf https://github.com/ann/app");
    box.ok("git remote add origin https://github.com/ann/app");
  }
  void add_gh() const { stand_in("gh", kGh); }
  void put(const std::string& name, const std::string& bytes) const {
    box.write(box.path("forge/" + name), bytes);
  }
  std::string got(const std::string& name) const {
    return box.run_in(box.root(), {"cat", box.path("forge/" + name)}).out;
  }
  // The calls since the last time, without those that ask for a version.
  std::string calls() const {
    const std::string out =
        box.run_in(box.root(),
                   {"grep", "-v", "--", "--version$", box.path("forge/calls")})
            .out;
    box.run_in(box.root(), {"rm", "-f", box.path("forge/calls")});
    return out;
  }
  void commit(const std::string& top, const std::string& subject) const {
    box.run_in(top, {"git", "commit", "-q", "--allow-empty", "-m", subject});
  }
  std::string sql(const std::string& query) const {
    return box
        .run_in(box.repo(), {"sqlite3", "-cmd", ".timeout 10000",
                             ".git/orch/orch.db", query})
        .out;
  }
  std::string on_remote() const {
    return box
        .run_in(box.path("app.git"),
                {"git", "for-each-ref", "--format=%(refname)"})
        .out;
  }
  // An open pull request 7 of impl-api.
  void open_seven() const {
    commit(api, "T001 page the list");
    box.ok("git push -q origin feature/001-a/impl-api");
    put("create.body", "https://github.com/ann/app/pull/7\n");
    box.ok("git orch open-pr --agent impl-api -q");
    calls();
  }

  Sandbox box;
  std::string api;

 private:
  std::vector<file::Lock> locks_;
};

}  // namespace orch::test
