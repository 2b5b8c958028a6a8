// SPDX-License-Identifier: MIT
//
// What the API answers: the members that the page reads, as the manual pages
// of the verbs describe them. Times are ISO 8601 in UTC.

export type Time = string;

export interface Agent {
  id: string;
  feature: string | null;
  role: string;
  branch: string | null;
  worktree: string;
  runtime: string | null;
  state: string;
  source: string;
  since: Time | null;
  pane: string | null;
  pid: number | null;
  exit_status?: number | null;
  restart_at?: Time | null;
  why?: string | null;
  unread?: number;
  task?: string | null;
  last_commit?: LastCommit | null;
}

export interface LastCommit {
  id: string;
  subject: string;
  at: Time;
}

export interface TaskCounts {
  open: number;
  doing: number;
  blocked: number;
  done: number;
  dropped: number;
}

export interface Feature {
  spec_id: string;
  status: string;
  base: string;
  name?: string | null;
  integration_branch?: string;
  agents: Agent[];
  tasks: TaskCounts;
  conflicts: number;
  blockers: number;
  prs: number;
  tests: number;
}

export interface Status {
  features: Feature[];
  tick: { last: Time | null; overdue: number };
  agents?: Agent[]; // outside any feature
  needs?: { kind: string; agent: string | null }[]; // that nobody has seen
  landed?: { agent: string; commit: string; into: string; at: Time }[];
}

export interface Session {
  version: string;
  repo: string;
  allow_write: boolean;
  started_at: Time;
  verbs: string[];
}

export interface Repository {
  id: string;
  path: string;
  name: string;
  is_there: boolean;
  is_here: boolean;
}

export interface Notice {
  id: number;
  kind: string;
  severity: string;
  spec_id: string | null;
  agent: string | null;
  text: string;
  since: Time;
  escalated_at: Time | null;
  answers: string[];
  command: string;
  needs_human?: boolean;
}

export interface Ask {
  id: number;
  agent: string;
  action: string;
  text: string;
  approver: string;
  status: string;
  created_at: Time;
  expires_at: Time | null;
  escalated_at: Time | null;
}

export interface Conflict {
  id: number;
  a: string;
  b: string;
  kind: string;
  paths: string[];
  types: string[];
  severity: string;
  status: string;
  detected_at: Time;
}

export interface Task {
  id: string;
  spec_id?: string;
  title: string;
  status: string;
  owner: string | null;
  depends_on: string[];
  reason: string | null;
  updated_at: Time;
}

export interface RecordedEvent {
  id: number;
  spec_id: string | null;
  role: string;
  type: string;
  message: string;
  task_id: string | null;
  commit: string | null;
  at: Time;
}

export interface Message {
  id: number;
  from: string;
  to: string;
  text: string;
  level: string;
  kind: string;
  sent_at: Time;
  reason: string | null;
}

export interface MergeEntry {
  agent: string;
  reason: string;
  paths: string[];
  detail: string | null;
  commit: string | null;
}

export interface QueueItem {
  id: number;
  batch: number;
  spec_path: string;
  spec_id: string | null;
  state: string;
  priority: number | string;
  retries: number;
  enqueued_at: Time;
  started_at: Time | null;
  completed_at: Time | null;
  reason: string | null;
}

export interface BatchQueue {
  items: QueueItem[];
  queue: string;
  jobs: number;
}

export interface Limit {
  id: number;
  agent: string;
  runtime: string | null;
  source: string;
  text: string;
  resets_at: Time | null;
  wakes_at: Time | null;
  created_at: Time;
  ended_at: Time | null;
}

export interface CheckIn {
  id: number;
  agent: string;
  note: string;
  due_at: Time;
  every: string | null;
  state: string;
  reason: string | null;
  overdue: boolean;
}

export interface Blocker {
  id: number;
  spec_id: string;
  role: string;
  type: string;
  description: string;
  status: string;
  created_at: Time;
}

export interface Check {
  name: string;
  status: string;
  detail: string;
  fix: string;
}

export interface PolicyCheck {
  subject: string;
  rule: string;
  status: string;
  detail: string;
}

export interface SyncedAgent {
  id: string;
  ahead: number | null;
  behind: number | null;
  state: string;
  upstream: string | null;
  uncommitted: string[];
  last_commit: LastCommit | null;
}

export type System = Record<string, number | null>;

export interface Day {
  day: string;
  events: number;
  commits: number;
  messages: number;
  conflicts: number;
  tests: number;
  restarts: number;
  limits: number;
  landings: number;
  tokens: number | null;
  cost_usd: number | null;
}

export interface Duration {
  what: string;
  count: number;
  p50_ms: number;
  p99_ms: number;
}

// What became of collisions that were predicted.
export interface Predictions {
  met: number;
  avoided: number;
  open: number;
  missed: number;
}

export interface Advice {
  what: string;
  text: string;
}

export interface AgentStats {
  agent: string;
  commits: number;
  messages: number;
  tests: number;
  conflicts: number;
  restarts: number;
  busy_ms: number | null;
  tokens: number | null;
  cost_usd: number | null;
}

// After each round of a load drill.
export interface LoadSample {
  at_ms: number;
  agents: number;
  delivery_p50_ms: number | null;
  delivery_p99_ms: number | null;
  acked_p50_ms: number | null;
  acked_p99_ms: number | null;
  commits_per_s: number;
  tick_ms: number;
  rss_bytes: number;
}

export interface LoadReport {
  started_at: Time;
  wanted: number;
  agents: number;
  start_rate: number;
  messages: number;
  lost: number;
  commits: number;
  commits_per_s: number;
  acked_p50_ms: number | null;
  acked_p99_ms: number | null;
  rss_bytes: number;
  samples: LoadSample[];
  findings: { check: string; what: string }[];
  clean: boolean;
}
