// SPDX-License-Identifier: MIT
//
// What it costs to know which branches conflict: all pairs of many branches,
// and one new tip against all others, against one `git merge-tree --stdin` for
// the same pairs and a process for each pair. Whole processes, wall time. git
// is asked about a sample where all pairs would take minutes, and its time is
// scaled up. `--full`: larger repositories; `FILES BRANCHES`: that one.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "file/file.h"
#include "git/git.h"
#include "predict/predict.h"
#include "process/process.h"
#include "support/sandbox.h"
#include "text/text.h"
#include "timing.h"

namespace {

using orch::bench::now_ms;
using orch::bench::report;
using orch::test::Sandbox;

constexpr int kLines = 40;

// As a stream for git fast-import: a main branch that moves on, and branches
// that leave it one after the other with one to three commits of four files
// each; one in ten touches one of twenty busy files as well.
class Stream {
 public:
  Stream(int files, int branches) : files_(files) {
    for (int i = 0; i < files; ++i) change(i, -1, "");
    commit("refs/heads/main", "");
    for (int b = 0; b < branches; ++b) {
      edit(b, 2);
      commit("refs/heads/main", "");
      const std::string name = "refs/heads/b" + std::to_string(b);
      for (int k = below(3); k >= 0; --k) {
        edit(b, 4);
        if (below(10) == 0) change(below(20), below(kLines), text(b));
        if (below(10) == 0) add(b, k);
        commit(name, from_);
        from_.clear();
      }
    }
  }

  std::string bytes() const { return out_; }

 private:
  int below(int n) {
    return static_cast<int>(random_() % static_cast<unsigned>(n));
  }
  static std::string text(int branch) {
    return "of branch " + std::to_string(branch);
  }
  std::string path(int i) const {
    const int wide = files_ > 50000 ? 400 : 40;
    return "d" + std::to_string(i % 20) + "/e" + std::to_string(i / 20 % wide) +
           "/f" + std::to_string(i) + ".txt";
  }
  void put(const std::string& where, const std::string& bytes) {
    changes_ += "M 100644 inline " + where + "\ndata " +
                std::to_string(bytes.size()) + "\n" + bytes + "\n";
  }
  void change(int file, int line, const std::string& to) {
    std::string bytes;
    for (int k = 0; k < kLines; ++k)
      bytes += (k == line ? to
                          : "line " + std::to_string(k) + " of " +
                                std::to_string(file)) +
               "\n";
    put(path(file), bytes);
  }
  void edit(int branch, int count) {
    for (; count > 0; --count)
      change(below(files_), below(kLines), text(branch));
  }
  void add(int branch, int k) {
    put("d1/added-" + std::to_string(branch) + "-" + std::to_string(k) + ".txt",
        text(branch) + "\n");
  }
  void commit(const std::string& ref, const std::string& from) {
    const bool is_main = ref == "refs/heads/main";
    ++mark_;
    out_ += "commit " + ref + "\nmark :" + std::to_string(mark_) +
            "\ncommitter a <a@b> " + std::to_string(1700000000 + 60 * mark_) +
            " +0000\ndata 1\nc\n";
    if (!from.empty()) out_ += "from " + from + "\n";
    out_ += changes_ + "\n";
    changes_.clear();
    if (is_main) from_ = ":" + std::to_string(mark_);
  }

  int files_;
  int mark_ = 0;
  std::string from_;
  std::mt19937 random_{7};
  std::string out_, changes_;
};

std::string peak_memory() {
  for (const std::string& line :
       orch::text::split(orch::file::load_contents("/proc/self/status"), '\n'))
    if (line.starts_with("VmHWM:"))
      return std::string(orch::text::trim(line.substr(6)));
  return "unknown";
}

// The program that is measured: pairs in, one line of figures out.
int answer(const std::string& directory) {
  std::vector<orch::git::Pair> pairs;
  for (const std::string& line :
       orch::text::split(orch::file::read_all(STDIN_FILENO), '\n'))
    if (const auto words = orch::text::split(line, ' '); words.size() == 2)
      pairs.emplace_back(words[0], words[1]);
  const auto repository = orch::repository::find(directory);
  const orch::git::Quarantine quarantine(*repository);
  orch::predict::Statistics statistics;
  const auto merges = orch::predict::merge_all(
      *repository, quarantine, pairs, orch::predict::Engine::Fast, &statistics);
  const auto conflicts = std::count_if(
      merges.begin(), merges.end(),
      [](const auto& m) { return m.verdict == orch::git::Verdict::Conflict; });
  std::printf("%td conflicts, %.2f %% left to git, %s", conflicts,
              100.0 * static_cast<double>(statistics.handed_to_git) /
                  static_cast<double>(pairs.size()),
              peak_memory().c_str());
  return 0;
}

using Pairs = std::vector<std::string>;

class Bench {
 public:
  Bench(int files, int branches) {
    name_ = std::to_string(files) + " files, " + std::to_string(branches) +
            " branches";
    const std::string stream = Stream(files, branches).bytes();
    box_.ok("git init -q --bare " + box_.path("r"));
    box_.run_in(box_.path("r"), {"git", "fast-import", "--quiet"}, stream);
    for (int b = 0; b < branches; ++b)
      tips_.emplace_back(orch::text::trim(
          box_.ok_in(box_.path("r"), "git rev-parse b" + std::to_string(b))));
  }

  void all_pairs(std::size_t sample) {
    Pairs pairs;
    for (std::size_t i = 0; i < tips_.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        pairs.push_back(tips_[i] + " " + tips_[j]);
    // The aims are those of 300 branches.
    Aims aims;
    if (tips_.size() >= 300) aims = {1.0 / 40, 1.0 / 250};
    compare("all pairs", pairs, sample, 3, aims);
  }
  void one_tip() {
    Pairs pairs;
    for (std::size_t i = 1; i < tips_.size(); ++i)
      pairs.push_back(tips_[0] + " " + tips_[i]);
    Aims aims;
    if (tips_.size() >= 300) aims.stdin_form = 1.0 / 3;
    compare("one new tip", pairs, pairs.size(), 9, aims);
  }

 private:
  double ours(const std::string& input, std::string* figures) {
    const double start = now_ms();
    *figures = box_.run_in(box_.path("r"),
                           {orch::file::own_program(), "--answer", "."}, input)
                   .out;
    return now_ms() - start;
  }
  // In a quarantine too, which is removed outside the measured time.
  double theirs(const std::string& input) {
    const std::string quarantine = box_.path("quarantine");
    orch::file::make_directories(quarantine);
    const double start = now_ms();
    box_.run_in(box_.path("r"),
                {"env", "GIT_OBJECT_DIRECTORY=" + quarantine,
                 "GIT_ALTERNATE_OBJECT_DIRECTORIES=" + box_.path("r/objects"),
                 "git", "merge-tree", "--write-tree", "--stdin", "-z"},
                input);
    const double took = now_ms() - start;
    orch::file::remove_tree(quarantine);
    return took;
  }
  double theirs_each(const Pairs& pairs) {
    const double start = now_ms();
    for (const std::string& pair : pairs) {
      const auto words = orch::text::split(pair, ' ');
      box_.run_in(box_.path("r"), {"git", "merge-tree", "--write-tree", "-z",
                                   words[0], words[1]});
    }
    return now_ms() - start;
  }

  struct Aims {
    orch::bench::Aim stdin_form, process_each;
  };

  static std::string joined(const Pairs& pairs) {
    std::string input;
    for (const std::string& pair : pairs) input += pair + "\n";
    return input;
  }

  void compare(const std::string& what, const Pairs& pairs, std::size_t sample,
               int rounds, const Aims& aims) {
    Pairs some = pairs;
    std::shuffle(some.begin(), some.end(), std::mt19937{3});
    some.resize(std::min(sample, some.size()));
    const double scale =
        static_cast<double>(pairs.size()) / static_cast<double>(some.size());
    const Pairs few(some.begin(), some.begin() + std::min<std::ptrdiff_t>(
                                                     20, std::ssize(some)));
    const double few_scale =
        static_cast<double>(pairs.size()) / static_cast<double>(few.size());
    std::vector<double> a, b, c;
    std::string figures;
    for (int i = -1; i < rounds; ++i) {
      const double mine = ours(joined(pairs), &figures);
      const double git = theirs(joined(some)) * scale;
      const double each = theirs_each(few) * few_scale;
      if (i < 0) continue;  // warm-up
      a.push_back(mine);
      b.push_back(git);
      c.push_back(each);
    }
    const std::string title =
        what + " (" + std::to_string(pairs.size()) + "), " + name_;
    report(title + ", against --stdin", a, b, aims.stdin_form);
    report(title + ", against a process a pair", a, c, aims.process_each);
    std::fprintf(orch::bench::remarks(), "  %s\n", figures.c_str());
  }

  Sandbox box_;
  std::string name_;
  std::vector<std::string> tips_;
};

// All branches as they are, against the same with the open work of twenty
// worktrees, in which nothing has changed since the last look. Whole commands.
void open_work(int files, int branches) {
  constexpr int kWorktrees = 20;
  Sandbox box;
  const std::string top = box.path("repo");
  box.ok("git init -q -b start " + top);
  box.run_in(top, {"git", "fast-import", "--quiet"},
             Stream(files, branches).bytes());
  box.ok_in(top, "git checkout -q main");
  box.ok_in(top, "git orch init -q --no-hooks");
  for (int i = 0; i < kWorktrees; ++i) {
    const std::string tree = box.path("w" + std::to_string(i));
    box.ok_in(top, "git worktree add -q " + tree + " b" + std::to_string(i));
    box.write(tree + "/d1/open.txt", std::to_string(i) + "\n");
    box.ok("touch -d 2020-01-01T00:00:00 " + tree + "/d1/open.txt");
    // As long ago as the worktrees of people: no file is as new as the index.
    box.run_in(tree, {"sh", "-c",
                      "git ls-files -z | xargs -0 touch -d 2020-01-01 && "
                      "git update-index -q --refresh"});
  }
  const auto ask = [&](bool open) {
    std::vector<std::string> argv = {"git", "orch", "check-conflicts", "--all",
                                     "--porcelain"};
    if (!open) argv.emplace_back("--committed-only");
    const double start = now_ms();
    box.run_in(top, argv);
    return now_ms() - start;
  };
  constexpr int kRounds = 7;
  std::vector<double> with, without;
  for (int i = -1; i < kRounds; ++i) {
    const double a = ask(true), b = ask(false);
    if (i < 0) continue;  // warm-up
    with.push_back(a);
    without.push_back(b);
  }
  report("open work of " + std::to_string(kWorktrees) + " worktrees, " +
             std::to_string(files) + " files, " + std::to_string(branches) +
             " branches, against none",
         with, without, 1.5);
}

void measure(int files, int branches, std::size_t sample) {
  Bench bench(files, branches);
  bench.all_pairs(sample);
  bench.one_tip();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 2 && std::strcmp(argv[1], "--answer") == 0) return answer(argv[2]);
  argc = orch::bench::begin_rows(argc, argv);
  const bool full = argc > 1 && std::strcmp(argv[1], "--full") == 0;
  if (argc > 2) {
    measure(std::atoi(argv[1]), std::atoi(argv[2]), 1500);
  } else if (full) {
    for (const int files : {4000, 50000, 400000})
      for (const int branches : {10, 50, 100, 300})
        measure(files, branches, 4000);
    open_work(4000, 300);
    open_work(50000, 300);
  } else {
    measure(4000, 100, 1500);
    measure(4000, 300, 1500);
    open_work(4000, 300);
  }
  return 0;
}
