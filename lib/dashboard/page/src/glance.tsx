// SPDX-License-Identifier: MIT
//
// The four answers that a glance should give: who waits, who will collide, what
// has landed, who wakes when.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

import { plural } from "./card";
import { collisions_of } from "./conflicts";
import { useView } from "./live";
import { useNeeds } from "./needs";
import { usePage } from "./page";
import { AgentName } from "./text";
import { clock_span, ms_of, on_tick, span } from "./time";
import type { Conflict, Limit, RecordedEvent, Status } from "./types";

export const kRecent = "recent?n=500";
const kHourMs = 3_600_000;

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

// Who has landed in the last hour, the newest first. The status knows it
// exactly; a list of events may end before the hour does.
function landed_in(
  status: Status | null,
  events: RecordedEvent[],
  now: number,
): string[] {
  return status?.landed
    ? status.landed.map((l) => l.agent)
    : landed_lately(events, now).map((e) => e.role);
}

// Nothing is claimed that was not asked.
function unless_known(known: boolean, words: string): string {
  return known ? words : "not known";
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
  const { needs, known } = useNeeds();
  const status = useView<Status>(live, "status");
  const conflicts = useView<{ conflicts: Conflict[] }>(live, "conflicts");
  const recent = useView<{ events: RecordedEvent[] }>(live, kRecent);
  const limits = useView<{ limits: Limit[] }>(live, "limits");
  const now = useNow(20_000);
  const pairs = collisions_of(conflicts.data?.conflicts ?? []);
  const landed = landed_in(status.data, recent.data?.events ?? [], now);
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
          value={known || needs.length > 0 ? needs.length : "?"}
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
            unless_known(known, "nobody")
          )}
        </Tile>
        <Tile
          href="#conflicts"
          title="Will collide"
          value={conflicts.data ? pairs.length : "?"}
          tone={pairs.length > 0 ? "bad" : "off"}
        >
          {pair ? (
            <>
              <AgentName id={pair.a} short /> and{" "}
              <AgentName id={pair.b} short />
            </>
          ) : (
            unless_known(conflicts.data !== null, "nobody")
          )}
        </Tile>
        <Tile
          href="#timeline"
          title="Landed in the last hour"
          value={recent.data ? landed.length : "?"}
          tone={landed.length > 0 ? "good" : "off"}
        >
          {last ? (
            <AgentName id={last} short />
          ) : (
            unless_known(recent.data !== null, "nothing")
          )}
          {landed.length > 1 && ` and ${plural(landed.length - 1, "other")}`}
        </Tile>
        <Tile
          href="#limits"
          title="Wakes next"
          value={wakes !== null ? <Countdown ms={wakes} /> : "–"}
          tone={next ? "wait" : "off"}
        >
          {next ? (
            <AgentName id={next.agent} short />
          ) : (
            unless_known(limits.data !== null, "nobody is limited")
          )}
        </Tile>
      </ul>
    </nav>
  );
}
