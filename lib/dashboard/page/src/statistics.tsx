// SPDX-License-Identifier: MIT
//
// Numbers over time, and by agent.
import { useState } from "preact/hooks";

import { Card, Empty, Folded, Shown } from "./card";
import { Chart, type Series } from "./chart";
import { matches, usePage, usePageView } from "./page";
import { AgentName, Text } from "./text";
import { amount, span } from "./time";
import type { AgentStats, Day, Duration, Predictions } from "./types";

interface Stats {
  days?: Day[];
  agents?: AgentStats[];
  durations?: Duration[];
  predictions?: Predictions;
}

type Column = Exclude<keyof Day, "day">;

function series(
  days: Day[],
  name: string,
  column: Column,
  colour: Series["colour"],
  dash?: number[],
): Series {
  return {
    name,
    values: days.map((d) => d[column]),
    colour,
    ...(dash ? { dash } : {}),
  };
}

const kColumns: [Column, string][] = [
  ["commits", "Commits"],
  ["landings", "Landings"],
  ["messages", "Messages"],
  ["conflicts", "Conflicts"],
  ["tests", "Tests"],
  ["restarts", "Restarts"],
  ["limits", "Limits"],
  ["tokens", "Tokens"],
  ["cost_usd", "Cost, $"],
];

function number(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return Number.isInteger(value) ? amount(value) : value.toFixed(2);
}

function DayTable({ days }: { days: Day[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Numbers by day">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Day</th>
            {kColumns.map(([key, name]) => (
              <th key={key} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...days].reverse().map((d) => (
            <tr key={d.day}>
              <th scope="row" class="num">
                {d.day}
              </th>
              {kColumns.map(([key]) => (
                <td key={key} class="num">
                  {number(d[key])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AgentTable({ agents }: { agents: AgentStats[] }) {
  const page = usePage();
  return (
    <Folded
      items={agents.filter((a) => matches(page.filter, a.agent))}
      limit={8}
      what="agents"
      draw={(shown) => (
        <div
          class="scroll"
          tabIndex={0}
          role="region"
          aria-label="Numbers by agent"
        >
          <table class="numbers">
            <thead>
              <tr>
                <th scope="col">Agent</th>
                <th scope="col">Commits</th>
                <th scope="col">Messages</th>
                <th scope="col">Tests</th>
                <th scope="col">Conflicts</th>
                <th scope="col">Restarts</th>
                <th scope="col">Busy</th>
                <th scope="col">Tokens</th>
                <th scope="col">Cost, $</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((a) => (
                <tr key={a.agent}>
                  <th scope="row">
                    <AgentName id={a.agent} short={page.one_feature} />
                  </th>
                  <td class="num">{number(a.commits)}</td>
                  <td class="num">{number(a.messages)}</td>
                  <td class="num">{number(a.tests)}</td>
                  <td class="num">{number(a.conflicts)}</td>
                  <td class="num">{number(a.restarts)}</td>
                  <td class="num">
                    {a.busy_ms === null ? "–" : span(a.busy_ms)}
                  </td>
                  <td class="num">{number(a.tokens)}</td>
                  <td class="num">{number(a.cost_usd)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    />
  );
}

function took(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : span(ms);
}

function Durations({ durations }: { durations: Duration[] }) {
  return (
    <table class="numbers">
      <thead>
        <tr>
          <th scope="col">Until</th>
          <th scope="col">Count</th>
          <th scope="col">Half within</th>
          <th scope="col">99 of 100 within</th>
        </tr>
      </thead>
      <tbody>
        {durations.map((d) => (
          <tr key={d.what}>
            <th scope="row">
              <Text of={d.what} />
            </th>
            <td class="num">{number(d.count)}</td>
            <td class="num">{took(d.p50_ms)}</td>
            <td class="num">{took(d.p99_ms)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Predicted({ met, avoided, open, missed }: Predictions) {
  const all = met + avoided + open + missed;
  if (all === 0) return null;
  return (
    <p class="legend dim num">
      Collisions that were predicted: {avoided} avoided, {met} met, {open} open;{" "}
      {missed} came without a prediction.
    </p>
  );
}

function Charts({ days }: { days: Day[] }) {
  const names = days.map((d) => d.day);
  const has = (column: Column) => days.some((d) => (d[column] ?? 0) > 0);
  return (
    <div class="charts">
      <Chart
        title="Work"
        days={names}
        series={[
          series(days, "commits", "commits", "--accent"),
          series(days, "landings", "landings", "--good", [6, 3]),
        ]}
      />
      <Chart
        title="Friction"
        days={names}
        series={[
          series(days, "conflicts", "conflicts", "--bad"),
          series(days, "limits", "limits", "--wait", [6, 3]),
          series(days, "restarts", "restarts", "--accent", [2, 3]),
        ]}
      />
      <Chart
        title="Talk"
        days={names}
        series={[series(days, "messages", "messages", "--accent")]}
      />
      {has("tokens") && (
        <Chart
          title="Tokens"
          days={names}
          series={[series(days, "tokens", "tokens", "--accent")]}
        />
      )}
      {has("cost_usd") && (
        <Chart
          title="Cost, $"
          days={names}
          series={[series(days, "cost", "cost_usd", "--accent")]}
        />
      )}
    </div>
  );
}

export function StatisticsCard() {
  const [days, set_days] = useState("14");
  const view = usePageView<Stats>(`stats?by=day&days=${days}`);
  const tools = (
    <span class="choice">
      <select
        aria-label="Days"
        value={days}
        onChange={(e) => set_days((e.currentTarget as HTMLSelectElement).value)}
      >
        {["7", "14", "30", "90"].map((n) => (
          <option key={n} value={n}>
            {n} days
          </option>
        ))}
      </select>
    </span>
  );
  return (
    <Card id="statistics" title="Statistics" tools={tools}>
      <Shown view={view}>
        {(stats) => {
          const list = stats.days ?? [];
          if (list.length === 0)
            return <Empty>No day has any numbers yet.</Empty>;
          return (
            <>
              <Charts days={list} />
              {stats.predictions && <Predicted {...stats.predictions} />}
              <details>
                <summary>The same by day, as a table</summary>
                <DayTable days={list} />
              </details>
              {(stats.durations ?? []).length > 0 && (
                <details>
                  <summary>How long it took</summary>
                  <Durations durations={stats.durations ?? []} />
                </details>
              )}
              {(stats.agents ?? []).length > 0 && (
                <details>
                  <summary>By agent</summary>
                  <AgentTable agents={stats.agents ?? []} />
                </details>
              )}
            </>
          );
        }}
      </Shown>
    </Card>
  );
}
