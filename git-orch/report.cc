// SPDX-License-Identifier: MIT
#include "report/report.h"

#include <algorithm>

#include "agent/agent.h"
#include "cli/output.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "file/file.h"
#include "hook/fold.h"
#include "progress/progress.h"
#include "text/text.h"

namespace orch {
namespace {

std::string kind_of(const cli::Invocation& invocation) {
  const std::string kind = invocation.operand(0);
  if (std::find(report::kKinds.begin(), report::kKinds.end(), kind) !=
      report::kKinds.end())
    return kind;
  const std::string near = text::nearest(kind, report::kKinds);
  throw UsageError("unknown report '" + kind + "'",
                   near.empty() ? "known: " + text::join(report::kKinds, ", ")
                                : "did you mean " + near + "?");
}

std::string text_of(const cli::Invocation& invocation) {
  const auto text = invocation.find("message");
  if (!text || text->empty())
    throw UsageError("a report needs a text", "-m <text>");
  return *text == "-" ? file::read_all(0) : *text;
}

std::optional<std::string> topic_of(const cli::Invocation& invocation) {
  auto topic = invocation.find("topic");
  if (topic && (text::trim(*topic).empty() || !text::is_utf8(*topic)))
    throw UsageError("the topic is empty or not valid UTF-8");
  return topic;
}

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(1, 1);
  const report::Report wanted{.kind = kind_of(invocation),
                              .text = text_of(invocation),
                              .task = invocation.find("task"),
                              .topic = topic_of(invocation)};
  const auto repository = repository::require();
  store::Store store = hook::open_store(repository);
  const auto caller = agent::find_caller(store);
  std::optional<store::Agent> agent = caller;
  if (const auto named = invocation.find("agent")) {
    agent = agent::require_agent(repository, store, *named);
    if (caller && caller->id != agent->id)
      throw Error(
          ErrorCode::RefusedByPolicy,
          "an agent reports for itself, not for '" + agent->address + "'");
  }
  if (!agent)
    throw UsageError("only an agent reports",
                     "name the one that you report for with --agent");
  if (wanted.task && agent->feature_id)
    if (const auto f = store::find_feature(store, *agent->feature_id))
      progress::import_list(repository, store, *f);
  task::Actor actor;
  if (caller) actor = {.name = caller->address, .role = caller->role};
  const auto done = report::record(repository, store, *agent, wanted, actor);
  if (agent->feature_id)
    if (const auto f = store::find_feature(store, *agent->feature_id))
      progress::note_current_tasks(store, *f);
  json::Array messages;
  std::vector<std::string> to;
  for (const report::Sent& s : done.sent) {
    messages.emplace_back(
        json::Object{{"id", s.message}, {"to", s.to}, {"level", "queued"}});
    to.push_back(s.to);
  }
  // What ends a team lets the next item of the queue begin.
  if (!to.empty() || wanted.kind == "done" || wanted.kind == "failed")
    doorbell::ring(repository);
  return cli::print(
      invocation,
      {.data = {{"report", json::Object{{"agent", agent->address},
                                        {"kind", wanted.kind},
                                        {"task", wanted.task},
                                        {"event", done.event}}},
                {"messages", messages}},
       .human = "reported " + wanted.kind + " as event " +
                std::to_string(done.event) +
                (to.empty() ? "" : ", told " + text::join(to, ", ")) + "\n"});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "report",
    .group = cli::Group::Agents,
    .summary = "say how the work stands, to those who must know",
    .synopsis = {"(progress | done | blocked | failed | ready) -m <text> "
                 "[--task <id>] [--topic <topic>] [--agent <agent>]"},
    .options = {{"message", 'm', Arity::One, "text",
                 "what there is to say; - reads standard input"},
                {"task", 0, Arity::One, "id", "the task that it is about"},
                {"topic", 0, Arity::One, "topic",
                 "what it is about, where that is no task"},
                {"agent", 'a', Arity::One, "agent",
                 "the agent that a person reports for"}},
    .run = run};

}  // namespace orch
