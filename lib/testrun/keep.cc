// SPDX-License-Identifier: MIT
#include "testrun/keep.h"

#include <algorithm>

#include "agent/agent.h"
#include "clock/clock.h"
#include "file/file.h"
#include "json/value.h"
#include "message/message.h"
#include "store/events.h"
#include "text/text.h"

namespace orch::testrun {
namespace {

constexpr std::size_t kNamed = 5;  // failed tests in a message
constexpr std::int64_t kLeftAlone = 24 * 60 * 60 * 1000;

std::vector<store::TestCase> rows_of(
    const std::vector<testreport::Case>& cases) {
  std::vector<store::TestCase> out;
  out.reserve(cases.size());
  for (const testreport::Case& c : cases)
    out.push_back({c.suite, c.name,
                   std::string(testreport::status_name(c.status)),
                   c.duration_ms, c.message});
  return out;
}

std::string sentence(const Result& r) {
  std::string out = r.run.type + " tests " + r.run.status;
  if (r.run.reason) out += ": " + *r.run.reason;
  if (!r.run.reason && r.run.total)
    out += ": " + std::to_string(*r.run.passed) + " of " +
           std::to_string(*r.run.total);
  if (r.run.dirty) out += ", with uncommitted work";
  return out;
}

void insert_event(store::Store& store, const Subject& subject,
                  const Result& r) {
  store::Event e;
  if (subject.feature) e.spec_id = subject.feature->spec_id;
  e.role = r.run.role;
  e.type = "tests_" + r.run.status;
  e.message = sentence(r);
  e.recorded_commit = r.run.commit;
  e.metadata = json::to_text(json::Object{{"source", "run-tests"},
                                          {"result", r.run.id},
                                          {"type", r.run.type},
                                          {"tree", r.run.tree}});
  e.at = r.run.at;
  store::insert_event(store, e);
}

bool is_news(store::Store& store, const Subject& subject, const Result& r) {
  if (r.run.status != "failed" || !subject.agent || !subject.feature)
    return false;
  const auto before =
      store::list_test_runs(store, {.feature_id = r.run.feature_id,
                                    .role = r.run.role,
                                    .type = r.run.type,
                                    .limit = 1});
  return before.empty() || before[0].status != "failed" ||
         before[0].commit != r.run.commit || before[0].tree != r.run.tree;
}

void tell(store::Store& store, const store::Agent& agent,
          const std::string& caller, const Result& r) {
  std::string text = sentence(r);
  if (r.run.commit) text += " (commit " + r.run.commit->substr(0, 12) + ")";
  for (std::size_t i = 0; i < std::min(kNamed, r.failures.size()); ++i)
    text += "\n- " + text::clip(text::printable(r.failures[i].name), 200);
  if (r.failures.size() > kNamed)
    text += "\n- and " + std::to_string(r.failures.size() - kNamed) + " more";
  if (r.run.log) text += "\nwhat it printed: " + *r.run.log;
  message::queue(store, agent,
                 {.sender = caller, .text = text, .kind = "report"}, r.run.at);
}

// Those of runs that were killed before they could be kept.
void remove_stray_logs(const Repository& repository, store::Store& store) {
  const std::string directory = log_directory(repository);
  const auto known = store::list_test_logs(store);
  for (const std::string& name : file::names_in(directory)) {
    const std::string path = file::join(directory, name);
    if (std::find(known.begin(), known.end(), path) == known.end() &&
        file::modified_ms(path) < clock::now() - kLeftAlone)
      file::remove(path);
  }
}

}  // namespace

std::string log_directory(const Repository& repository) {
  return repository.orch_dir() + "/log/tests";
}

void keep(const Repository& repository, store::Store& store,
          const Subject& subject, const std::vector<testreport::Case>& cases,
          Result& r) {
  const auto rows = rows_of(cases);
  const auto caller = agent::find_caller(store);
  const bool own = caller && subject.agent && caller->id == subject.agent->id;
  r.run.role = subject.role();
  if (subject.feature) {
    r.run.feature_id = subject.feature->id;
    r.run.spec_id = subject.feature->spec_id;
  }
  r.run.at = clock::now();
  std::vector<std::string> logs;
  {
    store::Transaction transaction(store);
    const bool news = !own && is_news(store, subject, r);
    r.run.id = store::insert_test_run(store, r.run, rows);
    logs = store::trim_test_cases(store, r.run.feature_id, r.run.type);
    if (r.run.status != "skipped") insert_event(store, subject, r);
    if (news)
      tell(store, *subject.agent, caller ? caller->address : "person", r);
    r.told = news;
    transaction.commit();
  }
  for (const std::string& log : logs)
    if (file::parent_of(log) == log_directory(repository)) file::remove(log);
  if (file::is_directory(log_directory(repository)))
    remove_stray_logs(repository, store);
}

}  // namespace orch::testrun
