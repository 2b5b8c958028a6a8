// SPDX-License-Identifier: MIT
//
// Features and their agents: one cell for each agent, those that need
// somebody first, those with nothing to do behind a count where there are many.
import { useRef, useState } from "preact/hooks";

import { Card, Empty, plural, Shown } from "./card";
import { kStateOrder, StateGlyph, tone_of } from "./glyph";
import { agents_of } from "./needs";
import { matches, still, usePage, usePageView } from "./page";
import { Age, Clip, role_of, Text, visible } from "./text";
import type { Agent, Feature, Status } from "./types";

// So many cells of agents at rest are shown before they fold.
const kManyAgents = 24;
// From so many on the cells are smaller.
const kManyCells = 60;
const kAtRest = new Set(["idle", "stopped"]);

function rank(state: string): number {
  const at = kStateOrder.indexOf(state);
  return at < 0 ? kStateOrder.length : at;
}

interface CellProps {
  agent: Agent;
  first: boolean;
  open: (id: string) => void;
}

const AgentCell = still<CellProps>(({ agent, first, open }) => {
  const unread = agent.unread ?? 0;
  return (
    <li>
      <button
        type="button"
        class={`cell tone-${tone_of(agent.state)}`}
        data-agent={agent.id}
        tabIndex={first ? 0 : -1}
        onClick={() => open(agent.id)}
      >
        <span class="cell-top">
          <span class="clip mono" title={visible(agent.id)}>
            <Text of={role_of(agent.id)} />
          </span>
          {unread > 0 && (
            <span class="badge num" title={`${unread} unread`}>
              {unread}
              <span class="sr"> unread</span>
            </span>
          )}
        </span>
        <span class="cell-state">
          <StateGlyph state={agent.state} />
          <span class="state-name">
            <Text of={agent.state} />
          </span>
          <Age at={agent.since} past />
        </span>
        <span class="cell-task dim">
          {agent.task ? <Clip of={agent.task} /> : <span class="sr">no task</span>}
          <span class="source" title="where the state is known from">
            <Text of={agent.source} />
          </span>
        </span>
      </button>
    </li>
  );
});

// Arrow keys lead through the cells; one of them is in the tab order.
function move_focus(event: KeyboardEvent): void {
  const list = event.currentTarget as HTMLElement;
  const cells = [...list.querySelectorAll<HTMLElement>("button.cell")];
  const at = cells.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  const top = cells[0]?.offsetTop;
  const columns = Math.max(
    1,
    cells.findIndex((cell) => cell.offsetTop !== top),
  );
  const steps: Record<string, number> = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at + columns,
    ArrowUp: at - columns,
    Home: 0,
    End: cells.length - 1,
  };
  const to = steps[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const cell = cells[Math.min(cells.length - 1, Math.max(0, to))];
  if (!cell) return;
  for (const other of cells) other.tabIndex = other === cell ? 0 : -1;
  cell.focus();
}

function Agents({ name, agents }: { name: string; agents: Agent[] }) {
  const page = usePage();
  const list = useRef<HTMLUListElement>(null);
  const [all, show_all] = useState(false);
  const found = agents.filter((a) =>
    matches(page.filter, a.id, a.state, a.task, a.branch),
  );
  const sorted = found
    .map((agent, i) => ({ agent, i }))
    .sort((x, y) => rank(x.agent.state) - rank(y.agent.state) || x.i - y.i)
    .map(({ agent }) => agent);
  const resting = sorted.filter((a) => kAtRest.has(a.state));
  const folds = sorted.length > kManyAgents && resting.length > 8;
  const shown =
    folds && !all ? sorted.filter((a) => !kAtRest.has(a.state)) : sorted;
  if (agents.length === 0) return <Empty>No agents here yet.</Empty>;
  return (
    <>
      {found.length === 0 && <Empty>No agent matches the filter.</Empty>}
      <ul
        ref={list}
        class={agents.length > kManyCells ? "cells compact" : "cells"}
        onKeyDown={move_focus}
        aria-label={`Agents of ${visible(name)}`}
      >
        {shown.map((agent, i) => (
          <AgentCell
            key={agent.id}
            agent={agent}
            first={i === 0}
            open={page.open_agent}
          />
        ))}
      </ul>
      {folds && (
        <button
          type="button"
          class="quiet more"
          aria-expanded={all}
          onClick={() => show_all(!all)}
        >
          {all
            ? "Fold those at rest"
            : `${plural(resting.length, "agent")} at rest`}
        </button>
      )}
    </>
  );
}

interface FigureProps {
  n: number;
  what: string; // of one
  bad?: boolean;
}

function Figure({ n, what, bad }: FigureProps) {
  return (
    <span class={bad && n > 0 ? "figure tone-bad" : "figure"}>
      <b class="num">{n}</b> {n === 1 ? what : what + "s"}
    </span>
  );
}

const FeatureBlock = still<{ feature: Feature }>(({ feature }) => {
  const { tasks } = feature;
  const all = tasks.open + tasks.doing + tasks.blocked + tasks.done;
  return (
    <article class="feature" aria-label={visible(feature.spec_id)}>
      <header>
        <h3 class="mono">
          <Clip of={feature.spec_id} />
        </h3>
        <span class="dim">
          <Text of={feature.status} />
          {feature.base && (
            <>
              , from <Text of={feature.base} />
            </>
          )}
        </span>
        <span class="figures">
          <span class="figure">
            <b class="num">
              {tasks.done}/{all}
            </b>{" "}
            tasks
          </span>
          <Figure n={feature.conflicts} what="conflict" bad />
          <Figure n={feature.blockers} what="blocker" bad />
          <Figure n={feature.prs} what="PR" />
          <Figure n={feature.tests} what="test run" />
        </span>
      </header>
      <Agents name={feature.spec_id} agents={feature.agents} />
    </article>
  );
});

export function AgentsCard() {
  const view = usePageView<Status>("status");
  const page = usePage();
  const features = view.data?.features ?? [];
  const outside = view.data?.agents ?? [];
  const count = agents_of(view.data).length;
  const tools = (page.may("pause") || page.may("resume")) &&
    features.length > 0 && (
    <>
      {page.may("pause") && (
        <button
          type="button"
          class="quiet"
          onClick={() =>
            page.propose({
              title: "Pause every agent?",
              command: "git orch pause --all",
              what: { verb: "pause", operands: [], options: { all: true } },
            })
          }
        >
          Pause all…
        </button>
      )}
      {page.may("pause") && (
        <button
          type="button"
          class="quiet"
          onClick={() =>
            page.propose({
              title: "Let everybody go on?",
              command: "git orch pause --off",
              what: { verb: "pause", operands: [], options: { off: true } },
            })
          }
        >
          End pause…
        </button>
      )}
      {page.may("resume") && (
        <button
          type="button"
          class="quiet"
          onClick={() =>
            page.propose({
              title: "Start again what should run?",
              command: "git orch resume",
              what: { verb: "resume", operands: [] },
            })
          }
        >
          Resume…
        </button>
      )}
    </>
  );
  return (
    <Card id="agents" title="Agents" count={count || undefined} tools={tools}>
      <Shown view={view}>
        {(status) =>
          count === 0 && status.features.length === 0 ? (
            <Empty command="git orch init-feature 001-first --start">
              No features yet. A feature gives a team its branches, worktrees
              and panes; type this in the repository:
            </Empty>
          ) : (
            <>
              {status.features.map((feature) => (
                <FeatureBlock key={feature.spec_id} feature={feature} />
              ))}
              {outside.length > 0 && (
                <article class="feature" aria-label="Outside any feature">
                  <header>
                    <h3>Outside any feature</h3>
                  </header>
                  <Agents name="no feature" agents={outside} />
                </article>
              )}
            </>
          )
        }
      </Shown>
    </Card>
  );
}
