// SPDX-License-Identifier: MIT
#include <algorithm>

#include "policy/policy.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::policy {
namespace {

std::string or_never(const std::optional<std::int64_t>& duration) {
  return duration ? text::duration_text(*duration) : "never";
}

std::string number_or_never(const std::optional<std::int64_t>& n) {
  return n ? std::to_string(*n) : "never";
}

std::string ask_text(const AskRule& rule) {
  return "approver " + rule.approver + ", expires " +
         text::duration_text(rule.expires_ms) + ", escalate to " +
         rule.escalate_to + " after " + or_never(rule.escalate_after_ms);
}

std::string list_text(const std::vector<std::string>& names,
                      const char* none = "nobody") {
  return names.empty() ? none : text::join(names, ", ");
}

bool holds(const std::vector<std::string>& list, const Writer& from,
           const Addressee& to) {
  return std::any_of(list.begin(), list.end(), [&](const std::string& item) {
    if (item == "*") return true;
    if (!to.same_feature) return false;
    if (item == "overseer" && to.kind == "overseer") return true;
    return to.role == (item == "reports_to" ? from.reports_to : item);
  });
}

bool has(const Circle& circle, const std::string& role) {
  return std::find(circle.roles.begin(), circle.roles.end(), role) !=
         circle.roles.end();
}

}  // namespace

std::string rate_text(const Rate& rate) {
  if (!rate.limits()) return "none";
  return std::to_string(rate.count) + " per " +
         text::duration_text(rate.per_ms);
}

std::vector<Rule> list_rules(const Policy& policy) {
  std::vector<Rule> out;
  const auto add = [&](const std::string& name, const std::string& key,
                       const std::string& value) {
    const auto line = policy.lines.find(key);
    out.push_back({name, value,
                   line == policy.lines.end()
                       ? "built in"
                       : policy.file + ":" + std::to_string(line->second)});
  };
  const auto add_plain = [&](const std::string& name,
                             const std::string& value) {
    add(name, name, value);
  };
  const Messages& m = policy.messages;
  add_plain("messages.rate", rate_text(m.rate));
  add_plain("messages.progress_rate", rate_text(m.progress_rate));
  add_plain("messages.pane_every", text::duration_text(m.pane_every_ms));
  add_plain("messages.priority", m.priority);
  add_plain("messages.expires", or_never(m.expires_ms));
  for (const char* kind : {"overseer", "implementor", "support", "directory"})
    add_plain(std::string("messages.may_message.") + kind,
              list_text(m.may_message.at(kind)));
  for (const Circle& c : m.circles)
    add_plain("messages.circles." + c.name, list_text(c.roles));
  const AskRule& a = policy.otherwise;
  add_plain("asks.rate", rate_text(policy.ask_rate));
  add_plain("asks.approver", a.approver);
  add_plain("asks.expires", text::duration_text(a.expires_ms));
  add_plain("asks.escalate_to", a.escalate_to);
  add_plain("asks.escalate_after", or_never(a.escalate_after_ms));
  for (std::size_t i = 0; i < policy.actions.size(); ++i)
    add(name_of(policy, policy.actions[i]),
        "asks.actions." + std::to_string(i + 1), ask_text(policy.actions[i]));
  const Guards& g = policy.guards;
  for (const auto& [name, mode] :
       {std::pair{"refs", g.refs}, std::pair{"paths", g.paths},
        std::pair{"merges", g.merges}, std::pair{"pushes", g.pushes},
        std::pair{"trailers", g.trailers}, std::pair{"prefix", g.prefix}})
    add_plain(std::string("guards.") + name, std::string(mode_name(mode)));
  add_plain("guards.protected_refs", list_text(g.protected_refs, "none"));
  add_plain("guards.protected_paths", list_text(g.protected_paths, "none"));
  add_plain("guards.quarantine", g.quarantine ? "on" : "off");
  const Thresholds& t = policy.thresholds;
  add_plain("thresholds.commit_age", or_never(t.commit_age_ms));
  add_plain("thresholds.push_age", or_never(t.push_age_ms));
  add_plain("thresholds.behind", number_or_never(t.behind));
  add_plain("thresholds.integration_age", or_never(t.integration_age_ms));
  add_plain("thresholds.conflict_age", or_never(t.conflict_age_ms));
  add_plain("thresholds.pr_age", or_never(t.pr_age_ms));
  add_plain("thresholds.landing_age", or_never(t.landing_age_ms));
  add_plain("thresholds.stall_age", or_never(t.stall_age_ms));
  add_plain("thresholds.stall_cool_down", or_never(t.stall_cool_down_ms));
  add_plain("thresholds.stall_reminders", number_or_never(t.stall_reminders));
  add_plain("thresholds.loop_messages", number_or_never(t.loop_messages));
  add_plain("thresholds.loop_repeats", number_or_never(t.loop_repeats));
  add_plain("thresholds.loop_window", or_never(t.loop_window_ms));
  add_plain("thresholds.loop_cool_down", or_never(t.loop_cool_down_ms));
  const Integration& i = policy.integration;
  add_plain("integration.method", i.method);
  add_plain("integration.order", list_text(i.order));
  add_plain("integration.gates", list_text(i.gates, "none"));
  add_plain("integration.gate_timeout", text::duration_text(i.gate_timeout_ms));
  add_plain("integration.test", i.test);
  add_plain("integration.jobs", i.jobs == 0 ? "auto" : std::to_string(i.jobs));
  add_plain("sync.method", policy.sync.method);
  add_plain("sync.agree", policy.sync.agree);
  add_plain("sync.tell", number_or_never(policy.sync.tell));
  add_plain("sync.tell_base", number_or_never(policy.sync.tell_base));
  return out;
}

// Back to the last star when the rest does not fit: linear but for that.
bool matches(std::string_view glob, std::string_view text) {
  std::size_t g = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      mark = t;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

const AskRule& rule_of(const Policy& policy, std::string_view action) {
  for (const AskRule& rule : policy.actions)
    if (matches(rule.action, action)) return rule;
  return policy.otherwise;
}

std::string name_of(const Policy& policy, const AskRule& rule) {
  return &rule == &policy.otherwise ? "asks.approver"
                                    : "asks.actions." + rule.action;
}

Answer may_write(const Policy& policy, const Writer& from,
                 const Addressee& to) {
  if (to.same_feature && to.kind == "overseer")
    return {true, "the overseer can always be written to"};
  if (to.same_feature && !from.reports_to.empty() && to.role == from.reports_to)
    return {true, "reports_to of role '" + from.role + "'"};
  if (from.may_message)
    return {holds(*from.may_message, from, to),
            "may_message of role '" + from.role +
                "': " + list_text(*from.may_message)};
  const std::string kind = from.in_feature ? from.kind : "directory";
  const auto& list = policy.messages.may_message.at(kind);
  if (from.in_feature && to.same_feature && !holds(list, from, to))
    for (const Circle& c : policy.messages.circles)
      if (has(c, from.role) && has(c, to.role))
        return {true, "messages.circles." + c.name + ": " + list_text(c.roles)};
  return {holds(list, from, to),
          "messages.may_message." + kind + ": " + list_text(list)};
}

}  // namespace orch::policy
