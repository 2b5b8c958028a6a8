// SPDX-License-Identifier: MIT
//
// The machine that everybody works on.
import { Card, Shown } from "./card";
import { Glyph } from "./glyph";
import { usePageView } from "./page";
import { Text } from "./text";
import { amount, bytes, span } from "./time";
import type { Advice, System } from "./types";

// From where on a share of something is worth a word, in per cent.
const kHigh = { cpu: 80, memory: 85, swap: 20, disk: 90 };

function Gauge({
  name,
  share,
  detail,
  high,
}: {
  name: string;
  share: number | null;
  detail: string;
  high: number;
}) {
  const percent =
    share === null ? null : Math.min(100, Math.max(0, Math.round(share)));
  const is_high = percent !== null && percent >= high;
  return (
    <div class={is_high ? "gauge high" : "gauge"}>
      <dt>{name}</dt>
      <dd>
        <span class="bar" aria-hidden="true">
          <span style={{ width: `${percent ?? 0}%` }} />
        </span>
        <b class="num">{percent === null ? "–" : `${percent}%`}</b>{" "}
        <span class="dim num">
          {is_high && "high, "}
          {detail}
        </span>
      </dd>
    </div>
  );
}

function share(part: number | null, of: number | null): number | null {
  return part === null || !of ? null : (part / of) * 100;
}

function Value({ name, value }: { name: string; value: string | null }) {
  return (
    <div class="value">
      <dt>{name}</dt>
      <dd class="num">{value ?? "–"}</dd>
    </div>
  );
}

function Figures({ system }: { system: System }) {
  const n = (key: string) => system[key] ?? null;
  const say = (key: string, as: (n: number) => string = String) => {
    const value = n(key);
    return value === null ? null : as(value);
  };
  const less = (all: number | null, left: number | null) =>
    all === null || left === null ? null : all - left;
  const memory = less(n("memory_total"), n("memory_available"));
  const disk = less(n("disk_total"), n("disk_free"));
  const of = (part: number | null, all: number | null) =>
    part === null || all === null ? "" : `of ${bytes(all)}`;
  const load = ["load1", "load5", "load15"].map((key) =>
    say(key, (value) => value.toFixed(2)),
  );
  const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
  return (
    <>
      <dl class="gauges">
        <Gauge
          name="CPU"
          share={n("cpu_percent")}
          detail={`${say("cpus") ?? "?"} cores`}
          high={kHigh.cpu}
        />
        <Gauge
          name="Memory"
          share={share(memory, n("memory_total"))}
          detail={of(memory, n("memory_total"))}
          high={kHigh.memory}
        />
        <Gauge
          name="Swap"
          share={share(n("swap_used"), n("swap_total"))}
          detail={
            n("swap_total") === 0 ? "none" : of(n("swap_used"), n("swap_total"))
          }
          high={kHigh.swap}
        />
        <Gauge
          name="Disk"
          share={share(disk, n("disk_total"))}
          detail={of(disk, n("disk_total"))}
          high={kHigh.disk}
        />
      </dl>
      <dl class="values">
        <Value name="Load" value={load.map((l) => l ?? "–").join("  ")} />
        <Value name="Processes" value={say("processes")} />
        <Value name="Agents running" value={say("agents_running")} />
        <Value name="Panes" value={say("panes")} />
        <Value name="tmux answers in" value={say("tmux_ms", ms)} />
        <Value name="git answers in" value={say("git_ms", ms)} />
        <Value name="Store" value={say("store_bytes", bytes)} />
        <Value name="Events" value={say("events", amount)} />
        <Value name="Spool" value={say("spool_records")} />
        <Value name="Up" value={say("uptime_s", (s) => span(s * 1000))} />
      </dl>
    </>
  );
}

export function SystemCard() {
  const view = usePageView<{ system: System; advice?: Advice[] }>(
    "stats/system",
  );
  return (
    <Card id="system" title="System">
      <Shown view={view}>
        {({ system, advice }) => (
          <>
            <Figures system={system} />
            {(advice ?? []).length > 0 && (
              <ul class="advice">
                {(advice ?? []).map((a) => (
                  <li key={a.what}>
                    <Glyph shape="alert" tone="wait" /> <Text of={a.text} />
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </Shown>
    </Card>
  );
}
