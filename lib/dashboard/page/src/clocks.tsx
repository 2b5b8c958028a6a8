// SPDX-License-Identifier: MIT
//
// What comes by the clock: the ends of usage limits, and check-ins.
import { Card, Empty, Folded, Shown } from "./card";
import { Glyph } from "./glyph";
import { Countdown, open_limits } from "./glance";
import { matches, usePage, usePageView } from "./page";
import { AgentName, Age, Clip, Text } from "./text";
import { exact, local, ms_of } from "./time";
import type { CheckIn, Limit } from "./types";

function LimitRow({ limit, short }: { limit: Limit; short: boolean }) {
  const wakes = ms_of(limit.wakes_at ?? limit.resets_at);
  return (
    <li class="limit">
      <p>
        <Glyph shape="hourglass" tone="wait" />
        <AgentName id={limit.agent} short={short} />
        <span class="wakes">
          {wakes === null ? (
            "unknown"
          ) : (
            <>
              <span class="dim">wakes in</span>{" "}
              <b class="countdown">
                <Countdown ms={wakes} />
              </b>{" "}
              <time
                class="dim num"
                dateTime={new Date(wakes).toISOString()}
                title={exact(wakes)}
              >
                at {local(wakes, Date.now())}
              </time>
            </>
          )}
        </span>
      </p>
      <p class="dim">
        {limit.runtime && (
          <>
            <Text of={limit.runtime} />
            {limit.text && ": "}
          </>
        )}
        <Clip of={limit.text} />
      </p>
    </li>
  );
}

export function LimitsCard() {
  const page = usePage();
  const view = usePageView<{ limits: Limit[] }>("limits");
  const open = open_limits(view.data?.limits ?? []);
  return (
    <Card id="limits" title="Limits" count={open.length || undefined}>
      <Shown view={view}>
        {() =>
          open.length === 0 ? (
            <p class="all-clear">
              <Glyph shape="check" tone="good" /> No agent is at a usage limit.
            </p>
          ) : (
            <Folded
              items={open.filter((l) => matches(page.filter, l.agent, l.text))}
              limit={4}
              what="limits"
              draw={(shown) => (
                <ol class="lines">
                  {shown.map((limit) => (
                    <LimitRow
                      key={limit.id}
                      limit={limit}
                      short={page.one_feature}
                    />
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

export function CheckInsCard() {
  const page = usePage();
  const view = usePageView<{ checkins: CheckIn[] }>("checkin");
  const ahead = (view.data?.checkins ?? [])
    .filter((c) => c.state === "waiting" || c.state === "paused" || c.overdue)
    .sort((a, b) => (ms_of(a.due_at) ?? 0) - (ms_of(b.due_at) ?? 0));
  const late = ahead.filter((c) => c.overdue).length;
  return (
    <Card
      id="check-ins"
      title="Check-ins"
      count={ahead.length || undefined}
      tools={
        late > 0 && (
          <span class="tone-bad">
            <Glyph shape="alert" tone="bad" /> {late} overdue
          </span>
        )
      }
    >
      <Shown view={view}>
        {() =>
          ahead.length === 0 ? (
            <Empty command="git orch checkin add AGENT --every 30m 'how far are you?'">
              Nothing is scheduled.
            </Empty>
          ) : (
            <Folded
              items={ahead.filter((c) => matches(page.filter, c.agent, c.note))}
              limit={6}
              what="check-ins"
              draw={(shown) => (
                <table class="rows">
                  <thead>
                    <tr>
                      {["Due", "Agent", "Note", "Every"].map((name) => (
                        <th key={name} scope="col">
                          <span class="sr">{name}</span>
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {shown.map((c) => (
                      <tr key={c.id}>
                        <td class={c.overdue ? "tone-bad" : ""}>
                          {c.overdue && <span>overdue </span>}
                          {c.state === "paused" && <span>paused </span>}
                          <Age at={c.due_at} />
                        </td>
                        <td>
                          <AgentName id={c.agent} short={page.one_feature} />
                        </td>
                        <td class="wide">
                          <Clip of={c.note} />
                        </td>
                        <td class="dim">
                          {c.every ? <Clip of={c.every} /> : "once"}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              )}
            />
          )
        }
      </Shown>
    </Card>
  );
}
