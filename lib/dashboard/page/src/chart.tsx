// SPDX-License-Identifier: MIT
//
// A chart over days, or over the seconds of a run; the same numbers follow as a
// table, for those who cannot see it.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

import { usePage } from "./page";
import { amount } from "./time";

export interface Series {
  name: string;
  values: (number | null)[];
  // Which of the page's colours, and how the line is dashed.
  colour: "--accent" | "--good" | "--bad" | "--wait";
  dash?: number[];
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement)
    .getPropertyValue(name)
    .trim();
}

type Axis = Pick<uPlot.Axis, "values" | "incrs">;

const kDays: Axis = {
  values: (_u, splits) =>
    splits.map((s) =>
      new Date(s * 1000).toLocaleDateString([], {
        day: "numeric",
        month: "short",
      }),
    ),
  incrs: [86400, 2 * 86400, 7 * 86400, 14 * 86400, 28 * 86400],
};
const kSeconds: Axis = {
  values: (_u, splits) => splits.map((s) => `${s} s`),
  incrs: [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600],
};

function options(
  width: number,
  series: Series[],
  of_days: boolean,
): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: colour("--dim"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
    font: `11px ${colour("--sans")}`,
  };
  return {
    width,
    height: 132,
    padding: [8, 8, 0, 0],
    cursor: { y: false, drag: { x: false, y: false } },
    legend: { show: false },
    scales: { x: { time: of_days }, y: { range: (_u, _low, high) => [0, Math.max(4, high * 1.1)] } },
    axes: [
      {
        ...axis,
        size: 24,
        ...(of_days ? kDays : kSeconds),
        space: 56,
      },
      {
        ...axis,
        size: 36,
        values: (_u, splits) =>
          splits.map((s) => (Number.isInteger(s) ? amount(s) : "")),
      },
    ],
    series: [
      {},
      ...series.map((s) => ({
        label: s.name,
        stroke: colour(s.colour),
        width: 1.5,
        ...(s.dash ? { dash: s.dash } : {}),
        points: { size: 4, fill: colour(s.colour) },
      })),
    ],
  };
}

export function Chart({
  title,
  days,
  seconds = [],
  series,
}: {
  title: string;
  days?: string[];
  seconds?: number[];
  series: Series[];
}) {
  const { is_dark } = usePage();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const data = [
    days?.map((day) => Date.parse(`${day}T12:00:00`) / 1000) ?? seconds,
    ...series.map((s) => s.values),
  ] as uPlot.AlignedData;

  // Colours are drawn into it, so another theme needs another drawing.
  useEffect(() => {
    const node = place.current;
    if (!node) return;
    const made = new uPlot(options(node.clientWidth || 300, series, days !== undefined), data, node);
    plot.current = made;
    const watch = new ResizeObserver(() => {
      const width = node.clientWidth;
      if (width > 0 && width !== made.width)
        made.setSize({ width, height: 132 });
    });
    watch.observe(node);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [is_dark]);
  const shape = JSON.stringify(data);
  useEffect(() => plot.current?.setData(data), [shape]);

  return (
    <figure class="chart">
      <figcaption>
        {title}
        {series.map((s) => (
          <span key={s.name} class="key">
            <svg width="18" height="8" aria-hidden="true">
              <line
                x1="0"
                y1="4"
                x2="18"
                y2="4"
                stroke={`var(${s.colour})`}
                stroke-width="2"
                stroke-dasharray={s.dash?.join(" ")}
              />
            </svg>
            {s.name}
          </span>
        ))}
      </figcaption>
      <div class="plot" ref={place} aria-hidden="true" />
    </figure>
  );
}
