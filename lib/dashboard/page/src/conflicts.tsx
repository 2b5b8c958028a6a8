// SPDX-License-Identifier: MIT
//
// Who collides with whom, and where: in words first, then as a matrix.
import { Card, Empty, Folded, plural, Shown } from "./card";
import { Glyph } from "./glyph";
import { matches, usePage, usePageView } from "./page";
import { AgentName, Age, Clip, role_of, Text, visible } from "./text";
import type { Conflict } from "./types";

// More than these do not fit beside one another.
const kMostInMatrix = 16;

export function collisions_of(conflicts: Conflict[]): Conflict[] {
  return conflicts
    .filter((c) => c.status === "open" && c.kind === "collision")
    .sort(by_weight);
}

function by_weight(x: Conflict, y: Conflict): number {
  const critical = (c: Conflict) => (c.severity === "critical" ? 1 : 0);
  return critical(y) - critical(x) || y.paths.length - x.paths.length;
}

const kPathsShown = 4;

function Row({ conflict }: { conflict: Conflict }) {
  const page = usePage();
  const name = (id: string) =>
    id.includes("/") ? (
      <button type="button" class="link" onClick={() => page.open_agent(id)}>
        <AgentName id={id} short={page.one_feature} />
      </button>
    ) : (
      <AgentName id={id} short />
    );
  return (
    <li class="conflict">
      <p>
        <Glyph
          shape="alert"
          tone={conflict.kind === "collision" ? "bad" : "wait"}
        />{" "}
        {name(conflict.a)} <span class="dim">and</span> {name(conflict.b)}
        <span class="dim">
          {" "}
          <Text of={conflict.kind} />, <Text of={conflict.severity} />,{" "}
          <Age at={conflict.detected_at} past />
        </span>
      </p>
      <ul class="paths">
        {conflict.paths.slice(0, kPathsShown).map((path) => (
          <li key={path}>
            <Clip of={path} mono />
          </li>
        ))}
        {conflict.paths.length > kPathsShown && (
          <li class="dim">
            and {plural(conflict.paths.length - kPathsShown, "path")} more
          </li>
        )}
      </ul>
    </li>
  );
}

// Names by how many conflicts they have, the most first.
function sides_of(conflicts: Conflict[]): string[] {
  const count = new Map<string, number>();
  for (const c of conflicts)
    for (const side of [c.a, c.b]) count.set(side, (count.get(side) ?? 0) + 1);
  return [...count.keys()].sort(
    (x, y) => (count.get(y) ?? 0) - (count.get(x) ?? 0) || (x < y ? -1 : 1),
  );
}

function between(conflicts: Conflict[], a: string, b: string): Conflict[] {
  return conflicts.filter(
    (c) => (c.a === a && c.b === b) || (c.a === b && c.b === a),
  );
}

function Cell({ conflicts }: { conflicts: Conflict[] }) {
  if (conflicts.length === 0)
    return (
      <td class="none">
        <span class="sr">none</span>
      </td>
    );
  const paths = [...new Set(conflicts.flatMap((c) => c.paths))];
  const collides = conflicts.some((c) => c.kind === "collision");
  return (
    <td
      class={collides ? "hit collision" : "hit stale"}
      title={paths.map(visible).join("\n")}
    >
      <Glyph shape={collides ? "cross" : "half"} tone={collides ? "bad" : "wait"} />
      <span class="num">{paths.length}</span>
      <span class="sr">
        {" "}
        {collides ? "collision" : "stale"}: {paths.map(visible).join(", ")}
      </span>
    </td>
  );
}

function Matrix({ conflicts }: { conflicts: Conflict[] }) {
  const sides = sides_of(conflicts);
  const shown = sides.slice(0, kMostInMatrix);
  return (
    <>
      <div
        class="scroll"
        tabIndex={0}
        role="region"
        aria-label="Matrix of conflicts"
      >
        <table class="matrix">
          <caption class="sr">
            Agents by agents: in how many paths they conflict
          </caption>
          <thead>
            <tr>
              <td />
              {shown.map((side) => (
                <th key={side} scope="col">
                  <span class="upright mono" title={visible(side)}>
                    <Text of={role_of(side)} />
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row}>
                <th scope="row">
                  <AgentName id={row} short />
                </th>
                {shown.map((column) =>
                  row === column ? (
                    <td key={column} class="self">
                      <span class="sr">itself</span>
                    </td>
                  ) : (
                    <Cell
                      key={column}
                      conflicts={between(conflicts, row, column)}
                    />
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="legend dim">
        <Glyph shape="cross" tone="bad" /> collision of two agents' work{" "}
        <Glyph shape="half" tone="wait" /> stale against its base; the number
        counts paths
        {sides.length > shown.length &&
          `; ${plural(sides.length - shown.length, "side")} more in the list`}
      </p>
    </>
  );
}

export function ConflictsCard() {
  const page = usePage();
  const view = usePageView<{ conflicts: Conflict[] }>("conflicts");
  const open = (view.data?.conflicts ?? [])
    .filter((c) => c.status === "open")
    .sort(
      (x, y) =>
        Number(y.kind === "collision") - Number(x.kind === "collision") ||
        by_weight(x, y),
    );
  return (
    <Card id="conflicts" title="Conflicts" count={open.length || undefined}>
      <Shown view={view}>
        {() => {
          if (open.length === 0)
            return (
              <p class="all-clear">
                <Glyph shape="check" tone="good" /> Every branch merges cleanly.
              </p>
            );
          const found = open.filter((c) =>
            matches(page.filter, c.a, c.b, ...c.paths),
          );
          if (found.length === 0)
            return <Empty>No conflict matches the filter.</Empty>;
          return (
            <>
              <Folded
                items={found}
                limit={5}
                what="conflicts"
                draw={(shown) => (
                  <ul class="conflicts">
                    {shown.map((c) => (
                      <Row key={c.id} conflict={c} />
                    ))}
                  </ul>
                )}
              />
              <Matrix conflicts={found} />
            </>
          );
        }}
      </Shown>
    </Card>
  );
}
