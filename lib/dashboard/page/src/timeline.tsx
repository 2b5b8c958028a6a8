// SPDX-License-Identifier: MIT
//
// What happened, newest first.
import { useMemo, useState } from "preact/hooks";

import { Card, Empty, Shown } from "./card";
import { EventGlyph } from "./glyph";
import { kRecent, landed_lately } from "./glance";
import { matches, still, usePage, usePageView } from "./page";
import { AgentName, Age, Clip, Text, visible } from "./text";
import type { RecordedEvent } from "./types";

const kStep = 24;

const EventRow = still<{ event: RecordedEvent; short: boolean }>(
  ({ event, short }) => (
    <li class="event" data-type={event.type}>
      <Age at={event.at} past />
      <EventGlyph type={event.type} />
      <span class="event-who">
        <AgentName id={who_of(event)} short={short} />
      </span>
      <span class="event-what">
        <span class="event-type">
          <Text of={event.type.replaceAll("_", " ")} />
        </span>{" "}
        <Clip of={event.message} />
      </span>
      <span class="mono dim event-commit">
        {event.commit && <Text of={event.commit.slice(0, 10)} />}
      </span>
    </li>
  ),
);

function who_of(event: RecordedEvent): string {
  return event.spec_id ? `${event.spec_id}/${event.role}` : event.role;
}

function Choice({
  label,
  value,
  values,
  choose,
}: {
  label: string;
  value: string;
  values: string[];
  choose: (value: string) => void;
}) {
  return (
    <span class="choice">
      <select
        aria-label={label}
        value={value}
        onChange={(e) => choose((e.currentTarget as HTMLSelectElement).value)}
      >
        <option value="">{label}: all</option>
        {values.map((v) => (
          <option key={v} value={v}>
            {visible(v)}
          </option>
        ))}
      </select>
    </span>
  );
}

function values_in(
  events: RecordedEvent[],
  of: (event: RecordedEvent) => string | null,
): string[] {
  const found = new Set<string>();
  for (const event of events) {
    const value = of(event);
    if (value) found.add(value);
  }
  return [...found].sort();
}

export function TimelineCard() {
  const page = usePage();
  const view = usePageView<{ events: RecordedEvent[] }>(kRecent);
  const [type, set_type] = useState("");
  const [feature, set_feature] = useState("");
  const [agent, set_agent] = useState("");
  const [landed, set_landed] = useState(false);
  const [most, set_most] = useState(kStep);
  const events = view.data?.events ?? [];
  const values = useMemo(
    () => ({
      types: values_in(events, (e) => e.type),
      features: values_in(events, (e) => e.spec_id),
      agents: values_in(events, who_of),
    }),
    [events],
  );
  const found = (landed ? landed_lately(events, Date.now()) : events).filter(
    (e) =>
      (type === "" || e.type === type) &&
      (feature === "" || e.spec_id === feature) &&
      (agent === "" || who_of(e) === agent) &&
      matches(page.filter, e.message, e.type, who_of(e), e.task_id, e.commit),
  );
  const tools = events.length > 0 && (
    <>
      <button
        type="button"
        class="quiet toggle"
        aria-pressed={landed}
        onClick={() => set_landed(!landed)}
      >
        Landed in the last hour
      </button>
      <Choice label="Type" value={type} values={values.types} choose={set_type} />
      {!page.one_feature && (
        <Choice
          label="Feature"
          value={feature}
          values={values.features}
          choose={set_feature}
        />
      )}
      <Choice
        label="Agent"
        value={agent}
        values={values.agents}
        choose={set_agent}
      />
    </>
  );
  return (
    <Card id="timeline" title="Timeline" tools={tools}>
      <Shown view={view}>
        {() => {
          if (events.length === 0)
            return <Empty>Nothing has happened yet: commits come here.</Empty>;
          if (found.length === 0)
            return (
              <Empty>
                {landed
                  ? "Nothing has landed in the last hour."
                  : "No event matches the filter."}
              </Empty>
            );
          return (
            <>
              <ol class={page.one_feature ? "events short" : "events"}>
                {found.slice(0, most).map((event) => (
                  <EventRow
                    key={event.id}
                    event={event}
                    short={page.one_feature}
                  />
                ))}
              </ol>
              {found.length > most && (
                <button
                  type="button"
                  class="quiet more"
                  onClick={() => set_most(most + kStep)}
                >
                  Older
                </button>
              )}
            </>
          );
        }}
      </Shown>
    </Card>
  );
}
