// SPDX-License-Identifier: MIT
//
// Verbs that run no agent, under kill and the four errors at their system
// calls.
#include "fault/verb_loop.h"
#include "file/file.h"

namespace orch::test {
namespace {

// A clock that stands still, so that all is as in the run without a fault.
class TimelessVerb : public VerbFaults {
 protected:
  explicit TimelessVerb(const RepositoryKind& kind = {}) : VerbFaults(kind) {
    box.set("ORCH_TEST_NOW", "1790000000000");
  }

  void prepare() override {
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api,impl-ui");
    box.ok("git orch log-event 001-a impl-api t acknowledged");
  }
  void commit(const std::string& role, const std::string& file) const {
    const std::string top = box.worktree("001-a", role);
    box.write(top + "/" + file, "by " + role + "\n");
    box.ok_in(top, "git add -A");
    box.ok_in(top, "git commit -qm " + role);
  }
};

class InitUnderFaults : public TimelessVerb {
  void prepare() override {}
  // The commit by hand comes before a second run, which may find it or not.
  std::vector<std::string> queries() const override {
    return {"SELECT count(*) FROM features", "PRAGMA integrity_check",
            "PRAGMA user_version"};
  }
  std::vector<std::string> argv() const override {
    return {"git-orch-init", "-q"};
  }
};
TEST_F(InitUnderFaults, IsCompletedByARerun) { survives("init"); }

class InitFeatureUnderFaults : public TimelessVerb {
 protected:
  using TimelessVerb::TimelessVerb;
  void prepare() override { box.ok("git orch init -q"); }
  std::vector<std::string> argv() const override {
    return {"git-orch-init-feature", "001-a", "-q", "--roles",
            "overseer,impl-api"};
  }
};
TEST_F(InitFeatureUnderFaults, IsCompletedByARerun) {
  survives("init-feature");
}
TEST_F(InitFeatureUnderFaults, IsCompletedByARerunWhenItsGitsFail) {
  if (!takes_its_time()) GTEST_SKIP() << "with --full or --faults";
  faults_in_children = true;
  survives("init-feature and its gits");
}

class SendUnderFaults : public TimelessVerb {
 protected:
  std::vector<std::string> argv() const override {
    return {"git-orch-send", "impl-api", "-m", "hello", "-q"};
  }
  std::string sent() const {
    return box.sql("SELECT count(*) FROM messages WHERE text = 'hello'");
  }
  void check_failure(const std::string& fault, const Result&) override {
    if (fault != "kill") {
      EXPECT_EQ(sent(), "0\n");
    }
    // Killed behind it, nobody has said so: a second run sends another.
    if (sent() == "1\n") box.sql("DELETE FROM messages WHERE text = 'hello'");
  }
};
TEST_F(SendUnderFaults, IsSentOnceOrNotAtAll) { survives("send"); }

// What was written and could not be synced is not sent, either.
TEST_F(SendUnderFaults, IsNotSentWhenTheLogCannotBeSynced) {
  if (!has_strace(box)) GTEST_SKIP() << "no strace";
  TimelessVerb::prepare();
  int failed = 0;
  for (const char* n : {"1", "2", "3"}) {
    const Result r =
        box.type(std::string("strace -qq -o /dev/null -e trace=fdatasync -e "
                             "inject=fdatasync:error=EIO:when=") +
                 n + " git-orch-send impl-api -m hello -q");
    if (r.status != 0) ++failed;
    EXPECT_EQ(sent(), r.status == 0 ? "1\n" : "0\n") << r.err;
    box.sql("DELETE FROM messages WHERE text = 'hello'");
  }
  EXPECT_GT(failed, 0);
}

class TickUnderFaults : public TimelessVerb {
 protected:
  using TimelessVerb::TimelessVerb;
  void prepare() override {
    TimelessVerb::prepare();
    box.ok("git orch checkin add -q impl-api --in 30m look");
    box.ok("git orch send impl-ui -q --expires 1h -m expires");
    {
      // What a hook starts ends at once: another waits for its turn.
      const auto turn =
          file::Lock::take(orch("lock/tick-next"), file::Lock::Mode::Exclusive,
                           10'000, "the tick");
      commit("impl-api", "one.txt");
      commit("impl-ui", "one.txt");
    }
    box.set("ORCH_TEST_NOW", "1790007200000");
  }
  std::vector<std::string> argv() const override {
    return {"git-orch-tick", "-q"};
  }
};
TEST_F(TickUnderFaults, IsCompletedByTheNext) { survives("tick"); }

class IntegrateUnderFaults : public TimelessVerb {
 protected:
  using TimelessVerb::TimelessVerb;
  void prepare() override {
    TimelessVerb::prepare();
    commit("impl-api", "api.txt");
    commit("impl-ui", "ui.txt");
  }
  std::vector<std::string> argv() const override {
    return {"git-orch-integrate", "--all", "-q", "--gate", "test -e api.txt"};
  }
  // Whose event a merge is depends on who finds it; a lease whose holder has
  // ended is free, whatever its row says, and a move that a process has
  // announced and could not write off ends with it.
  std::vector<std::string> queries() const override {
    auto all = TimelessVerb::queries();
    std::erase_if(all, [](const std::string& query) {
      return query.find("leases") != std::string::npos ||
             query.find("intents") != std::string::npos;
    });
    for (std::string& query : all) {
      if (const auto at = query.find("task_events"); at != std::string::npos)
        query.insert(at + 11, " WHERE message NOT LIKE 'Merge %'");
      // A branch that lands later than the other may be told to be behind.
      if (const auto at = query.find(" ORDER BY");
          query.find("messages") != std::string::npos)
        query.insert(at, " HAVING text NOT LIKE '%your branch lacks%'");
    }
    return all;
  }
};
TEST_F(IntegrateUnderFaults, LandsAllTheSame) { survives("integrate"); }
TEST_F(IntegrateUnderFaults, LandsAllTheSameWhenItsGitsFail) {
  if (!takes_its_time()) GTEST_SKIP() << "with --full or --faults";
  faults_in_children = true;
  survives("integrate and its gits");
}

class DeinitUnderFaults : public TimelessVerb {
  std::vector<std::string> argv() const override {
    return {"git-orch-deinit", "-q"};
  }
  bool was_done(const Result& r) const override {
    return r.err.find("is not set up") != std::string::npos;
  }
  // What was acknowledged is in the store that was put aside.
  std::string state() const override {
    return TimelessVerb::state() +
           shell(
               "for f in .git/orch-backup-*.db .git/orch/orch.db; do "
               "sqlite3 \"file:$f?mode=ro\" \"SELECT message FROM task_events "
               "WHERE event_type = 't'\" 2>/dev/null; done | sort -u")
               .out;
  }
};
TEST_F(DeinitUnderFaults, IsCompletedByARerun) { survives("deinit"); }

// The first migration only, with rows.
class MigrationUnderFaults : public TimelessVerb {
  void prepare() override {
    box.ok("git orch init -q");
    std::string first;
    const std::string directory =
        std::string(ORCH_SOURCE_DIR) + "/lib/store/migrations";
    for (const std::string& name : file::names_in(directory))
      if (name.starts_with("0001"))
        first = file::load_contents(file::join(directory, name));
    ASSERT_NE(first, "");
    shell("rm -f .git/orch/orch.db*");
    const Result r = box.run_in(
        box.repo(), {"sqlite3", orch("orch.db")},
        "PRAGMA journal_mode = WAL;\n" + first +
            "\nPRAGMA user_version = 1;\n"
            "INSERT INTO features VALUES (1, '001-a', 'A', 'b', 'main', "
            "'c', NULL, 'in-progress', 1, NULL);\n"
            "INSERT INTO task_events(event_id, spec_id, event_type, "
            "message, created_at) VALUES (x'01', '001-a', 't', 'one', 1),"
            "(x'02', '001-a', 't', 'two', 1);\n");
    ASSERT_EQ(r.status, 0) << r.err;
  }
  std::vector<std::string> argv() const override {
    return {"git-orch-recent", "-q"};
  }
  std::vector<std::string> queries() const override {
    std::vector<std::string> all = TimelessVerb::queries();
    all.emplace_back("PRAGMA user_version");
    return all;
  }
};
TEST_F(MigrationUnderFaults, IsCompletedByTheNext) { survives("migration"); }

// --- Other kinds of repository ----------------------------------------------

const RepositoryKind kKinds[] = {{"sha256", "sha256", ""},
                                 {"reftable", "", "reftable"},
                                 {"reftable-sha256", "sha256", "reftable"}};

template <typename Verb>
class OfKind : public Verb,
               public ::testing::WithParamInterface<RepositoryKind> {
 protected:
  OfKind() : Verb(GetParam()) {}
  void survives_as(const std::string& what) {
    this->survives(what + " (" + GetParam().name + ")");
  }
};

using InitFeatureOfKindUnderFaults = OfKind<InitFeatureUnderFaults>;
TEST_P(InitFeatureOfKindUnderFaults, IsCompletedByARerun) {
  survives_as("init-feature");
}
using TickOfKindUnderFaults = OfKind<TickUnderFaults>;
TEST_P(TickOfKindUnderFaults, IsCompletedByTheNext) { survives_as("tick"); }
using IntegrateOfKindUnderFaults = OfKind<IntegrateUnderFaults>;
TEST_P(IntegrateOfKindUnderFaults, LandsAllTheSame) {
  survives_as("integrate");
}

INSTANTIATE_TEST_SUITE_P(Kinds, InitFeatureOfKindUnderFaults,
                         ::testing::ValuesIn(kKinds));
INSTANTIATE_TEST_SUITE_P(Kinds, TickOfKindUnderFaults,
                         ::testing::ValuesIn(kKinds));
INSTANTIATE_TEST_SUITE_P(Kinds, IntegrateOfKindUnderFaults,
                         ::testing::ValuesIn(kKinds));

}  // namespace
}  // namespace orch::test
