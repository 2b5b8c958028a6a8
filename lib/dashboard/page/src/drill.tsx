// SPDX-License-Identifier: MIT
//
// What this machine has borne: the last load drill of this user.
import { Card, Empty, Shown } from "./card";
import { Chart } from "./chart";
import { Glyph } from "./glyph";
import { usePageView } from "./page";
import { Text } from "./text";
import { amount, bytes } from "./time";
import type { LoadReport, LoadSample } from "./types";

function took(ms: number | null): string {
  if (ms === null) return "–";
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function Value({ name, value }: { name: string; value: string }) {
  return (
    <div class="value">
      <dt>{name}</dt>
      <dd class="num">{value}</dd>
    </div>
  );
}

function Figures({ load }: { load: LoadReport }) {
  return (
    <dl class="values">
      <Value name="Agents at once" value={`${load.agents} of ${load.wanted}`} />
      <Value
        name="Messages"
        value={`${amount(load.messages)}, ${load.lost} lost`}
      />
      <Value name="Starts a second" value={load.start_rate.toFixed(1)} />
      <Value name="Half acknowledged within" value={took(load.acked_p50_ms)} />
      <Value name="99 of 100 within" value={took(load.acked_p99_ms)} />
      <Value name="Commits a second" value={load.commits_per_s.toFixed(1)} />
      <Value name="Memory" value={bytes(load.rss_bytes)} />
    </dl>
  );
}

function Rounds({ samples }: { samples: LoadSample[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Rounds">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Agents</th>
            <th scope="col">Half within</th>
            <th scope="col">99 of 100 within</th>
            <th scope="col">Commits a second</th>
            <th scope="col">Tick</th>
            <th scope="col">Memory</th>
          </tr>
        </thead>
        <tbody>
          {samples.map((s) => (
            <tr key={s.at_ms}>
              <th scope="row" class="num">
                {s.agents}
              </th>
              <td class="num">{took(s.acked_p50_ms)}</td>
              <td class="num">{took(s.acked_p99_ms)}</td>
              <td class="num">{s.commits_per_s.toFixed(1)}</td>
              <td class="num">{took(s.tick_ms)}</td>
              <td class="num">{bytes(s.rss_bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function DrillCard() {
  const view = usePageView<{ load: LoadReport | null }>("drill");
  return (
    <Card id="drill" title="Load drill">
      <Shown view={view}>
        {({ load }) =>
          load === null ? (
            <Empty command="git orch drill load --max 20">
              How many agents this machine bears has not been tried yet.
            </Empty>
          ) : (
            <>
              <Figures load={load} />
              {load.samples.length > 1 && (
                <Chart
                  title="Acknowledged within, ms"
                  seconds={load.samples.map((s) => s.at_ms / 1000)}
                  series={[
                    {
                      name: "half",
                      values: load.samples.map((s) => s.acked_p50_ms),
                      colour: "--accent",
                    },
                    {
                      name: "99 of 100",
                      values: load.samples.map((s) => s.acked_p99_ms),
                      colour: "--wait",
                      dash: [6, 3],
                    },
                    {
                      name: "agents",
                      values: load.samples.map((s) => s.agents),
                      colour: "--good",
                      dash: [2, 3],
                    },
                  ]}
                />
              )}
              {load.findings.length > 0 && (
                <ul class="advice">
                  {load.findings.map(({ check, what }) => (
                    <li key={check + what}>
                      <Glyph shape="alert" tone="wait" />{" "}
                      <Text of={`${check}: ${what}`} />
                    </li>
                  ))}
                </ul>
              )}
              {load.samples.length > 0 && (
                <details>
                  <summary>Its rounds, as a table</summary>
                  <Rounds samples={load.samples} />
                </details>
              )}
            </>
          )
        }
      </Shown>
    </Card>
  );
}
