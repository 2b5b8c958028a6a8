// SPDX-License-Identifier: MIT
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "fault/fault_plan.h"
#include "fault/loop.h"

// A verb under every fault, with the same checker behind each: git works, the
// store is whole, nothing of a person's was touched, and what the verb was to
// do is done, by itself or by a second run.
namespace orch::test {

// What a repository is made of when it is not git's own choice.
struct RepositoryKind {
  std::string name;
  std::string hash, refs;  // of git init; refs need the newer git

  friend std::ostream& operator<<(std::ostream& out, const RepositoryKind& k) {
    return out << k.name;
  }
};

class VerbFaults : public ::testing::Test {
 protected:
  explicit VerbFaults(const RepositoryKind& kind = {});

  // What there is before; kept, and put back before every turn.
  virtual void prepare() { box.ok("git orch init -q"); }
  // What cannot be kept: what runs.
  virtual void start() {}
  virtual std::vector<std::string> argv() const = 0;
  // What a second run may say when the first one had done all of it.
  virtual bool was_done(const Result&) const { return false; }
  // Behind the verb, before it is run again; `r` is not what it should be.
  virtual void check_failure(const std::string& fault, const Result& r) {
    (void)fault, (void)r;
  }
  // All that is to be the same behind the last run, whatever came between.
  virtual std::string state() const;
  // What is due behind it.
  virtual void settle() const { box.type("git orch tick -q"); }
  // Whether nothing comes any more behind a run without a fault.
  virtual bool is_settled() const { return true; }
  // The rows that count, without times.
  virtual std::vector<std::string> queries() const;

  // The whole loop: kill and the four errors.
  void survives(const std::string& what);

  // A file below the state directory.
  std::string orch(const std::string& name) const {
    return box.repo() + "/.git/orch/" + name;
  }
  Result shell(const std::string& text) const {
    return box.run_in(box.repo(), {"sh", "-c", text});
  }

  Sandbox box;
  bool faults_in_children = false;
  // How often each fault comes when it does not come everywhere.
  int sample = 1;

 private:
  void quiet() const;
  void expect_git_works() const;
  void expect_nothing_left() const;
  std::string person() const;
  bool turn(const std::string& fault, int n);
  void run_again(const Result& first);

  std::vector<std::string> line_;
  std::string reference_, person_;
  int reference_status_ = 0;
};

}  // namespace orch::test
