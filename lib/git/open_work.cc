// SPDX-License-Identifier: MIT
#include "git/open_work.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include <functional>
#include <optional>

#include "error/error.h"
#include "file/file.h"
#include "git/kept_work.h"
#include "text/text.h"

namespace orch::git {
namespace {

constexpr int kAtOnce = 4;
// Agents write while they are read: a file that git was told of may be gone.
constexpr int kAttempts = 3;

// A changed path, as `git status --porcelain=v2` tells it.
struct Changed {
  std::string path;
  bool is_untracked = false;
  bool is_submodule = false;

  bool is_repository() const { return path.ends_with('/'); }
};

struct Status {
  std::string head;  // empty: unborn
  std::vector<Changed> paths;
  std::string bytes;
};

// "1 <XY> <sub> <mH> <mI> <mW> <hH> <hI> <path>", "u <XY> <sub> …" with two
// more words, "? <path>", "# branch.oid <id>".
std::optional<Changed> parse_changed(const std::string& entry) {
  if (entry.starts_with("? ")) return Changed{entry.substr(2), true, false};
  const int words = entry.starts_with("1 ") ? 8 : 10;
  if (!entry.starts_with("1 ") && !entry.starts_with("u ")) return std::nullopt;
  std::size_t at = 0;
  for (int i = 0; i < words; ++i) {
    at = entry.find(' ', at);
    if (at++ == std::string::npos) return std::nullopt;
  }
  constexpr std::size_t kSubmodule = 5;  // behind "1 XY "
  return Changed{entry.substr(at), false, entry[kSubmodule] == 'S'};
}

Status parse_status(std::string bytes) {
  constexpr std::string_view kHead = "# branch.oid ";
  Status out;
  for (const std::string& entry : text::split(bytes, '\0')) {
    if (entry.starts_with(kHead) && entry.substr(kHead.size()) != "(initial)")
      out.head = entry.substr(kHead.size());
    else if (auto changed = parse_changed(entry))
      out.paths.push_back(*std::move(changed));
  }
  out.bytes = std::move(bytes);
  return out;
}

std::int64_t nanoseconds(const timespec& t) {
  return static_cast<std::int64_t>(t.tv_sec) * 1000000000 + t.tv_nsec;
}

std::string identity_of(const struct stat& s) {
  std::string out;
  for (const std::int64_t n : {static_cast<std::int64_t>(s.st_mode),
                               static_cast<std::int64_t>(s.st_size),
                               static_cast<std::int64_t>(s.st_ino),
                               nanoseconds(s.st_mtim), nanoseconds(s.st_ctim)})
    out += std::to_string(n) + " ";
  return out;
}

// One worktree on its way.
struct Reading {
  std::string worktree, git_dir;
  Status status;
  std::vector<std::string> paths;  // that are taken in
  std::string key;                 // empty: what is read is not kept
  std::string scratch;             // a directory of its own
  std::string tree;
  std::string failure;  // of this attempt
  OpenWork* out;

  bool is_done() const { return !out->commit.empty() || !out->reason.empty(); }
  bool is_open() const { return !is_done() && failure.empty(); }
};

// Takes the untracked files above the limits out; and repositories within the
// worktree when git has refused them, which it does while they are empty.
void choose_paths(Reading& r, const OpenWorkLimits& limits, bool again) {
  std::uint64_t sum = 0;
  for (const Changed& c : r.status.paths) {
    struct stat s {};
    std::uint64_t size = 0;
    if (c.is_untracked &&
        ::lstat(file::join(r.worktree, c.path).c_str(), &s) == 0)
      size = static_cast<std::uint64_t>(s.st_size);
    if (size > limits.each || sum + size > limits.all ||
        (again && c.is_repository())) {
      r.out->left_out.push_back(c.path);
      continue;
    }
    sum += size;
    r.paths.push_back(c.path);
  }
}

// What decides the content of a worktree. Empty when that cannot be told: a
// submodule changes inside, and a file that was written a moment ago may be
// written again within the same tick of the file system's clock.
std::string key_of(const Reading& r, const OpenWorkLimits& limits) {
  constexpr std::int64_t kCoarsest = 2100000000;  // FAT counts two seconds
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const std::int64_t settled = nanoseconds(now) - kCoarsest;
  std::string key = r.status.bytes + std::to_string(limits.each) + " " +
                    std::to_string(limits.all) + " " + limits.settings;
  for (const char* name : {"index", "config.worktree"}) {
    struct stat s {};
    if (::stat(file::join(r.git_dir, name).c_str(), &s) == 0)
      key += identity_of(s);
    key += '\0';
  }
  for (const Changed& c : r.status.paths) {
    struct stat s {};
    if (c.is_submodule || c.is_repository()) return "";
    if (::lstat(file::join(r.worktree, c.path).c_str(), &s) == 0) {
      if (nanoseconds(s.st_mtim) > settled) return "";
      key += identity_of(s);
    }
    key += '\0';
  }
  return key;
}

// A copy of the worktree's index, for us alone.
void copy_index(const Reading& r, const std::string& to) {
  const std::string from = r.git_dir + "/index";
  struct stat original {};
  ::stat(from.c_str(), &original);
  const auto bytes = file::find_contents(from);
  if (!bytes) return;
  file::create_file(to, *bytes, 0600);
  // With the time of the original: a file that was changed in its second is
  // looked at again ("racily clean", git's index format).
  const timespec times[2] = {original.st_atim, original.st_mtim};
  ::utimensat(AT_FDCWD, to.c_str(), times, 0);
}

class Readings {
 public:
  Readings(const Repository& repository, const Quarantine& quarantine,
           const OpenWorkLimits& limits)
      : repository_(repository),
        quarantine_(quarantine),
        limits_(limits),
        kept_(repository, quarantine) {}

  std::vector<OpenWork> run(const std::vector<std::string>& worktrees);

 private:
  // Runs git in the worktree of each that is open, some side by side. `then`
  // is called when git succeeds.
  void step(const std::function<Call(const Reading&)>& call,
            const std::function<void(Reading&, process::Outcome&)>& then);
  void read_status();
  void recall();
  void choose(bool again);
  void add();
  void commit();
  void keep(Reading& r) const;
  Environment environment(const Reading& r) const;

  const Repository& repository_;
  const Quarantine& quarantine_;
  const OpenWorkLimits& limits_;
  KeptWork kept_;
  std::vector<Reading> readings_;
  int number_ = 0;  // of scratch directories
};

void Readings::step(
    const std::function<Call(const Reading&)>& call,
    const std::function<void(Reading&, process::Outcome&)>& then) {
  std::vector<Reading*> open;
  std::vector<process::Program> programs;
  for (Reading& r : readings_) {
    if (!r.is_open()) continue;
    Call c = call(r);
    c.worktree = r.worktree;
    open.push_back(&r);
    programs.push_back(program(repository_, c));
  }
  auto outcomes = process::run_all(programs, kAtOnce);
  for (std::size_t i = 0; i < open.size(); ++i)
    if (outcomes[i].ok())
      then(*open[i], outcomes[i]);
    else
      open[i]->failure = message_of(outcomes[i]);
}

void Readings::read_status() {
  step(
      [](const Reading&) {
        return Call{.args = {"status", "--porcelain=v2", "--branch", "-z",
                             "--untracked-files=all", "--no-renames",
                             "--no-ahead-behind"}};
      },
      [](Reading& r, process::Outcome& o) {
        r.status = parse_status(std::move(o.output));
        if (r.status.head.empty())
          r.out->reason = "no commit yet";
        else if (r.status.paths.empty())
          r.out->commit = r.status.head;
      });
}

void Readings::recall() {
  for (Reading& r : readings_) {
    if (!r.is_open()) continue;
    r.key = key_of(r, limits_);
    if (r.key.empty()) continue;
    if (auto work = kept_.find(r.git_dir, r.key)) *r.out = *std::move(work);
  }
}

Environment Readings::environment(const Reading& r) const {
  Environment out = quarantine_.environment();
  for (auto& [name, value] : out)
    if (name == "GIT_OBJECT_DIRECTORY") value = r.scratch + "/objects";
  out.insert(out.end(), {{"GIT_INDEX_FILE", r.scratch + "/index"},
                         {"GIT_AUTHOR_NAME", "git orch"},
                         {"GIT_AUTHOR_EMAIL", "orch@localhost"},
                         {"GIT_COMMITTER_NAME", "git orch"},
                         {"GIT_COMMITTER_EMAIL", "orch@localhost"}});
  return out;
}

void Readings::choose(bool again) {
  for (Reading& r : readings_) {
    if (!r.is_open()) continue;
    r.scratch = quarantine_.directory() + "/open-" + std::to_string(++number_);
    file::make_directories(r.scratch + "/objects");
    copy_index(r, r.scratch + "/index");
    choose_paths(r, limits_, again);
    if (r.paths.empty()) r.out->commit = r.status.head;
  }
}

// By name while they are few: git compares every name with every entry.
void Readings::add() {
  constexpr std::size_t kFew = 500;
  step(
      [&](const Reading& r) {
        Call call{.args = {"add", "--all", "--", ":/"},
                  .environment = environment(r)};
        if (r.paths.size() > kFew && r.out->left_out.empty()) return call;
        call.args = {"--literal-pathspecs",
                     "add",
                     "--all",
                     "--sparse",
                     "--pathspec-from-file=-",
                     "--pathspec-file-nul"};
        for (const std::string& path : r.paths) call.input += path + '\0';
        return call;
      },
      [](Reading&, process::Outcome&) {});
}

void Readings::commit() {
  step(
      [&](const Reading& r) {
        return Call{.args = {"write-tree"}, .environment = environment(r)};
      },
      [](Reading& r, process::Outcome& o) { r.tree = text::trim(o.output); });
  step(
      [&](const Reading& r) {
        return Call{.args = {"commit-tree", r.tree, "-p", r.status.head, "-m",
                             "uncommitted work"},
                    .environment = environment(r)};
      },
      [&](Reading& r, process::Outcome& o) {
        r.out->commit = text::trim(o.output);
        keep(r);
      });
}

// Keeps what was read, and puts it where everybody reads.
void Readings::keep(Reading& r) const {
  const std::string objects = r.scratch + "/objects";
  if (!r.key.empty()) kept_.keep(r.git_dir, r.key, *r.out, objects);
  const std::string shared = quarantine_.directory() + "/objects/";
  for (const std::string& fan : file::names_in(objects)) {
    file::make_directories(shared + fan);
    for (const std::string& name : file::names_in(objects + "/" + fan))
      file::rename(objects + "/" + fan + "/" + name, shared + fan + "/" + name);
  }
}

std::vector<OpenWork> Readings::run(const std::vector<std::string>& worktrees) {
  std::vector<OpenWork> out(worktrees.size());
  for (std::size_t i = 0; i < worktrees.size(); ++i) {
    Reading r{.worktree = worktrees[i], .out = &out[i]};
    if (const auto here = repository::find(worktrees[i]))
      r.git_dir = here->git_dir;
    else
      r.out->reason = "no worktree";
    readings_.push_back(std::move(r));
  }
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    for (Reading& r : readings_) {
      if (r.is_done()) continue;
      r.failure.clear();
      r.paths.clear();
      r.out->left_out.clear();
    }
    read_status();
    recall();
    choose(attempt > 1);
    add();
    commit();
  }
  for (Reading& r : readings_)
    if (!r.is_done()) r.out->reason = r.failure;
  return out;
}

}  // namespace

std::vector<OpenWork> read_open_work(const Repository& repository,
                                     const Quarantine& quarantine,
                                     const std::vector<std::string>& worktrees,
                                     const OpenWorkLimits& limits) {
  return Readings(repository, quarantine, limits).run(worktrees);
}

}  // namespace orch::git
