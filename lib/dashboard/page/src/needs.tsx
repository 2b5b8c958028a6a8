// SPDX-License-Identifier: MIT
//
// Who waits for a person.
import { useEffect, useState } from "preact/hooks";

import { Card, Folded, Shown } from "./card";
import { Glyph } from "./glyph";
import { collisions_of } from "./conflicts";
import { useView } from "./live";
import { type Page, usePage, usePageView } from "./page";
import { AgentName, Age, Command, Text, visible } from "./text";
import type { Agent, Ask, Conflict, Notice, Status } from "./types";

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

// What a person says to that which asks for no verdict.
const kSeen = "seen";

// One entry for each thing, whoever names it: the notices first, then what
// they do not cover.
export function needs_of(
  notices: Notice[],
  asks: Ask[],
  agents: Agent[],
): Need[] {
  const open = notices.filter((n) => n.needs_human !== false);
  const needs: Need[] = open.map((n) => ({
    key: `notice ${n.id}`,
    agent: n.agent,
    text: n.text,
    since: n.since,
    command: n.command,
    severity: n.severity,
    answers: n.answers.length > 0 ? n.answers : [kSeen],
    answer: (verdict) => ({
      verb: "notify",
      operands: [
        "answer",
        String(n.id),
        ...(verdict === kSeen ? [] : [verdict]),
      ],
    }),
    escalated: n.escalated_at !== null,
  }));
  const covered = (agent: string, kind: RegExp) =>
    open.some((n) => n.agent === agent && kind.test(n.kind));
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
    if (covered(agent.id, /needs.human/)) continue;
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

export function agents_of(status: Status | null): Agent[] {
  return [
    ...(status?.features ?? []).flatMap((f) => f.agents),
    ...(status?.agents ?? []),
  ];
}

// `known`: everything that could name one has answered.
export function useNeeds(): { needs: Need[]; known: boolean } {
  const notify = usePageView<{ notices: Notice[] }>("notify");
  const ask = usePageView<{ asks: Ask[] }>("ask");
  const status = usePageView<Status>("status");
  return {
    needs: needs_of(
      notify.data?.notices ?? [],
      ask.data?.asks ?? [],
      // One whose dialog somebody has marked as seen is left to them.
      agents_of(status.data).filter(
        (agent) =>
          !status.data?.needs ||
          status.data.needs.some(
            (n) => n.kind === "needs-human" && n.agent === agent.id,
          ),
      ),
    ),
    known: [notify, ask, status].every((view) => view.data !== null),
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
          title: verdict === kSeen ? "Seen, and dealt with?" : `${word} this?`,
          detail: `${need.agent ?? "everybody"}\n${need.text}`,
          command: ["git orch", what.verb, ...what.operands].join(" "),
          what,
          danger: verdict === "approve",
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
  const { needs, known } = useNeeds();
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
      {known && needs.length === 0 && (
        <p class="all-clear">
          <Glyph shape="check" tone="good" /> Nobody waits for you.
        </p>
      )}
    </Card>
  );
}

// One sentence about what has come since the page was drawn first.
export function useNews(): string {
  const { live } = usePage();
  const { needs, known: asked } = useNeeds();
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
