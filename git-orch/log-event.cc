// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "agent/agent.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "git/git.h"
#include "hook/fold.h"
#include "installation/installation.h"
#include "report/report.h"
#include "store/activity.h"
#include "store/events.h"
#include "text/text.h"

namespace orch {
namespace {

constexpr std::size_t kMaxMessage = 64 << 20;

// "-" is standard input, every byte of it, as far as its end.
std::string message_of(const std::string& operand) {
  if (operand != "-") return operand;
  std::string out;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw io_error("cannot read standard input", errno);
    if (n == 0) return out;
    out.append(buffer.data(), static_cast<std::size_t>(n));
    if (out.find('\0', out.size() - static_cast<std::size_t>(n)) !=
        std::string::npos)
      throw Error(ErrorCode::Usage,
                  "cannot log the message: it has a NUL byte");
    if (out.size() > kMaxMessage)
      throw Error(ErrorCode::Usage,
                  "cannot log the message: it is longer than " +
                      std::to_string(kMaxMessage >> 20) + " MiB");
  }
}

// A role of the feature, one with a role file, or `person`.
void require_role(const repository::Repository& repository, store::Store& store,
                  const store::Feature& feature, const std::string& role) {
  if (store::find_agent(store, feature.spec_id + "/" + role)) return;
  std::vector<std::string> known =
      installation::data_names(repository.orch_dir(), "roles");
  for (const store::Agent& a : store::list_agents(store, feature.id))
    known.push_back(a.role);
  known.emplace_back("person");
  if (std::find(known.begin(), known.end(), role) != known.end()) return;
  const std::string near = text::nearest(role, known);
  throw Error(ErrorCode::UnknownName, "unknown role '" + role + "'",
              near.empty() ? "git orch status lists the roles of '" +
                                 feature.spec_id + "'"
                           : "did you mean '" + near + "'?");
}

// Of these git orch makes more than a record: what is logged by hand must not
// land a branch, or count as a reminder that nobody was given.
void require_free_type(const std::string& type) {
  constexpr std::string_view kReport = "report_";
  static const std::vector<std::string> kReserved = {
      store::kCommitOverdue, store::kAgentIdle,      store::kAgentStalled,
      store::kLoopSuspected, "contradiction_opened", "contradiction_resolved",
      "checkin_failed",      "ref_unexplained"};
  const auto is_in = [](const std::vector<std::string>& all,
                        const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  const std::string kind =
      type.starts_with(kReport) ? type.substr(kReport.size()) : "";
  if (is_in(report::kKinds, kind))
    throw Error(ErrorCode::Usage, "the type '" + type + "' is reserved",
                "git orch report " + kind + " -m TEXT");
  if (is_in(kReserved, type))
    throw Error(ErrorCode::Usage, "the type '" + type + "' is reserved",
                "it is recorded by git orch alone; choose another one");
}

// An agent speaks for itself; an overseer also for others.
void require_own(store::Store& store, const std::string& address) {
  const auto caller = agent::find_caller(store);
  if (caller && caller->kind != "overseer" && caller->address != address)
    throw Error(
        ErrorCode::RefusedByPolicy,
        "'" + caller->address + "' may not log an event of '" + address + "'",
        "git orch send overseer -m TEXT");
}

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(4, 6);
  store::Event e;
  e.role = invocation.operand(1);
  e.type = invocation.operand(2);
  if (e.type.empty() || e.role->empty())
    throw UsageError("role and type must not be empty");
  require_free_type(e.type);
  const auto repository = repository::require();
  store::Store store = hook::open_store(repository);
  const auto feature =
      agent::require_feature(repository, store, invocation.operand(0));
  require_role(repository, store, feature, *e.role);
  require_own(store, feature.spec_id + "/" + *e.role);
  e.spec_id = feature.spec_id;
  if (const std::string task = invocation.operand(4); !task.empty())
    e.task_id = task;
  if (const std::string revision = invocation.operand(5); !revision.empty()) {
    e.recorded_commit = git::find_commit(repository, revision);
    if (!e.recorded_commit)
      throw Error(ErrorCode::UnknownName, "'" + revision + "' names no commit");
  }
  e.message = message_of(invocation.operand(3));
  e.metadata = store::kFromPerson;
  e.at = clock::now();
  store::Transaction transaction(store);
  store::insert_event(store, e);
  // Before the commit: afterwards the newest may be somebody else's.
  const std::int64_t id = store::list_events(store, {.limit = 1}).at(0).id;
  transaction.commit();
  return cli::print(invocation,
                    {.data = {{"id", id}},
                     .human = "logged event " + std::to_string(id) + "\n"});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "log-event",
    .group = cli::Group::Store,
    .summary = "append an event by hand",
    .synopsis =
        {"<spec-id> <role> <type> (<message>|-) [<task-id> [<commit>]]"},
    .options = {},
    .run = run};

}  // namespace orch
