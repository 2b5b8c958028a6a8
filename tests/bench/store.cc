// SPDX-License-Identifier: MIT
//
// The store against SQLite without us, and against itself when it is full.
// Interleaved in one run, medians; a ratio is of medians, and below 1 is better
// for us.
#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "spawn.h"
#include "support/sandbox.h"
#include "timing.h"

namespace {

using orch::bench::now_ms;
using orch::bench::report;
using orch::bench::spawn;
using orch::bench::spend;
using orch::test::Sandbox;

const std::string kBin = std::string(ORCH_BUILD_DIR) + "/bin/";
const std::string kShell = "/usr/bin/sqlite3";

int failures = 0;

void note_end(int status) {
  if (status != 0) ++failures;
}

double time_of(const std::vector<std::string>& argv,
               const std::string& directory) {
  const orch::bench::Spent spent = spend(argv, directory);
  note_end(spent.status);
  return spent.wall_ms;
}

const std::string kInsert =
    "INSERT INTO task_events(event_id, spec_id, role, event_type, message, "
    "metadata, created_at) VALUES (randomblob(16), '001-bench', 'overseer', "
    "'bench', 'one event from a fresh process', '{}', 1790000000000);";

// --- the bare writer: this program once more --------------------------------

constexpr char kBareWriter[] = "--bare-writer";

// SQLite and nothing else: so many transactions of one event each, as durable
// as ours. Loaded, since benchmarks link no library of the store.
int write_bare(const char* path, int times) {
  using Open = int(const char*, void**);
  using Execute = int(void*, const char*, void*, void*, void*);
  using Timeout = int(void*, int);
  using Close = int(void*);
  void* library = ::dlopen("libsqlite3.so.0", RTLD_NOW);
  if (!library) return 2;
  const auto open = reinterpret_cast<Open*>(::dlsym(library, "sqlite3_open"));
  const auto execute =
      reinterpret_cast<Execute*>(::dlsym(library, "sqlite3_exec"));
  const auto timeout =
      reinterpret_cast<Timeout*>(::dlsym(library, "sqlite3_busy_timeout"));
  const auto close =
      reinterpret_cast<Close*>(::dlsym(library, "sqlite3_close"));
  void* database = nullptr;
  if (!open || !execute || !timeout || !close || open(path, &database) != 0)
    return 2;
  timeout(database, 60000);
  const auto run = [&](const std::string& sql) {
    return execute(database, sql.c_str(), nullptr, nullptr, nullptr);
  };
  if (run("PRAGMA synchronous = FULL") != 0) return 1;
  for (int i = 0; i < times; ++i)
    if (run("BEGIN IMMEDIATE;" + kInsert + "COMMIT") != 0) return 1;
  return close(database);
}

class Place {
 public:
  Place() {
    box_.make_repository();
    box_.ok("git orch init -q");
    box_.ok("git orch init-feature 001-bench -q --roles overseer");
  }

  const std::string& repo() const { return box_.repo(); }
  std::string store() const { return repo() + "/.git/orch/orch.db"; }
  std::vector<std::string> log_event() const {
    return {kBin + "git-orch-log-event", "001-bench", "overseer", "bench",
            "one event from a fresh process"};
  }
  std::vector<std::string> shell() const {
    return {kShell, store(), "PRAGMA synchronous = FULL;" + kInsert};
  }
  std::vector<std::string> bare_writer(int times) const {
    return {"/proc/self/exe", kBareWriter, store(), std::to_string(times)};
  }
  void execute(const std::string& sql) const {
    const auto r = box_.run_in(repo(), {kShell, store()}, sql);
    if (r.status != 0) std::fprintf(stderr, "%s", r.err.c_str());
  }
  long events() const {
    return std::atol(box_.run_in(repo(), {kShell, store(),
                                          "SELECT count(*) FROM task_events"})
                         .out.c_str());
  }

 private:
  Sandbox box_;
};

void bench_one_event(int rounds) {
  const Place ours, theirs;
  std::vector<double> a, b;
  for (int i = -5; i < rounds; ++i) {
    const double one = time_of(ours.log_event(), ours.repo());
    const double two = time_of(theirs.shell(), theirs.repo());
    if (i < 0) continue;  // warm-up
    a.push_back(one);
    b.push_back(two);
  }
  report("one event, fresh process, against the sqlite3 shell", a, b);
}

// `lanes` side by side, each of `times` processes one after another.
double time_of_lanes(int lanes, int times, const std::vector<std::string>& argv,
                     const std::string& directory) {
  const double start = now_ms();
  std::vector<std::pair<pid_t, int>> running;
  for (int lane = 0; lane < lanes; ++lane)
    running.emplace_back(spawn(argv, directory), times - 1);
  while (!running.empty()) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, 0);
    const auto lane =
        std::find_if(running.begin(), running.end(),
                     [&](const auto& entry) { return entry.first == pid; });
    if (lane == running.end()) continue;
    note_end(status);
    if (lane->second-- > 0)
      lane->first = spawn(argv, directory);
    else
      running.erase(lane);
  }
  return now_ms() - start;
}

// Ours is a process for each event; theirs the same, and then one that stays
// for all its events, which nothing of ours does.
void bench_many_writers(int lanes, int times, int rounds) {
  const Place ours, theirs, staying;
  std::vector<double> a, b, c;
  for (int i = 0; i < rounds; ++i) {
    a.push_back(time_of_lanes(lanes, times, ours.log_event(), ours.repo()));
    b.push_back(
        time_of_lanes(lanes, times, theirs.bare_writer(1), theirs.repo()));
    c.push_back(
        time_of_lanes(lanes, 1, staying.bare_writer(times), staying.repo()));
  }
  const std::string size =
      std::to_string(lanes) + " x " + std::to_string(times) + " events";
  report(size + ", against a bare writer for each", a, b, 1 / 0.8);
  report(size + ", against bare writers that stay", a, c);
  const long wanted = static_cast<long>(lanes) * times * rounds;
  orch::bench::report_count(size + ", lost of ours",
                            static_cast<double>(wanted - ours.events()), 0,
                            static_cast<std::size_t>(wanted));
  std::fprintf(orch::bench::remarks(),
               "%s: of %ld are stored: ours %ld, bare %ld, staying %ld\n",
               size.c_str(), wanted, ours.events(), theirs.events(),
               staying.events());
}

// The same feature with a thousand events, among so many others.
void fill(const Place& place, int events) {
  place.execute(
      "PRAGMA synchronous = OFF; BEGIN;"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
      "WHERE i < 199) INSERT INTO features(spec_id, name, overseer_branch, "
      "base_branch, base_commit, status, created_at) SELECT "
      "printf('f%03d', i), 'f', 'feature/f/overseer', 'refs/heads/main', "
      "'b', 'archived', 1 FROM n;"
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n "
      "WHERE i + 1 < " +
      std::to_string(events) +
      ") INSERT INTO task_events(event_id, spec_id, role, event_type, "
      "task_id, commit_hash, message, metadata, created_at) SELECT "
      "randomblob(16), CASE WHEN i % " +
      std::to_string(events / 1000) +
      " = 0 THEN '001-bench' ELSE printf('f%03d', 1 + i % 199) END, "
      "'overseer', 'status_update', NULL, "
      "CASE i % 3 WHEN 0 THEN lower(hex(randomblob(20))) END, "
      "'event number ' || i, '{}', 1790000000000 + i FROM n; COMMIT;");
}

void bench_full(int rounds) {
  const Place full, small;
  fill(full, 1000000);
  fill(small, 10000);
  struct Verb {
    std::string name;
    std::vector<std::string> argv;
    orch::bench::Aim aim;
  };
  const std::vector<Verb> verbs = {
      {"recent", {kBin + "git-orch-recent", "20"}, 1.1},
      {"export of one feature",
       {kBin + "git-orch-export", "001-bench", "--format", "json"},
       {}},
      {"status", {kBin + "git-orch-status"}, 2}};
  for (const auto& [name, argv, aim] : verbs) {
    std::vector<double> a, b;
    for (int i = -3; i < rounds; ++i) {
      const double one = time_of(argv, full.repo());
      const double two = time_of(argv, small.repo());
      if (i < 0) continue;
      a.push_back(one);
      b.push_back(two);
    }
    report(name + ", a million events against ten thousand", a, b, aim);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == kBareWriter)
    return write_bare(argv[2], std::atoi(argv[3]));
  argc = orch::bench::begin_rows(argc, argv);
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 100;
  // Nothing of the caller's repository.
  for (const char* name : {"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"})
    ::unsetenv(name);
  bench_one_event(rounds);
  bench_many_writers(50, 100, std::max(1, rounds / 30));
  bench_full(rounds / 2);
  orch::bench::report_count("store: processes that failed", failures, 0, 1);
  return 0;
}
