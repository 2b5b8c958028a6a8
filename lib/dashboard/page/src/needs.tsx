// SPDX-License-Identifier: MIT
//
// Who waits for a person, and the four answers that a glance should give.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

import { Card, Folded, plural, Shown } from "./card";
import { Glyph } from "./glyph";
import { collisions_of } from "./conflicts";
import { useView } from "./live";
import { type Page, usePage, usePageView } from "./page";
import { AgentName, Age, Command, Text, visible } from "./text";
import { clock_span, ms_of, on_tick, span } from "./time";
import type {
  Agent,
  Ask,
  Conflict,
  Limit,
  Notice,
  RecordedEvent,
  Status,
} from "./types";

export const kRecent = "recent?n=500";
const kHourMs = 3_600_000;

interface Need {
  key: string;
  agent: string | null;
  text: string;
  since: string | null;
  command: string;
  severity: string;
  answer?: (verdict: string) => { verb: string; operands: string[] };
  answers: string[];
  escalated: boolean;
}

// One entry for each thing, whoever names it: the notices first, then what
// they do not cover.
export function needs_of(
  notices: Notice[],
  asks: Ask[],
  agents: Agent[],
): Need[] {
  const needs: Need[] = notices.map((n) => ({
    key: `notice ${n.id}`,
    agent: n.agent,
    text: n.text,
    since: n.since,
    command: n.command,
    severity: n.severity,
    answers: n.answers ?? [],
    answer: (verdict) => ({
      verb: "notify",
      operands: ["answer", String(n.id), verdict],
    }),
    escalated: n.escalated_at !== null,
  }));
  const covered = (agent: string, kind: RegExp) =>
    notices.some((n) => n.agent === agent && kind.test(n.kind));
  for (const ask of asks) {
    const for_person = ask.approver === "person" || ask.escalated_at;
    if (ask.status !== "open" || !for_person || covered(ask.agent, /ask/))
      continue;
    needs.push({
      key: `ask ${ask.id}`,
      agent: ask.agent,
      text: `${ask.action}: ${ask.text}`,
      since: ask.created_at,
      command: `git orch ask approve ${ask.id}`,
      severity: "warning",
      answers: ["approve", "deny"],
      answer: (verdict) => ({
        verb: "ask",
        operands: [verdict, String(ask.id)],
      }),
      escalated: ask.escalated_at !== null,
    });
  }
  for (const agent of agents) {
    if (agent.state !== "needs-human") continue;
    if (notices.some((n) => n.agent === agent.id)) continue;
    needs.push({
      key: `agent ${agent.id}`,
      agent: agent.id,
      text: agent.why || "waits at its terminal",
      since: agent.since,
      command: `git orch agent attach ${agent.id}`,
      severity: "warning",
      answers: [],
      escalated: false,
    });
  }
  return needs;
}

function useNeeds(): { needs: Need[]; asked: boolean } {
  const notify = usePageView<{ notices: Notice[] }>("notify");
  const ask = usePageView<{ asks: Ask[] }>("ask");
  const status = usePageView<Status>("status");
  const agents = (status.data?.features ?? []).flatMap((f) => f.agents);
  return {
    needs: needs_of(notify.data?.notices ?? [], ask.data?.asks ?? [], agents),
    asked: status.data !== null,
  };
}

function answer_button(page: Page, need: Need, verdict: string) {
  const what = need.answer?.(verdict);
  if (!what || !page.may(what.verb)) return null;
  const word = verdict.charAt(0).toUpperCase() + verdict.slice(1);
  return (
    <button
      type="button"
      class={verdict === "approve" ? "main" : "quiet"}
      aria-label={`${word}: ${visible(need.text)}`}
      onClick={() =>
        page.propose({
          title: `${word} this?`,
          command: ["git orch", what.verb, ...what.operands].join(" "),
          what,
          danger: verdict !== "deny",
          ask_text: "A word to go with it (optional)",
        })
      }
    >
      {word}…
    </button>
  );
}

function NeedRow({ need }: { need: Need }) {
  const page = usePage();
  return (
    <li class={`need severity-${need.severity}`}>
      <Glyph shape="alert" tone="wait" />
      <div class="need-what">
        <p>
          {need.agent ? (
            <button
              type="button"
              class="link"
              onClick={() => page.open_agent(need.agent ?? "")}
            >
              <AgentName id={need.agent} short={page.one_feature} />
            </button>
          ) : (
            <strong>Everybody</strong>
          )}{" "}
          <span class="dim">
            has waited <Age at={need.since} past />
            {need.escalated && ", reminded already"}
          </span>
        </p>
        <p class="need-text">
          <Text of={need.text} lines />
        </p>
      </div>
      <div class="need-act">
        {need.command && <Command text={need.command} />}
        {need.answers.map((verdict) => answer_button(page, need, verdict))}
      </div>
    </li>
  );
}

export function NeedsCard() {
  const notify = usePageView<{ notices: Notice[] }>("notify");
  const { needs, asked } = useNeeds();
  return (
    <Card id="needs" title="Needs you" count={needs.length || undefined}>
      {notify.error && notify.error.code !== "gone" && (
        <Shown view={notify}>{() => null}</Shown>
      )}
      {needs.length > 0 && (
        <Folded
          items={needs}
          limit={5}
          what="wait"
          draw={(shown) => (
            <ul class="needs">
              {shown.map((need) => (
                <NeedRow key={need.key} need={need} />
              ))}
            </ul>
          )}
        />
      )}
      {asked && needs.length === 0 && (
        <p class="all-clear">
          <Glyph shape="check" tone="good" /> Nobody waits for you.
        </p>
      )}
    </Card>
  );
}

function Tile({
  href,
  title,
  value,
  tone,
  children,
}: {
  href: string;
  title: string;
  value: ComponentChildren;
  tone: string;
  children: ComponentChildren;
}) {
  return (
    <li>
      <a class={`tile tone-${tone}`} href={href}>
        <span class="tile-title">{title}</span>
        <span class="tile-value num">{value}</span>
        <span class="tile-more">{children}</span>
      </a>
    </li>
  );
}

// What is left until `ms`, second by second.
export function Countdown({ ms }: { ms: number }) {
  const [text, say] = useState(() => clock_span(ms - Date.now()));
  useEffect(() => {
    const show = (now: number) =>
      say(ms <= now ? "any moment" : clock_span(ms - now));
    show(Date.now());
    return on_tick(show);
  }, [ms]);
  return (
    <span class="num" role="timer">
      {text}
    </span>
  );
}

export function open_limits(limits: Limit[]): Limit[] {
  const wake = (l: Limit) => ms_of(l.wakes_at ?? l.resets_at) ?? Infinity;
  return limits.filter((l) => !l.ended_at).sort((a, b) => wake(a) - wake(b));
}

// Of the last hour; a time that is still to come counts as now.
export function landed_lately(
  events: RecordedEvent[],
  now: number,
): RecordedEvent[] {
  return events.filter(
    (e) =>
      e.type === "branch_landed" && now - (ms_of(e.at) ?? 0) <= kHourMs,
  );
}

function useNow(everyMs: number): number {
  const [now, say] = useState(Date.now());
  useEffect(
    () =>
      on_tick((at) => say((old) => (at - old >= everyMs ? at : old))),
    [everyMs],
  );
  return now;
}

export function Glance() {
  const { live } = usePage();
  const { needs } = useNeeds();
  const conflicts = useView<{ conflicts: Conflict[] }>(live, "conflicts");
  const recent = useView<{ events: RecordedEvent[] }>(live, kRecent);
  const limits = useView<{ limits: Limit[] }>(live, "limits");
  const now = useNow(20_000);
  const pairs = collisions_of(conflicts.data?.conflicts ?? []);
  const landed = landed_lately(recent.data?.events ?? [], now);
  const limited = open_limits(limits.data?.limits ?? []);
  const [need, pair, last, next] = [needs[0], pairs[0], landed[0], limited[0]];
  const wakes = next ? ms_of(next.wakes_at ?? next.resets_at) : null;
  const since = need ? ms_of(need.since) : null;
  return (
    <nav aria-label="At a glance">
      <ul class="tiles">
        <Tile
          href="#needs"
          title="Waiting for you"
          value={needs.length}
          tone={needs.length > 0 ? "wait" : "off"}
        >
          {need ? (
            <>
              {need.agent ? <AgentName id={need.agent} short /> : "everybody"}
              {since !== null && (
                <span class="dim"> {span(Math.max(0, now - since))}</span>
              )}
            </>
          ) : (
            "nobody"
          )}
        </Tile>
        <Tile
          href="#conflicts"
          title="Will collide"
          value={pairs.length}
          tone={pairs.length > 0 ? "bad" : "off"}
        >
          {pair ? (
            <>
              <AgentName id={pair.a} short /> and{" "}
              <AgentName id={pair.b} short />
            </>
          ) : (
            "nobody"
          )}
        </Tile>
        <Tile
          href="#timeline"
          title="Landed in the last hour"
          value={landed.length}
          tone={landed.length > 0 ? "good" : "off"}
        >
          {last ? <AgentName id={last.role} short /> : "nothing"}
          {landed.length > 1 && ` and ${plural(landed.length - 1, "other")}`}
        </Tile>
        <Tile
          href="#limits"
          title="Wakes next"
          value={wakes !== null ? <Countdown ms={wakes} /> : "–"}
          tone={next ? "wait" : "off"}
        >
          {next ? <AgentName id={next.agent} short /> : "nobody is limited"}
        </Tile>
      </ul>
    </nav>
  );
}

// One sentence about what has come since the page was drawn first.
export function useNews(): string {
  const { live } = usePage();
  const { needs, asked } = useNeeds();
  const conflicts = useView<{ conflicts: Conflict[] }>(live, "conflicts");
  const [known, learn] = useState<Set<string> | null>(null);
  const [news, say] = useState("");
  const pairs = collisions_of(conflicts.data?.conflicts ?? []);
  const now = new Map<string, string>();
  for (const need of needs)
    now.set(need.key, `${visible(need.agent ?? "somebody")} waits for you`);
  for (const pair of pairs)
    now.set(
      `conflict ${pair.id}`,
      `${visible(pair.a)} and ${visible(pair.b)} will collide`,
    );
  const keys = [...now.keys()].sort().join("\n");
  useEffect(() => {
    if (!asked || conflicts.data === null) return;
    if (known) {
      const fresh = [...now.keys()].filter((key) => !known.has(key));
      if (fresh.length > 0)
        say(fresh.map((key) => now.get(key)).join(". ") + ".");
    }
    learn(new Set(now.keys()));
  }, [keys, asked, conflicts.data === null]);
  return news;
}
