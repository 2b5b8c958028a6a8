// SPDX-License-Identifier: MIT
//
// What the API would answer: a team of twenty at work, three hundred, nobody
// yet, and people who put markup, controls and directions into every name.

const kMinute = 60_000;
const kHour = 60 * kMinute;

export const hostile = {
  markup: '<img src=x onerror="window.broken=1"><script>window.broken=1</script>',
  bidi: "safe\u202egnp.exe",
  escape: "\x1b[2J\x1b]0;owned\x07\x9b31m",
  hidden: "a\u200bdmin\ufeff\u2028line",
  long: "n".repeat(300),
};

const kRoles = [
  "overseer", "impl-data", "impl-api", "impl-ui", "impl-auth", "impl-search",
  "impl-mail", "impl-import", "reviewer", "tester", "docs", "security",
];
const kStates = [
  "busy", "idle", "busy", "idle", "busy", "limited", "idle", "busy",
  "idle", "exited", "idle", "stopped",
];

function make_agent(spec, role, state, at, n) {
  return {
    id: `${spec}/${role}`,
    feature: spec,
    role,
    branch: `feature/${spec}/${role}`,
    worktree: `/srv/reading.orch/${spec}/${role}`,
    runtime: n % 3 === 0 ? "codex" : "claude",
    state,
    source: state === "exited" ? "process" : "hook",
    since: at(-(n * 97 + 40) * 1000),
    pane: `%${n}`,
    pid: 4000 + n,
    exit_status: state === "exited" ? 1 : null,
    cli_version: "2.1.0",
    conversation: "7ab593304bcf92a1",
    restart_at: null,
    why: state === "needs-human" ? "asks whether it may delete old rows" : "its hook said so",
    ports: {},
    unread: n % 5 === 0 ? n % 4 : 0,
    task: state === "busy" ? `T0${10 + (n % 20)}` : null,
  };
}

function make_feature(spec, agents, more = {}) {
  return {
    spec_id: spec,
    status: "in-progress",
    base: "main",
    name: null,
    integration_branch: `feature/${spec}/overseer`,
    agents,
    tasks: { open: 6, doing: 4, blocked: 2, done: 9, dropped: 1 },
    conflicts: 2,
    blockers: 1,
    prs: 1,
    tests: 12,
    ...more,
  };
}

function nothing() {
  return {
    status: {
      features: [], tick: { last: null, overdue: 0 }, unscheduled: [], asks: [],
      needs_human: 0, limits: [], queue: 0, daemon: false,
    },
    conflicts: { conflicts: [] },
    task: { tasks: [] },
    recent: { events: [] },
    messages: { messages: [] },
    integrate: { queue: [] },
    queue: { items: [], batches: [], queue: "off", jobs: 1 },
    limits: { limits: [] },
    checkin: { checkins: [] },
    ask: { asks: [] },
    blocker: { blockers: [] },
    contradictions: { contradictions: [] },
    sync: { agents: [] },
    "policy/check": { checks: [] },
    stats: { stats: [], days: [], agents: [] },
    "stats/system": {
      system: {
        load1: 0.4, load5: 0.5, load15: 0.6, cpus: 8, cpu_percent: 7,
        memory_total: 16e9, memory_available: 12e9, swap_total: 0, swap_used: 0,
        disk_total: 500e9, disk_free: 300e9, processes: 210, uptime_s: 90000,
        agents_running: 0, panes: 0, tmux_ms: null, git_ms: 2.4,
        store_bytes: 180224, spool_records: 0, events: 0,
      },
    },
    drill: { load: null },
    notify: { notices: [], sinks: [], outbox: { waiting: 0, failed: 0 } },
    doctor: {
      checks: [
        { name: "git", status: "ok", detail: "version 2.39.5", fix: "" },
        { name: "daemon", status: "warn", detail: "none runs", fix: "git orch daemon start" },
      ],
    },
    daemon: { running: false, pid: null, next: [], wanted: false, last_tick: null, installed: [] },
    "agent/log": { agent: "", text: "" },
  };
}

const kTypes = [
  ["status_update", "T012 the form for goals"],
  ["status_update", "T015 paging of the list"],
  ["tests_passed", "128 of 128"],
  ["message_sent", "is the paging done?"],
  ["report_progress", "half of the import is there"],
  ["task_completed", "T009"],
  ["conflict_detected", "impl-data and impl-api (collision): lib/goals.cc"],
  ["agent_restarted", "exit status 3"],
  ["synced", "3 commits from main"],
  ["checkin_failed", "no pane"],
];

function make_events(spec, roles, at, count) {
  const events = [];
  for (let i = 0; i < count; i += 1) {
    const [type, message] = kTypes[(i * 7) % kTypes.length];
    events.push({
      id: 1000 - i,
      spec_id: spec,
      role: roles[i % roles.length],
      type,
      message,
      task_id: null,
      commit: type === "status_update" ? "ff44ef8bbeed144d46ea65d73fa3aed4828ffb39" : null,
      at: at(-i * 137_000 - 20_000),
      recorded_commit: null,
    });
  }
  const land = (i, role) => {
    events[i] = {
      ...events[i], role, type: "branch_landed",
      message: `feature/${spec}/${role} into feature/${spec}/overseer`,
      commit: "19fff3f0306bb9cbd3ac15bdbea72ee0ae15fbb4",
    };
  };
  if (count > 20) {
    land(4, "impl-search");
    land(11, "docs");
    land(19, "impl-auth");
  }
  return events;
}

function make_days(now, count) {
  const days = [];
  for (let i = count - 1; i >= 0; i -= 1) {
    const day = new Date(now - i * 24 * kHour).toISOString().slice(0, 10);
    const wave = Math.abs(Math.sin(i * 1.3));
    days.push({
      day,
      events: Math.round(200 * wave), commits: Math.round(40 * wave + 4),
      messages: Math.round(90 * wave + 10), conflicts: Math.round(6 * (1 - wave)),
      tests: Math.round(30 * wave), restarts: i % 4, limits: i % 3,
      landings: Math.round(9 * wave), tokens: Math.round(2_400_000 * wave),
      cost_usd: Math.round(1800 * wave) / 100,
    });
  }
  return days;
}

const kTitles = [
  "read goals from the file", "the form for goals", "search over titles",
  "paging of the list", "import of an older export", "reminders by mail",
  "dark theme for the list", "rate limits of the API", "a page for one book",
  "tests of the import", "describe the API", "sessions end after a day",
];

function make_tasks(spec, roles) {
  const statuses = [
    ...Array(6).fill("open"), ...Array(4).fill("doing"),
    ...Array(2).fill("blocked"), ...Array(9).fill("done"), "dropped",
  ];
  return (at) => statuses.map((status, i) => ({
    id: `T${String(i + 1).padStart(3, "0")}`,
    spec_id: spec,
    title: kTitles[i % kTitles.length],
    status,
    owner: status === "open" ? null : `${spec}/${roles[(i % (roles.length - 1)) + 1]}`,
    depends_on: status === "blocked" ? ["T001", "T007"] : [],
    commit: null,
    reason: status === "blocked" ? "the API has no paging yet" : null,
    section: "", parent: "",
    updated_at: at(-i * 11 * kMinute),
  }));
}

function make_conflict(id, a, b, kind, paths, at, severity = "warning") {
  return {
    id, a, b, kind, paths, severity, status: "open", detected_at: at(-id * 4 * kMinute),
    resolved_at: null, types: ["contents"], source: "predicted", notes: null,
  };
}

function make_message(id, from, to, text, level, at, reason = null) {
  return { id, from, to, text, level, kind: "message", sent_at: at(-id * 3 * kMinute), reason };
}

export const kLog = [
  "\x1b[1m$ ./test --all\x1b[0m",
  "\x1b[32m  ok\x1b[0m goals are read                     12 ms",
  "\x1b[32m  ok\x1b[0m goals are written                  31 ms",
  "\x1b[31mfail\x1b[0m goals are paged                     8 ms",
  "     expected \x1b[33m20\x1b[0m rows, found \x1b[36m19\x1b[0m",
  "\x1b[2mThe last page is cut one row short. Looking at lib/paging.cc:88.\x1b[0m",
  "",
].join("\n");

function twenty(now, at) {
  const spec = "003-reading-goals";
  const other = "004-shelves";
  const agents = kRoles.map((role, i) => make_agent(spec, role, kStates[i], at, i + 1));
  const second = kRoles.slice(0, 8).map((role, i) =>
    make_agent(other, role, i === 3 ? "needs-human" : i === 5 ? "starting" : i % 2 ? "busy" : "idle", at, i + 20));
  const id = (role) => `${spec}/${role}`;
  const data = nothing();
  data.status = {
    features: [
      make_feature(spec, agents),
      make_feature(other, second, { tasks: { open: 3, doing: 2, blocked: 0, done: 1, dropped: 0 }, conflicts: 1, blockers: 0, prs: 0, tests: 3 }),
    ],
    tick: { last: at(-12_000), overdue: 1 }, unscheduled: [], asks: [],
    needs_human: 2, limits: [], queue: 2, daemon: true,
  };
  data.conflicts.conflicts = [
    make_conflict(1, id("impl-data"), id("impl-api"), "collision", ["lib/goals.cc", "lib/goals.h"], at, "critical"),
    make_conflict(2, id("impl-ui"), id("impl-search"), "collision", ["web/list.ts"], at),
    make_conflict(3, id("impl-mail"), "base", "stale", ["CHANGELOG.md", "lib/mail.cc", "lib/queue.cc", "lib/send.cc", "man/mail.adoc"], at),
  ];
  data.task.tasks = make_tasks(spec, kRoles)(at);
  data.recent.events = make_events(spec, kRoles, at, 90);
  data.messages.messages = [
    make_message(1, id("impl-ui"), id("impl-api"), "Is the paging done? I need the number of pages in the answer of /goals.", "acked", at),
    make_message(2, "orch", id("impl-data"), "Your branch and impl-api's both change lib/goals.cc. Talk to each other before you go on.", "read", at),
    make_message(3, "person", id("overseer"), "Please land the search first.", "submitted", at),
    make_message(4, id("overseer"), id("impl-auth"), "Well done. Take T014 next.", "queued", at, "the agent is busy"),
    make_message(5, "orch", id("tester"), "How far are you?", "failed", at, "no pane"),
    make_message(6, id("docs"), id("overseer"), "The API page is ready to land.", "typed", at),
  ];
  data.integrate.queue = [
    { agent: id("impl-data"), reason: "conflict", paths: ["lib/goals.cc"], detail: "with impl-api, which lands before it", commit: null, log: null },
    { agent: id("reviewer"), reason: "gate", paths: [], detail: "./test --all ended with 1", commit: null, log: null },
  ];
  const item = (n, spec_id, state, reason = null) => ({
    id: n, batch: 1, spec_path: `specs/${spec_id}.md`, spec_id, state, priority: 0, retries: 0,
    time_limit: "6h", enqueued_at: at(-3 * kHour), started_at: state === "queued" ? null : at(-kHour),
    completed_at: null, reason,
  });
  data.queue = {
    items: [item(1, other, "running"), item(2, "005-wishes", "queued", "1 runs already"), item(3, "006-loans", "queued")],
    batches: [], queue: "on", jobs: 1,
  };
  data.limits.limits = [{
    id: 1, agent: id("impl-search"), runtime: "claude", source: "hook",
    text: "You've hit your limit · resets 3pm (Europe/Berlin)",
    resets_at: at(41 * kMinute), wakes_at: at(43 * kMinute), created_at: at(-kHour), ended_at: null, reason: null,
  }];
  data.status.landed = data.recent.events.filter((e) => e.type === "branch_landed")
    .map((e) => ({ agent: `${spec}/${e.role}`, commit: e.commit, into: `feature/${spec}/overseer`, at: e.at }));
  const checkin = (n, role, due, every, note) => ({
    id: n, agent: id(role), note, due_at: at(due), every, state: "waiting", reason: null, zone: null,
    overdue: due < 0, last: null,
  });
  data.checkin.checkins = [
    checkin(1, "overseer", -7 * kMinute, "20m", "report your progress and what blocks you"),
    checkin(2, "impl-data", 9 * kMinute, "30m", "report your progress and what blocks you"),
    checkin(3, "impl-ui", 26 * kMinute, null, "is the dark theme done?"),
    checkin(4, "tester", 15 * kHour, "weekdays 9:00", "run everything"),
  ];
  data.ask.asks = [{
    id: 7, agent: id("impl-api"), action: "delete", text: "remove lib/old_goals.cc, nothing includes it", approver: "person",
    status: "open", created_at: at(-14 * kMinute), expires_at: at(kHour), answered_by: null, answer: null, answered_at: null, escalated_at: null,
  }];
  data.notify.notices = [
    {
      id: 3, kind: "needs-human", severity: "critical", spec_id: other, agent: `${other}/impl-ui`,
      text: "waits at a prompt: Do you want to proceed? 1. Yes 2. No", since: at(-26 * kMinute), escalated_at: at(-6 * kMinute),
      needs_human: true, answers: [], command: `git orch agent attach ${other}/impl-ui`,
    },
    {
      id: 4, kind: "ask", severity: "warning", spec_id: spec, agent: id("impl-api"),
      text: "delete: remove lib/old_goals.cc, nothing includes it", since: at(-14 * kMinute), escalated_at: null,
      needs_human: true, answers: ["approve", "deny"], command: "git orch ask approve 7",
    },
    {
      id: 5, kind: "limit", severity: "info", spec_id: spec, agent: id("impl-search"), text: "is at its limit",
      since: at(-kHour), escalated_at: null, needs_human: false, answers: [], command: "git orch limits",
    },
  ];
  data.blocker.blockers = [{
    id: 1, spec_id: spec, role: "impl-ui", type: "dependency", description: "the API has no paging", blocking_agent: id("impl-api"),
    status: "active", notes: null, created_at: at(-2 * kHour), resolved_at: null,
  }];
  data["policy/check"].checks = [
    { subject: spec, rule: "thresholds.conflict_age", status: "broken", detail: "a conflict has been open for 2h" },
    { subject: id("impl-ui"), rule: "guards", status: "ok", detail: "in force" },
  ];
  data.sync.agents = agents.map((a, i) => ({
    id: a.id, ahead: i % 4, behind: i % 3, state: i % 3 ? "behind" : "synced", role: a.role, branch: a.branch,
    upstream: `feature/${spec}/overseer`, agent_state: a.state, reason: null, synced_at: null, conflicts: [],
    uncommitted: i % 2 ? ["lib/goals.cc"] : [],
    last_commit: { id: "8c2f5d451b91255b183d39c86820f1aac3e16eab", subject: "T011 goals by data", at: at(-i * kMinute) },
    synced_with: null, method: null,
  }));
  data.stats = {
    stats: [], days: make_days(now, 14),
    agents: agents.map((a, i) => ({
      agent: a.id, commits: 31 - i, messages: 12 + i, tests: i * 3, conflicts: i % 3, restarts: i % 2,
      busy_ms: (i + 1) * 41 * kMinute, tokens: 120_000 * (i + 1), cost_usd: 1.25 * (i + 1),
    })),
    durations: [
      { what: "submitted", count: 412, p50_ms: 940, p99_ms: 61_000 },
      { what: "acked", count: 377, p50_ms: 8_300, p99_ms: 540_000 },
      { what: "landing", count: 58, p50_ms: 71_000, p99_ms: 900_000 },
    ],
    predictions: { met: 2, avoided: 31, open: 2, missed: 1 },
  };
  data.drill.load = {
    shape: "ramp", started_at: at(-3 * kHour), wanted: 300, agents: 300, start_rate: 3.42, messages: 4812, lost: 0,
    commits: 2610, commits_per_s: 8.25, acked_p50_ms: 900, acked_p99_ms: 14_200, rss_bytes: 1.9e9, findings: [], clean: true,
    samples: Array.from({ length: 12 }, (_, i) => ({
      at_ms: 20_000 * (i + 1), agents: Math.min(300, 30 * (i + 1)), delivery_p50_ms: 40 * i, delivery_p99_ms: 900 * i,
      acked_p50_ms: 80 * i + 90, acked_p99_ms: 1200 * i + 400, commits_per_s: 8.1, tick_ms: 60 * i + 90, rss_bytes: 16e7 * (i + 1),
    })),
  };
  data["stats/system"].advice = [{ what: "memory", text: "88% of the memory is used: pause some agents" }];
  Object.assign(data["stats/system"].system, {
    load1: 3.42, load5: 2.8, load15: 2.1, cpu_percent: 46, memory_available: 1.9e9, swap_total: 4e9,
    swap_used: 0.3e9, agents_running: 17, panes: 19, tmux_ms: 3.1, events: 128_334, store_bytes: 41e6, processes: 371,
  });
  data["agent/log"].text = kLog;
  return data;
}

function many(now, at) {
  const data = twenty(now, at);
  const spec = "010-three-hundred";
  const states = ["busy", "idle", "idle", "idle", "busy", "stopped"];
  const agents = Array.from({ length: 300 }, (_, i) =>
    make_agent(spec, `impl-${String(i).padStart(3, "0")}`, i === 5 ? "needs-human" : states[i % states.length], at, i));
  data.status.features = [make_feature(spec, agents)];
  data.recent.events = make_events(spec, agents.map((a) => a.role), at, 500);
  return data;
}

function attack(now, at) {
  const data = twenty(now, at);
  const h = hostile;
  const all = Object.values(h);
  const feature = data.status.features[0];
  feature.spec_id = h.markup;
  feature.base = h.bidi;
  feature.agents.forEach((a, i) => {
    const text = all[i % all.length];
    Object.assign(a, {
      id: `${h.bidi}/${text}${i}`, role: text, branch: text, worktree: text, runtime: text, why: text, task: text,
      state: i === 3 ? h.markup : a.state,
    });
  });
  data.sync.agents.forEach((a, i) => Object.assign(a, {
    id: feature.agents[i].id, state: h.markup, last_commit: { id: h.escape, subject: all[i % all.length], at: at(3 * kHour) },
  }));
  for (const [i, c] of data.conflicts.conflicts.entries()) Object.assign(c, { a: feature.agents[i].id, paths: all });
  for (const t of data.task.tasks) Object.assign(t, { title: h.markup + h.bidi, owner: feature.agents[1].id, reason: h.escape });
  data.recent.events.forEach((e, i) => Object.assign(e, {
    message: all[i % all.length], role: all[i % all.length], type: i === 2 ? h.markup : e.type, at: i === 0 ? at(5 * kHour) : e.at,
  }));
  for (const m of data.messages.messages) Object.assign(m, { text: all.join("\n"), from: h.markup, level: h.bidi, reason: h.escape });
  for (const e of data.integrate.queue) Object.assign(e, { agent: h.markup, reason: h.bidi, detail: h.long });
  for (const q of data.queue.items) Object.assign(q, { spec_id: h.markup, reason: h.hidden });
  for (const l of data.limits.limits) Object.assign(l, { text: h.markup + h.escape, agent: feature.agents[0].id });
  for (const c of data.checkin.checkins) Object.assign(c, { note: h.markup, every: h.bidi, agent: feature.agents[0].id });
  for (const n of data.notify.notices) Object.assign(n, { text: all.join(" "), command: `git orch x ${h.bidi}\nrm -rf y`, agent: feature.agents[2].id });
  for (const b of data.blocker.blockers) Object.assign(b, { description: h.markup });
  for (const p of data["policy/check"].checks) Object.assign(p, { subject: h.markup, detail: h.bidi });
  for (const a of data.stats.agents) a.agent = h.markup;
  for (const c of data.doctor.checks) Object.assign(c, { status: "fail", detail: h.markup, fix: h.bidi });
  data["agent/log"].text = `${h.markup}\n${h.bidi}\n${h.escape}\x1b]8;;http://evil.example/\x07link\x1b]8;;\x07 http://evil.example/\n`;
  return data;
}

const kScenarios = {
  twenty,
  many,
  hostile: attack,
  empty: nothing,
};

export function make_fixture(scenario, now = Date.now()) {
  const at = (offset) => new Date(now + offset).toISOString().replace(/\.\d+Z$/, "Z");
  const make = kScenarios[scenario];
  if (!make) throw new Error(`no scenario '${scenario}'`);
  return make(now, at);
}
