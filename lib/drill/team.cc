// SPDX-License-Identifier: MIT
#include "drill/team.h"

#include <algorithm>

#include "clock/clock.h"
#include "drill/records.h"
#include "drill/said.h"
#include "error/error.h"
#include "event/prompt.h"
#include "file/file.h"
#include "store/history.h"
#include "text/text.h"

namespace orch::drill {
namespace {

constexpr std::int64_t kPauseMs = 250;
// Longer than any drill of an hour needs.
constexpr int kSteps = 4000;
constexpr char kTask[] = "T001";

// What an implementor does: at each message a line and a commit, and now and
// then a word to its overseer. The overseer reads.
std::string script_of(const std::string& role) {
  std::string out;
  for (int i = 0; i < kSteps; ++i) {
    out += "await-message\n";
    if (role == "overseer") continue;
    const std::string step = std::to_string(i);
    out += "append notes-" + role + ".md \"step " + step + "\"\n";
    out += "commit \"" + role + ": step " + step + "\"\n";
    if (i % 5 == 4)
      out += "run git orch send -q overseer -m \"" + role + " is at step " +
             step + "\"\n";
  }
  return out;
}

std::vector<std::string> add_task() {
  return {"task", "add", "a thing to claim", "--id", kTask, "-q"};
}

}  // namespace

Arena::Size Team::size_for(int agents, std::uint64_t seed) {
  return {.agents = agents + 1,
          .team = agents + 1,
          .seed = seed,
          .script = script_of};
}

Team::Team(Arena& arena, const Interrupts& interrupts, std::uint64_t seed)
    : arena_(arena),
      interrupts_(interrupts),
      draw_(seed),
      running_(arena.agents()) {
  by_hand_ = running_.back();
  running_.pop_back();
  feature_ = arena.features().front();
}

void Team::start() {
  for (const std::string& agent : running_) {
    const process::Outcome out = arena_.orch({"agent", "start", "-q", agent});
    if (!out.ok())
      throw Error(ErrorCode::Io,
                  "cannot start '" + agent + "': " + said_by(out));
  }
  expect(add_task());
  // Otherwise a tick would have found nothing to compare yet.
  expect({"tick", "-q"});
}

void Team::note_failure(Air air, const std::vector<std::string>& args,
                        const process::Outcome& out) {
  if (air == Air::Calm)
    findings_.push_back(
        {"verb", "'git orch " + text::join(args, " ") + "': " + said_by(out)});
}

process::Outcome Team::expect(const std::vector<std::string>& args,
                              const std::set<int>& fine) {
  process::Outcome out = arena_.orch(args);
  if (out.timed_out || !fine.contains(out.status))
    note_failure(Air::Calm, args, out);
  return out;
}

json::Value Team::data_of(Air air, const std::vector<std::string>& args,
                          const std::set<int>& fine) {
  const process::Outcome out = arena_.orch(args);
  if (out.timed_out || !fine.contains(out.status)) note_failure(air, args, out);
  const auto answer = json::parse(out.output);
  return answer ? (*answer)["data"] : json::Value();
}

std::string Team::any_agent() { return running_[draw_.below(running_.size())]; }

void Team::work_for(std::int64_t ms, Air air) {
  const std::int64_t until = clock::steady() + ms;
  while (clock::steady() < until) {
    work(air);
    const std::int64_t left = until - clock::steady();
    interrupts_.wait(std::max<std::int64_t>(0, std::min(left, kPauseMs)));
  }
}

void Team::work(Air air) {
  ++round_;
  send(air);
  // The first does: without a commit, nothing of it can be lost.
  if (round_ % 3 == 1) commit("round " + std::to_string(round_));
  if (round_ % 4 == 1) log(air);
  if (round_ % 5 == 2) claim(air);
  if (round_ % 6 == 3) check_in(air);
  if (round_ % 10 == 9) integrate(air);
}

void Team::send(Air air) {
  const std::string to = any_agent();
  const std::string said = "work of round " + std::to_string(round_);
  const json::Value data =
      data_of(air, {"send", to, "-m", said, "--json"}, {0, 3});
  const json::Array* const messages = data["messages"].as_array();
  if (!messages) return;
  for (const json::Value& m : *messages)
    if (const auto id = m["id"].as_integer())
      witness_.sent.push_back(
          {.id = *id, .sender = "person", .recipient = to, .text = said});
}

bool Team::answers(const std::string& agent, int timeout_s) {
  const std::string said = "are you there, after " + std::to_string(round_++);
  const process::Outcome out =
      arena_.orch({"send", agent, "-m", said, "--wait", "acked", "--timeout",
                   std::to_string(timeout_s), "--json"});
  const auto answer = json::parse(out.output);
  if (answer)
    if (const json::Array* all = (*answer)["data"]["messages"].as_array())
      for (const json::Value& m : *all)
        if (const auto id = m["id"].as_integer())
          witness_.sent.push_back({.id = *id,
                                   .sender = "person",
                                   .recipient = agent,
                                   .text = said});
  return out.ok();
}

void Team::log(Air air) {
  const std::string said = "logged in round " + std::to_string(round_);
  const std::vector<std::string> args = {"log-event", feature_, "overseer",
                                         "drill",     said,     "-q"};
  const process::Outcome out = arena_.orch(args);
  if (out.ok())
    witness_.logged.push_back(said);
  else
    note_failure(air, args, out);
}

// One of two gets it; the other is told so, and gets it later.
void Team::claim(Air air) {
  const std::string name = "task/" + feature_ + "/" + kTask;
  // One that could not be given back in trouble.
  if (is_claimed_)
    is_claimed_ = !arena_.orch({"task", "release", kTask, "-q"}).ok();
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string& first = running_[i % running_.size()];
    const std::string& second = running_[(i + 1) % running_.size()];
    const json::Value data = data_of(air, {"task", "claim", kTask, "--agent",
                                           first, "--for", "10m", "--json"});
    const auto number = data["claim"]["number"].as_integer();
    is_claimed_ = is_claimed_ || !number;
    if (!number) return;
    history::Claim held{.name = name,
                        .owner = first,
                        .fencing = *number,
                        .from = clock::steady()};
    const std::vector<std::string> other = {"task",    "claim", kTask,
                                            "--agent", second,  "--json"};
    const process::Outcome out = arena_.orch(other);
    if (out.ok()) {
      const auto answer = json::parse(out.output);
      const auto theirs =
          answer ? (*answer)["data"]["claim"]["number"].as_integer()
                 : std::nullopt;
      witness_.claims.push_back({.name = name,
                                 .owner = second,
                                 .fencing = theirs.value_or(0),
                                 .from = clock::steady(),
                                 .until = clock::steady() + 1});
    }
    const std::vector<std::string> release = {
        "task", "release", kTask, "-q", "--claim", std::to_string(*number)};
    held.until = clock::steady();
    const process::Outcome freed = arena_.orch(release);
    if (!freed.ok()) {
      is_claimed_ = true;
      note_failure(air, release, freed);
    }
    witness_.claims.push_back(held);
  }
}

void Team::check_in(Air air) {
  const json::Value data =
      data_of(air, {"checkin", "add", any_agent(), "--in", "1s",
                    "once in round " + std::to_string(round_) + " of the drill",
                    "--json"});
  if (const json::Array* all = data["checkins"].as_array())
    for (const json::Value& c : *all)
      if (const auto id = c["id"].as_integer()) witness_.once.push_back(*id);
}

// What does not land is told, and lands another time.
void Team::integrate(Air air) {
  const json::Value data = data_of(
      air, {"integrate", "--all", "--feature", feature_, "--json"}, {0, 1, 4});
  if (const json::Array* landed = data["landed"].as_array())
    landings_ += static_cast<std::int64_t>(landed->size());
}

std::optional<std::string> Team::commit(const std::string& what) {
  const std::string where = arena_.worktree_of(by_hand_);
  try {
    file::write_atomically(where + "/by-hand.txt", what + "\n", 0644);
  } catch (const Error&) {
    return std::nullopt;  // the disk is full, or the worktree is not there
  }
  if (!arena_.git({"add", "--all"}, where).ok() ||
      !arena_.git({"commit", "-qm", "by hand: " + what}, where).ok())
    return std::nullopt;
  const process::Outcome id = arena_.git({"rev-parse", "HEAD"}, where);
  if (!id.ok()) return std::nullopt;
  witness_.commits.emplace_back(text::trim(id.output));
  return witness_.commits.back();
}

// What was submitted and could not be written down stays there: nothing proves
// more.
bool Team::has_to_move(const history::Message& m) const {
  if (m.level == "queued" || m.level == "typed") return true;
  const auto& unwritten = witness_.unwritten;
  return m.level == "submitted" &&
         std::find(unwritten.begin(), unwritten.end(), m.id) == unwritten.end();
}

std::vector<std::string> Team::settle(std::int64_t most_ms) {
  const std::int64_t until = clock::steady() + most_ms;
  for (;;) {
    std::vector<std::string> open;
    arena_.orch({"tick", "-q"});
    const auto now = records();
    if (!now) return {"the store cannot be read"};
    for (const history::Message& m : now->messages)
      if (m.recipient != by_hand_ && has_to_move(m))
        open.push_back("message " + std::to_string(m.id) + " to '" +
                       m.recipient + "' is still " + m.level);
    for (const history::Agent& a : now->agents)
      if (a.address != by_hand_ && a.state != "idle")
        open.push_back("'" + a.address + "' is " + a.state);
    if (open.empty() || clock::steady() > until) return open;
    interrupts_.wait(50);
  }
}

std::optional<history::Records> Team::records() const {
  try {
    return find_records(arena_);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::vector<history::Arrival> Team::arrivals() {
  std::vector<history::Arrival> out;
  auto store = store::Store::find(arena_.handle().orch_dir());
  if (store)
    for (const auto& [agent, path] : store::list_transcripts(*store)) {
      auto& known = transcripts_[agent];
      if (std::find(known.begin(), known.end(), path) == known.end())
        known.push_back(path);
    }
  for (const auto& [agent, paths] : transcripts_) {
    std::vector<history::Arrival> all;
    for (const std::string& path : paths)
      for (const std::string& line :
           text::split(file::find_contents(path).value_or(""), '\n')) {
        // A disk that was full may have cut the line before it.
        const std::size_t at = line.rfind("{\"prompt\":");
        if (at == std::string::npos) continue;
        const auto entry = json::parse(line.substr(at));
        const std::string* prompt =
            entry ? (*entry)["prompt"].as_string() : nullptr;
        if (!prompt) continue;
        for (const event::Arrival& a : event::arrivals_in(*prompt))
          all.push_back(
              {.agent = agent, .message = a.id, .with_text = a.with_text});
      }
    const std::size_t skipped = std::min(forgotten_[agent], all.size());
    out.insert(out.end(), all.begin() + static_cast<std::ptrdiff_t>(skipped),
               all.end());
  }
  return out;
}

void Team::forget(const history::Records& known) {
  forgotten_.clear();  // else some of them are not told of again
  for (const history::Arrival& a : arrivals()) {
    ++forgotten_[a.agent];
    witness_.unwritten.push_back(a.message);
  }
  witness_.logged.clear();
  witness_.sent.clear();
  witness_.once.clear();
  witness_.claims.clear();
  for (const history::Message& m : known.messages)
    witness_.unwritten.push_back(m.id);
  // Nothing but the store knows of it; it may be there still.
  arena_.orch(add_task());
}

std::vector<Finding> Team::take_findings() {
  return std::exchange(findings_, {});
}

void Team::move_clock(std::int64_t by_ms) {
  arena_.set("ORCH_TEST_NOW",
             by_ms == 0 ? "" : std::to_string(clock::now() + by_ms));
}

}  // namespace orch::drill
