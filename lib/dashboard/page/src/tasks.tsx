// SPDX-License-Identifier: MIT
//
// The task board: a column for each status.
import { Card, Empty, Folded, plural, Shown } from "./card";
import { Glyph, type Tone } from "./glyph";
import { matches, still, usePage, usePageView } from "./page";
import { AgentName, Age, Clip, Text, visible } from "./text";
import type { Task } from "./types";

const kColumns: [string, string, string, Tone][] = [
  ["open", "Open", "ring", "calm"],
  ["doing", "Doing", "disc", "work"],
  ["blocked", "Blocked", "square", "bad"],
  ["done", "Done", "check", "good"],
];

const TaskItem = still<{ task: Task; short: boolean }>(({ task, short }) => (
  <li class="task">
    <p class="task-top">
      <span class="mono id">
        <Text of={task.id} />
      </span>
      <Age at={task.updated_at} past />
    </p>
    <p class="task-title" title={visible(task.title)}>
      <Text of={task.title} />
    </p>
    <p class="dim task-more">
      {task.owner && <AgentName id={task.owner} short={short} />}
      {!short && !task.owner && task.spec_id && <Clip of={task.spec_id} mono />}
      {task.status === "blocked" && task.depends_on.length > 0 && (
        <span class="clip" title={`waits for ${task.depends_on.map(visible).join(", ")}`}>
          waits for <Text of={task.depends_on.join(", ")} />
        </span>
      )}
    </p>
    {task.reason && (
      <p class="dim task-more">
        <Clip of={task.reason} />
      </p>
    )}
  </li>
));

function Column({
  column,
  tasks,
}: {
  column: (typeof kColumns)[number];
  tasks: Task[];
}) {
  const page = usePage();
  const [status, title, shape, tone] = column;
  return (
    <section class="column" aria-label={`${title}: ${tasks.length}`}>
      <h3>
        <Glyph shape={shape} tone={tone} /> {title}{" "}
        <span class="count num">{tasks.length}</span>
      </h3>
      {tasks.length === 0 && <p class="dim">none</p>}
      <Folded
        items={tasks}
        limit={status === "done" ? 4 : 8}
        what={title.toLowerCase()}
        draw={(shown) => (
          <ul>
            {shown.map((task) => (
              <TaskItem
                key={`${task.spec_id} ${task.id}`}
                task={task}
                short={page.one_feature}
              />
            ))}
          </ul>
        )}
      />
    </section>
  );
}

export function TasksCard() {
  const page = usePage();
  const view = usePageView<{ tasks: Task[] }>("task?all=1");
  const all = view.data?.tasks ?? [];
  const found = all.filter((t) =>
    matches(page.filter, t.id, t.title, t.owner, t.spec_id),
  );
  const dropped = found.filter((t) => t.status === "dropped").length;
  return (
    <Card id="tasks" title="Tasks" count={all.length || undefined}>
      <Shown view={view}>
        {() =>
          all.length === 0 ? (
            <Empty command="git orch task add 'what is to be done'">
              No tasks yet. They come from a feature's tasks.md, or one by one:
            </Empty>
          ) : (
            <>
              <div class="board">
                {kColumns.map((column) => (
                  <Column
                    key={column[0]}
                    column={column}
                    tasks={found.filter((t) => t.status === column[0])}
                  />
                ))}
              </div>
              {dropped > 0 && (
                <p class="legend dim">{plural(dropped, "task")} dropped</p>
              )}
            </>
          )
        }
      </Shown>
    </Card>
  );
}
