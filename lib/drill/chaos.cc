// SPDX-License-Identifier: MIT
#include "drill/chaos.h"

#include <algorithm>

#include "clock/clock.h"
#include "daemon/daemon.h"
#include "drill/checker.h"
#include "drill/team.h"
#include "drill/trouble.h"
#include "error/error.h"
#include "store/features.h"
#include "text/text.h"

namespace orch::drill {
namespace {

constexpr std::int64_t kRecoverMs = 90 * 1000;
// So much later than the end, what is late still comes.
constexpr std::int64_t kLateMs = 60 * 1000;
// Room for an hour of commits; when it is full, that is soon.
constexpr std::int64_t kDiskBytes = 128 << 20;
constexpr int kAnswerS = 30;

class Chaos {
 public:
  Chaos(const ChaosOptions& options, const Interrupts& interrupts,
        const std::function<void(const std::string&)>& tell)
      : options_(options),
        interrupts_(interrupts),
        tell_(tell),
        arena_(size_of(options)),
        team_(arena_, interrupts, options.asked.seed),
        checker_(team_),
        scene_{team_, checker_} {}

  ChaosReport run() {
    const std::vector<Planned> plan = plan_of(options_);
    ChaosReport report{.asked = asked_of(options_),
                       .started_at = clock::now(),
                       .planned = static_cast<std::int64_t>(plan.size())};
    tell_of_place(arena_, options_.keep, tell_);
    tell_("starting " + text::count_of(team_.running().size(), "agent") +
          " in " + arena_.directory());
    team_.start();
    team_.work(Team::Air::Calm);
    report.findings = checker_.check();
    begin_ = clock::steady();
    for (const Planned& planned : plan) {
      const std::int64_t left = begin_ + planned.at_ms - clock::steady();
      if (left > 0) team_.work_for(left, Team::Air::Calm);
      if (clock::steady() - begin_ > options_.asked.duration_ms + kLateMs)
        break;
      report.events.push_back(run_event(planned));
    }
    const std::int64_t left =
        begin_ + options_.asked.duration_ms - clock::steady();
    if (left > 0) team_.work_for(left, Team::Air::Calm);
    end(report);
    return report;
  }

 private:
  static Arena::Size size_of(const ChaosOptions& options) {
    Arena::Size size = Team::size_for(options.agents, options.asked.seed);
    size.keep = options.keep;
    size.disk_bytes = kDiskBytes;
    return size;
  }

  Happened run_event(const Planned& planned);
  void end(ChaosReport& report);
  std::optional<std::int64_t> recover(const Trouble& trouble,
                                      std::int64_t since, Happened& happened);
  std::string what_is_wrong(const Trouble& trouble, bool& mended);
  std::string who_is_down();

  const ChaosOptions& options_;
  const Interrupts& interrupts_;
  const std::function<void(const std::string&)>& tell_;
  Arena arena_;
  Team team_;
  Checker checker_;
  Scene scene_;
  std::int64_t begin_ = 0;
};

Happened Chaos::run_event(const Planned& planned) {
  Happened happened{.planned = planned, .at_ms = clock::steady() - begin_};
  const std::string name(planned.kind->name);
  tell_(name + (planned.target.empty() ? "" : " of " + planned.target));
  scene_.lost = {};
  try {
    std::int64_t since = clock::steady();
    const Trouble trouble = make_trouble(scene_, planned);
    if (trouble.lasts_ms > 0) {
      team_.work_for(trouble.lasts_ms, Team::Air::Trouble);
      since = clock::steady();
    } else {
      team_.work(Team::Air::Trouble);
    }
    happened.recovered_ms = recover(trouble, since, happened);
    happened.lost = scene_.lost;
    const auto found = checker_.check();
    happened.findings.insert(happened.findings.end(), found.begin(),
                             found.end());
  } catch (const Skip& skip) {
    happened.skipped = skip.reason;
  }
  for (const Finding& f : happened.findings)
    tell_("  " + f.check + ": " + f.what);
  return happened;
}

std::optional<std::int64_t> Chaos::recover(const Trouble& trouble,
                                           std::int64_t since,
                                           Happened& happened) {
  bool mended = false;
  std::string wrong;
  do {
    wrong = what_is_wrong(trouble, mended);
    if (wrong.empty()) return clock::steady() - since;
    interrupts_.wait(50);
  } while (clock::steady() - since < kRecoverMs);
  happened.findings.push_back({"recovery", wrong});
  return std::nullopt;
}

// Does what a person would who sees it; empty when the team works as before.
std::string Chaos::what_is_wrong(const Trouble& trouble, bool& mended) {
  if (!mended && trouble.mend && !trouble.mend())
    return "it could not be mended";
  mended = true;
  if (const std::string who = who_is_down(); !who.empty()) {
    arena_.orch({"resume", "-q"});
    if (!who_is_down().empty()) return who;
  }
  const auto orch_dir = arena_.handle().orch_dir();
  if (!daemon::find_holder(orch_dir)) {
    arena_.orch({"daemon", "start", "-q"});
    if (!daemon::find_holder(orch_dir)) return "no daemon runs";
  }
  if (!team_.commit("after it, at " + std::to_string(clock::steady())))
    return "a commit is refused";
  for (const std::string& agent : team_.running())
    if (!team_.answers(agent, kAnswerS))
      return "'" + agent + "' does not answer";
  return "";
}

std::string Chaos::who_is_down() {
  arena_.orch({"tick", "-q"});
  const auto now = team_.records();
  if (!now) return "the store cannot be read";
  for (const std::string& agent : team_.running()) {
    const auto row =
        std::find_if(now->agents.begin(), now->agents.end(),
                     [&](const auto& a) { return a.address == agent; });
    if (row == now->agents.end()) return "'" + agent + "' has no row";
    if (!row->lives || row->state == "exited" || row->state == "lost" ||
        row->state == "stopped")
      return "'" + agent + "' is " + row->state;
  }
  return "";
}

void Chaos::end(ChaosReport& report) {
  auto found = checker_.check();
  report.findings.insert(report.findings.end(), found.begin(), found.end());
  report.commits = static_cast<std::int64_t>(checker_.commits());
  report.messages = static_cast<std::int64_t>(checker_.messages());
  report.landings = team_.landings();
  tell_("cleaning up");
  if (!options_.keep)
    for (const Leftover& left : arena_.end())
      report.findings.push_back({"left/" + left.kind, left.what});
  report.duration_ms = clock::steady() - begin_;
}

}  // namespace

Asked asked_of(const ChaosOptions& options) {
  Asked asked = options.asked;
  asked.agents.clear();
  for (int i = 0; i < options.agents; ++i)
    asked.agents.push_back("001-drill/" + Arena::role_name(i));
  return asked;
}

std::vector<Planned> plan_of(const ChaosOptions& options) {
  return plan(asked_of(options));
}

Trouble make_trouble(Scene& scene, const Planned& planned) {
  const std::string_view kind = planned.kind->name;
  for (const char* name :
       {"detach", "stop-process", "kill-daemon", "kill-server", "kill-agent",
        "kill-shell", "kill-pane"})
    if (kind == name) return hit_process(scene, planned);
  if (kind.starts_with("corrupt-") || kind == "disable-hook")
    return hit_data(scene, planned);
  return hit_machine(scene, planned);
}

ChaosReport run_chaos(const ChaosOptions& options, const Interrupts& interrupts,
                      const std::function<void(const std::string&)>& tell) {
  return Chaos(options, interrupts, tell).run();
}

}  // namespace orch::drill
