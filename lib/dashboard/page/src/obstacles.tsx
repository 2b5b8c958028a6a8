// SPDX-License-Identifier: MIT
//
// What is in the way: blockers, reports that disagree, broken rules, and on
// request what `doctor` finds.
import { useState } from "preact/hooks";

import { Card, plural, Shown } from "./card";
import { Glyph, type Tone } from "./glyph";
import { usePageView } from "./page";
import { AgentName, Age, Command, Text } from "./text";
import type { Blocker, Check, PolicyCheck } from "./types";

interface Contradiction {
  id: number;
  topic?: string;
  status?: string;
  [key: string]: unknown;
}

function Line({
  shape,
  tone,
  who,
  children,
}: {
  shape: string;
  tone: Tone;
  who: string | null;
  children: preact.ComponentChildren;
}) {
  return (
    <li>
      <p>
        <Glyph shape={shape} tone={tone} />
        {who && <AgentName id={who} />}
        <span>{children}</span>
      </p>
    </li>
  );
}

const kDoctor: Record<string, [string, Tone]> = {
  ok: ["check", "good"],
  warn: ["alert", "wait"],
  fail: ["cross", "bad"],
};

function Doctor() {
  const view = usePageView<{ checks: Check[] }>("doctor");
  return (
    <Shown view={view}>
      {({ checks }) => {
        const found = checks.filter((c) => c.status !== "ok");
        return (
          <>
            <p class="dim">
              {plural(checks.length - found.length, "check")} passed.
            </p>
            <ul class="lines">
              {found.map((c) => {
                const [shape, tone] = kDoctor[c.status] ?? ["dot", "off"];
                return (
                  <li key={c.name}>
                    <p>
                      <Glyph shape={shape} tone={tone} />
                      <b>
                        <Text of={c.name} />
                      </b>
                      <span>
                        <Text of={c.status} />: <Text of={c.detail} />
                      </span>
                    </p>
                    {c.fix && <Command text={c.fix} />}
                  </li>
                );
              })}
            </ul>
          </>
        );
      }}
    </Shown>
  );
}

export function ObstaclesCard() {
  const blockers = usePageView<{ blockers: Blocker[] }>("blocker");
  const contradictions = usePageView<{ contradictions: Contradiction[] }>(
    "contradictions",
  );
  const policy = usePageView<{ checks: PolicyCheck[] }>("policy/check");
  const [examine, set_examine] = useState(false);
  const blocked = (blockers.data?.blockers ?? []).filter(
    (b) => b.status === "active",
  );
  const open = (contradictions.data?.contradictions ?? []).filter(
    (c) => c.status !== "resolved",
  );
  const broken = (policy.data?.checks ?? []).filter(
    (c) => c.status === "broken",
  );
  const count = blocked.length + open.length + broken.length;
  const tools = (
    <button
      type="button"
      class="quiet toggle"
      aria-pressed={examine}
      onClick={() => set_examine(!examine)}
    >
      Run doctor
    </button>
  );
  return (
    <Card
      id="obstacles"
      title="In the way"
      count={count || undefined}
      tools={tools}
    >
      {[blockers, contradictions, policy].map(
        (view, i) =>
          (view.error || view.data === null) &&
          (i === 0 || view.error) && (
            <Shown key={i} view={view as typeof blockers}>
              {() => null}
            </Shown>
          ),
      )}
      <ul class="lines">
        {blocked.map((b) => (
          <Line
            key={`b${b.id}`}
            shape="square"
            tone="bad"
            who={`${b.spec_id}/${b.role}`}
          >
            <Text of={b.type} />: <Text of={b.description} />{" "}
            <Age at={b.created_at} past />
          </Line>
        ))}
        {open.map((c) => (
          <Line key={`c${c.id}`} shape="alert" tone="wait" who={null}>
            two reports disagree: <Text of={String(c.topic ?? c.id)} />
          </Line>
        ))}
        {broken.map((c) => (
          <Line
            key={`p${c.subject}${c.rule}`}
            shape="cross"
            tone="bad"
            who={c.subject}
          >
            <Text of={c.rule} />: <Text of={c.detail} />
          </Line>
        ))}
      </ul>
      {count === 0 && blockers.data && (
        <p class="all-clear">
          <Glyph shape="check" tone="good" /> No blocker, no contradiction, no
          broken rule.
        </p>
      )}
      {examine && <Doctor />}
    </Card>
  );
}
