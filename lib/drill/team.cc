// SPDX-License-Identifier: MIT
#include "drill/team.h"

#include <algorithm>

#include "clock/clock.h"
#include "drill/belongings.h"
#include "drill/records.h"
#include "drill/said.h"
#include "error/error.h"
#include "file/file.h"
#include "text/text.h"

namespace orch::drill {
namespace {

constexpr std::int64_t kPauseMs = 250;
// Longer than any drill of an hour needs.
constexpr int kSteps = 4000;

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

}  // namespace

Arena::Size Team::size_for(int agents, std::uint64_t seed) {
  return {.agents = agents + 1,
          .team = agents + 1,
          .seed = seed,
          .script = script_of,
          .furnish = furnish};
}

Team::Team(Arena& arena, const Interrupts& interrupts, std::uint64_t seed)
    : arena_(arena),
      interrupts_(interrupts),
      draw_(seed),
      feature_(arena.features().front()),
      by_hand_(arena.agents().back()),
      running_(arena.agents()),
      deeds_(arena, feature_,
             [this](const auto& args, const process::Outcome& out) {
               note_failure(air_, args, out);
             }),
      conversations_(arena) {
  running_.pop_back();
}

void Team::start() {
  for (const std::string& agent : running_) {
    const process::Outcome out = arena_.orch({"agent", "start", "-q", agent});
    if (!out.ok())
      throw Error(ErrorCode::Io,
                  "cannot start '" + agent + "': " + said_by(out));
  }
  deeds_.add_task();
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
  air_ = air;
  ++round_;
  const std::string round = std::to_string(round_);
  send();
  // The first does: without a commit, nothing of it can be lost.
  if (round_ % 3 == 1) commit("round " + round);
  if (round_ % 4 == 1) deeds_.log("logged in round " + round);
  if (round_ % 5 == 2) claim();
  if (round_ % 6 == 3)
    deeds_.check_in(any_agent(), "once in round " + round + " of the drill");
  if (round_ % 10 == 9) integrate();
  air_ = Air::Calm;
}

void Team::send() {
  const std::string to = any_agent();
  const process::Outcome out =
      deeds_.send({to}, "work of round " + std::to_string(round_));
  if (out.timed_out || (out.status != kDone && out.status != kNotReached))
    note_failure(air_, {"send", to}, out);
}

bool Team::answers(const std::string& agent, int timeout_s) {
  return deeds_
      .send({agent}, "are you there, after " + std::to_string(round_++),
            {"--wait", "acked", "--timeout", std::to_string(timeout_s)})
      .ok();
}

void Team::claim() { deeds_.claim(running_[0], running_[1 % running_.size()]); }

// What does not land is told, and lands another time.
void Team::integrate() {
  const json::Value data = deeds_.data_of(
      {"integrate", "--all", "--feature", feature_, "--json"}, {0, 1, 4});
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
  witness().commits.emplace_back(text::trim(id.output));
  return witness().commits.back();
}

// What was submitted and could not be written down stays there: nothing proves
// more.
bool Team::has_to_move(const history::Message& m) const {
  if (m.level == "queued" || m.level == "typed") return true;
  const auto& unwritten = deeds_.witness().unwritten;
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

history::Lost Team::count_lost(history::Records& known, Mended mended) {
  const history::Records now =
      find_records(arena_).value_or(history::Records{});
  auto kept = history::arrivals_kept(known, now);
  if (mended == Mended::PutBack) {
    // What has come since the copy was made comes again.
    std::set<std::int64_t> open;
    for (const history::Message& m : now.messages)
      if (m.level == "queued" || m.level == "typed" || m.level == "submitted")
        open.insert(m.id);
    witness().unwritten.insert(witness().unwritten.end(), open.begin(),
                               open.end());
    kept = [open, kept](std::int64_t id) {
      return open.contains(id) ? 0 : kept(id);
    };
  }
  conversations_.pass_over(kept);
  const history::Lost lost = history::take_out_lost(known, witness(), now);
  // Nothing but the store knows of it; it may be there still.
  deeds_.add_task();
  return lost;
}

std::vector<Finding> Team::take_findings() {
  return std::exchange(findings_, {});
}

void Team::move_clock(std::int64_t by_ms) {
  arena_.set("ORCH_TEST_NOW",
             by_ms == 0 ? "" : std::to_string(clock::now() + by_ms));
}

}  // namespace orch::drill
