// SPDX-License-Identifier: MIT
//
// What waits to land, and which specifications wait to become features.
import { Card, Empty, Folded, Shown } from "./card";
import { Glyph, type Tone } from "./glyph";
import { matches, usePage, usePageView } from "./page";
import { AgentName, Age, Clip, Text } from "./text";
import type { BatchQueue, MergeEntry, QueueItem } from "./types";

export function MergeQueueCard() {
  const page = usePage();
  const view = usePageView<{ queue: MergeEntry[] }>("integrate?all=1");
  const tools = page.may("integrate") && page.one_feature && (
    <button
      type="button"
      class="quiet"
      onClick={() =>
        page.propose({
          title: "Land what is ready?",
          command: "git orch integrate",
          what: { verb: "integrate", operands: [] },
          danger: true,
        })
      }
    >
      Integrate…
    </button>
  );
  return (
    <Card
      id="merge-queue"
      title="Merge queue"
      count={view.data?.queue.length || undefined}
      tools={tools}
    >
      <Shown view={view}>
        {({ queue }) => {
          if (queue.length === 0) return <Empty>No branch waits to land.</Empty>;
          return (
            <Folded
              items={queue.filter((e) => matches(page.filter, e.agent, e.reason))}
              limit={8}
              what="branches"
              draw={(shown) => (
                <ol class="lines">
                  {shown.map((entry) => (
                    <li key={entry.agent}>
                      <p>
                        <AgentName id={entry.agent} short={page.one_feature} />
                        <span class="level">
                          <Glyph
                            shape={entry.reason ? "hourglass" : "arrow"}
                            tone={entry.reason ? "wait" : "calm"}
                          />{" "}
                          <Text of={entry.reason || "waits"} />
                        </span>
                      </p>
                      {(entry.detail || entry.paths.length > 0) && (
                        <p class="dim">
                          <Clip of={entry.detail || entry.paths.join(", ")} />
                        </p>
                      )}
                    </li>
                  ))}
                </ol>
              )}
            />
          );
        }}
      </Shown>
    </Card>
  );
}

const kItemStates: Record<string, [string, Tone]> = {
  running: ["disc", "work"],
  queued: ["ring", "calm"],
  paused: ["square", "off"],
  retrying: ["half", "wait"],
  done: ["check", "good"],
  failed: ["cross", "bad"],
  dead: ["cross", "bad"],
};

function Item({ item }: { item: QueueItem }) {
  const [shape, tone] = kItemStates[item.state] ?? ["dot", "off"];
  return (
    <li>
      <p>
        <span class="mono id num">{item.id}</span>
        <Clip of={item.spec_id ?? item.spec_path} mono />
        <span class="level">
          <Glyph shape={shape} tone={tone} /> <Text of={item.state} />
        </span>
        <Age
          at={item.completed_at ?? item.started_at ?? item.enqueued_at}
          past
        />
      </p>
      {item.reason && (
        <p class="dim">
          <Clip of={item.reason} />
        </p>
      )}
    </li>
  );
}

export function BatchQueueCard() {
  const page = usePage();
  const view = usePageView<BatchQueue>("queue");
  const data = view.data;
  return (
    <Card
      id="batch-queue"
      title="Batch queue"
      count={data?.items.length || undefined}
      tools={
        data && (
          <span class="dim">
            <Text of={data.queue} />, {data.jobs} at once
          </span>
        )
      }
    >
      <Shown view={view}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty command="git orch queue add SPEC.md">
              No specification waits to become a feature.
            </Empty>
          ) : (
            <Folded
              items={items.filter((i) =>
                matches(page.filter, i.spec_id, i.spec_path, i.state),
              )}
              limit={6}
              what="items"
              draw={(shown) => (
                <ol class="lines">
                  {shown.map((item) => (
                    <Item key={item.id} item={item} />
                  ))}
                </ol>
              )}
            />
          )
        }
      </Shown>
    </Card>
  );
}
