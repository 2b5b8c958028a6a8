// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>

#include "policy/policy.h"
#include "text/text.h"
#include "text/time.h"
#include "yaml/node.h"

namespace orch::policy {
namespace {

constexpr char kNever[] = "never";
constexpr std::string_view kKinds[] = {"overseer", "implementor", "support",
                                       "directory"};

// One map of the file: its keys by their full names, and where they stand.
class Section {
 public:
  Section(const yaml::Node& map, Policy& policy, std::string prefix)
      : map_(map),
        reader_(map, policy.file),
        policy_(policy),
        prefix_(std::move(prefix)) {}

  std::optional<std::string> text(const std::string& key) {
    note(key);
    return reader_.text(key);
  }
  void rate(const std::string& key, Rate& out) {
    const auto given = text(key);
    if (!given) return;
    if (*given == "none") {
      out = {};
      return;
    }
    const auto words = text::split_list(*given, ' ');
    const auto per = words.size() == 3 && words[1] == "per"
                         ? text::parse_duration(words[2])
                         : std::nullopt;
    int count = 0;
    if (per)
      std::from_chars(words[0].data(), words[0].data() + words[0].size(),
                      count);
    if (!per || *per == 0 || count < 1 || std::to_string(count) != words[0])
      fail(key, "'" + *given + "' is no rate (30 per 5m, none)");
    out = {count, *per};
  }
  // "never" where `out` may be absent.
  void duration(const std::string& key, std::optional<std::int64_t>& out) {
    const auto given = text(key);
    if (!given) return;
    out = text::parse_duration(*given);
    if (!out && *given != kNever)
      fail(key, "'" + *given + "' is no duration (30s, 5m, 2h, never)");
  }
  void duration(const std::string& key, std::int64_t& out) {
    const auto given = text(key);
    if (!given) return;
    const auto parsed = text::parse_duration(*given);
    if (!parsed) fail(key, "'" + *given + "' is no duration (30s, 5m, 2h)");
    out = *parsed;
  }
  void one_of(const std::string& key, const std::vector<std::string>& known,
              std::string& out) {
    const auto given = text(key);
    if (!given) return;
    if (std::find(known.begin(), known.end(), *given) == known.end())
      fail(key, "'" + *given + "' is none of " + text::join(known, ", "));
    out = *given;
  }
  void mode(const std::string& key, Mode& out) {
    // YAML 1.1 calls "off" a boolean; here it is a word like the others.
    std::string name(mode_name(out));
    one_of(key, {"off", "warn", "block"}, name);
    out = *parse_mode(name);
  }
  void count(const std::string& key, std::optional<std::int64_t>& out) {
    const auto given = text(key);
    if (!given) return;
    std::int64_t n = 0;
    const char* const end = given->data() + given->size();
    if (*given == kNever) {
      out = std::nullopt;
    } else if (std::from_chars(given->data(), end, n).ptr != end ||
               given->empty() || n < 0) {
      fail(key, "'" + *given + "' is no number (20, never)");
    } else {
      out = n;
    }
  }
  // Of one line each, since that is how they are kept.
  void texts(const std::string& key, std::vector<std::string>& out) {
    note(key);
    if (!map_.find(key)) return;
    const auto given = reader_.texts(key);
    for (const std::string& t : given)
      if (t.empty() || t.find('\n') != std::string::npos)
        fail(key, "an empty text, or one of several lines");
    out = given;
  }
  void role(const std::string& key, std::string& out) {
    const auto given = text(key);
    if (!given) return;
    if (!text::is_spec_id(*given)) fail(key, "'" + *given + "' is no role");
    out = *given;
  }
  enum class Star { Allowed, Refused };
  void roles(const std::string& key, Star star, std::vector<std::string>& out) {
    note(key);
    const auto given = reader_.texts(key);
    if (!map_.find(key)) return;
    for (const std::string& r : given)
      if (!text::is_spec_id(r) && (r != "*" || star == Star::Refused))
        fail(key, "'" + text::printable(r) + "' is no role");
    out = given;
  }
  const yaml::Node* map(const std::string& key) { return reader_.map(key); }
  const yaml::Node* list(const std::string& key) { return reader_.list(key); }
  [[noreturn]] void fail(const std::string& key, const std::string& what) {
    const yaml::Node* at = map_.find(key);
    reader_.fail(at ? *at : map_, what);
  }
  std::string name(const std::string& key) const { return prefix_ + key; }
  const std::string& file() const { return policy_.file; }
  void end() const { reader_.reject_unknown_keys(); }

 private:
  void note(const std::string& key) {
    if (const yaml::Node* node = map_.find(key))
      policy_.lines[prefix_ + key] = node->key_line;
  }

  const yaml::Node& map_;
  yaml::Reader reader_;
  Policy& policy_;
  std::string prefix_;
};

// Those that ship hold until the file has one of the same name.
void read_circles(const yaml::Node& map, Policy& policy) {
  Section s(map, policy, "messages.circles.");
  std::vector<Circle>& circles = policy.messages.circles;
  for (const auto& [name, node] : map.members) {
    if (!text::is_spec_id(name))
      s.fail(name, "'" + text::printable(name) + "' is no name of a circle");
    const auto same = [&name = name](const Circle& c) {
      return c.name == name;
    };
    auto it = std::find_if(circles.begin(), circles.end(), same);
    if (it == circles.end()) it = circles.insert(it, Circle{name, {}});
    s.roles(name, Section::Star::Refused, it->roles);
  }
  s.end();
}

void read_messages(const yaml::Node& map, Policy& policy) {
  Section s(map, policy, "messages.");
  Messages& m = policy.messages;
  s.rate("rate", m.rate);
  s.rate("progress_rate", m.progress_rate);
  s.duration("pane_every", m.pane_every_ms);
  s.one_of("priority", {"critical", "high", "normal", "low"}, m.priority);
  s.duration("expires", m.expires_ms);
  if (const yaml::Node* may = s.map("may_message")) {
    Section kinds(*may, policy, "messages.may_message.");
    for (const std::string_view kind : kKinds) {
      const std::string key(kind);
      kinds.roles(key, Section::Star::Allowed, m.may_message[key]);
    }
    kinds.end();
  }
  if (const yaml::Node* circles = s.map("circles"))
    read_circles(*circles, policy);
  s.end();
}

// The keys that a rule has besides its action.
void read_rule(Section& s, AskRule& rule) {
  s.role("approver", rule.approver);
  s.duration("expires", rule.expires_ms);
  if (rule.expires_ms == 0) s.fail("expires", "an ask must have an expiry");
  s.one_of("escalate_to", {"person"}, rule.escalate_to);
  s.duration("escalate_after", rule.escalate_after_ms);
}

void read_asks(const yaml::Node& map, Policy& policy) {
  Section s(map, policy, "asks.");
  s.rate("rate", policy.ask_rate);
  read_rule(s, policy.otherwise);
  if (const yaml::Node* actions = s.list("actions"))
    for (const yaml::Node& item : actions->items) {
      AskRule rule = policy.otherwise;
      const std::string prefix =
          "asks.actions." + std::to_string(policy.actions.size() + 1) + ".";
      Section one(item, policy, prefix);
      rule.action = one.text("action").value_or("");
      if (rule.action.empty()) one.fail("action", "'action' is missing");
      policy.lines[prefix.substr(0, prefix.size() - 1)] = item.line;
      read_rule(one, rule);
      one.end();
      policy.actions.push_back(std::move(rule));
    }
  s.end();
}

void read_guards(const yaml::Node& map, Policy& policy) {
  Section s(map, policy, "guards.");
  Guards& g = policy.guards;
  s.mode("refs", g.refs);
  s.mode("paths", g.paths);
  s.mode("merges", g.merges);
  s.mode("pushes", g.pushes);
  s.mode("trailers", g.trailers);
  s.mode("prefix", g.prefix);
  s.texts("protected_refs", g.protected_refs);
  for (const std::string& ref : g.protected_refs)
    if (!ref.starts_with("refs/"))
      s.fail("protected_refs", "'" + text::printable(ref) +
                                   "' is no full name of a ref "
                                   "(refs/heads/main, refs/tags/*)");
  s.texts("protected_paths", g.protected_paths);
  std::string quarantine = g.quarantine ? "on" : "off";
  s.one_of("quarantine", {"on", "off"}, quarantine);
  g.quarantine = quarantine == "on";
  s.end();
}

void read_thresholds(const yaml::Node& map, Policy& policy) {
  Section s(map, policy, "thresholds.");
  Thresholds& t = policy.thresholds;
  s.duration("commit_age", t.commit_age_ms);
  s.duration("push_age", t.push_age_ms);
  s.count("behind", t.behind);
  s.duration("integration_age", t.integration_age_ms);
  s.duration("conflict_age", t.conflict_age_ms);
  s.duration("pr_age", t.pr_age_ms);
  s.duration("landing_age", t.landing_age_ms);
  s.duration("stall_age", t.stall_age_ms);
  s.duration("stall_cool_down", t.stall_cool_down_ms);
  s.count("stall_reminders", t.stall_reminders);
  s.count("loop_messages", t.loop_messages);
  s.count("loop_repeats", t.loop_repeats);
  s.duration("loop_window", t.loop_window_ms);
  s.duration("loop_cool_down", t.loop_cool_down_ms);
  s.end();
}

void read_integration(const yaml::Node& map, Policy& policy) {
  Section s(map, policy, "integration.");
  Integration& i = policy.integration;
  s.one_of("method", {"merge", "squash", "rebase"}, i.method);
  s.texts("order", i.order);
  if (i.order.empty()) s.fail("order", "'age', 'conflicts', or roles");
  for (const std::string& word : i.order)
    if (!text::is_spec_id(word))
      s.fail("order", "'" + text::printable(word) +
                          "' is neither age, conflicts nor a role");
  if (i.order.size() > 1 && (i.order[0] == "age" || i.order[0] == "conflicts"))
    s.fail("order", "'" + i.order[0] + "' stands alone");
  s.texts("gates", i.gates);
  s.duration("gate_timeout", i.gate_timeout_ms);
  if (i.gate_timeout_ms == 0) s.fail("gate_timeout", "a gate must have an end");
  s.one_of("test", {"each", "batch"}, i.test);
  std::optional<std::int64_t> jobs = i.jobs;
  if (s.text("jobs").value_or("auto") != "auto") s.count("jobs", jobs);
  i.jobs = jobs.value_or(0);
  s.end();
}

void read_sync(const yaml::Node& map, Policy& policy) {
  Section s(map, policy, "sync.");
  s.one_of("method", {"rebase", "merge"}, policy.sync.method);
  s.one_of("agree", {"idle", "ask", "never"}, policy.sync.agree);
  for (const auto& [key, out] :
       {std::pair{"tell", &policy.sync.tell},
        std::pair{"tell_base", &policy.sync.tell_base}}) {
    s.count(key, *out);
    if (*out == 0) s.fail(key, "'0' is no number of commits (1, never)");
  }
  s.end();
}

}  // namespace

Policy parse_policy(std::string_view bytes, const std::string& file) {
  Policy policy;
  policy.file = file;
  policy.messages.may_message = {{"overseer", {"*"}},
                                 {"implementor", {"reports_to", "overseer"}},
                                 {"support", {"reports_to", "overseer"}},
                                 {"directory", {"*"}}};
  policy.messages.circles = {
      {"standard", {"orchestrator", "developer", "tester", "testrunner"}},
      {"operations",
       {"orchestrator", "sysadmin", "securityops", "devops", "networkops",
        "monitoringops"}}};
  policy.otherwise = {.action = "*",
                      .approver = "overseer",
                      .expires_ms = 30 * 60000,
                      .escalate_to = "person",
                      .escalate_after_ms = 10 * 60000};
  const yaml::Node root = yaml::parse(bytes, file);
  // A file of comments alone.
  if (root.kind == yaml::Node::Kind::Null) return policy;
  yaml::Reader reader(root, file);
  if (const yaml::Node* map = reader.map("messages"))
    read_messages(*map, policy);
  if (const yaml::Node* map = reader.map("asks")) read_asks(*map, policy);
  if (const yaml::Node* map = reader.map("guards")) read_guards(*map, policy);
  if (const yaml::Node* map = reader.map("thresholds"))
    read_thresholds(*map, policy);
  if (const yaml::Node* map = reader.map("integration"))
    read_integration(*map, policy);
  if (const yaml::Node* map = reader.map("sync")) read_sync(*map, policy);
  reader.reject_unknown_keys();
  return policy;
}

}  // namespace orch::policy
