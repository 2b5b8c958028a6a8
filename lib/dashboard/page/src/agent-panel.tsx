// SPDX-License-Identifier: MIT
//
// Everything about one agent.
import { useEffect, useRef, useState } from "preact/hooks";

import { token } from "./api";
import { Shown } from "./card";
import { Dialog } from "./dialog";
import { StateGlyph } from "./glyph";
import { kMessages, MessageList } from "./messages";
import { agents_of } from "./needs";
import { shell_word, usePage, usePageView } from "./page";
import type { Screen } from "./terminal";
import { AgentName, Age, Clip, Command, role_of, Text } from "./text";
import type {
  Agent,
  CheckIn,
  Conflict,
  Message,
  Status,
  SyncedAgent,
} from "./types";

const kLogLines = 400;

interface TerminalModule {
  make_screen: (place: HTMLElement, is_dark: boolean) => Screen;
}

function Output({ id }: { id: string }) {
  const { is_dark } = usePage();
  const place = useRef<HTMLDivElement>(null);
  const screen = useRef<Screen | null>(null);
  const [ready, set_ready] = useState(false);
  const [failed, set_failed] = useState(false);
  const view = usePageView<{ text: string; coloured?: string }>(
    `agent/log?agent=${encodeURIComponent(id)}&n=${kLogLines}`,
  );
  useEffect(() => {
    let ended = false;
    const node = place.current;
    const watch = new ResizeObserver(() => screen.current?.fit());
    const address = `/assets/terminal.js?token=${encodeURIComponent(token)}`;
    void (import(address) as Promise<TerminalModule>)
      .then((module) => {
        if (ended || !node) return;
        screen.current = module.make_screen(node, is_dark);
        watch.observe(node);
        set_ready(true);
      })
      .catch(() => set_failed(true));
    return () => {
      ended = true;
      watch.disconnect();
      screen.current?.dispose();
      screen.current = null;
      set_ready(false);
    };
  }, [is_dark]);
  const text = view.data?.coloured ?? view.data?.text ?? "";
  useEffect(() => {
    if (ready) screen.current?.show(text);
  }, [ready, text]);
  const plain = text.replace(/\x1b\[[0-?]*[ -/]*[@-~]/g, "");
  return (
    <section aria-labelledby="output-title">
      <h3 id="output-title">Last output</h3>
      <Shown view={view}>
        {() => text === "" && <p class="dim">It has shown nothing yet.</p>}
      </Shown>
      <div class="screen" ref={place} hidden={failed} aria-hidden="true" />
      <pre
        class={failed ? "plain-output" : "sr"}
        aria-label="Last output as text"
      >
        <Text of={plain.slice(-4000)} lines />
      </pre>
    </section>
  );
}

function Facts({ agent }: { agent: Agent }) {
  const sync = usePageView<{ agents: SyncedAgent[] }>("sync");
  const synced = sync.data?.agents.find((a) => a.id === agent.id);
  const commit = agent.last_commit ?? synced?.last_commit;
  return (
    <dl class="facts">
      <dt>State</dt>
      <dd>
        <StateGlyph state={agent.state} />{" "}
        <b>
          <Text of={agent.state} />
        </b>{" "}
        for <Age at={agent.since} past />
        <span class="dim">
          {" "}
          because <Text of={agent.why || `${agent.source} says so`} />
        </span>
      </dd>
      <dt>Task</dt>
      <dd>{agent.task ? <Text of={agent.task} /> : "none"}</dd>
      <dt>Branch</dt>
      <dd>
        {agent.branch ? <Clip of={agent.branch} mono /> : "none"}
        {synced && (
          <div class="dim num">
            <Text of={synced.state} />, {synced.ahead ?? "?"} ahead,{" "}
            {synced.behind ?? "?"} behind{" "}
            <Text of={synced.upstream ?? "its upstream"} />
            {synced.uncommitted.length > 0 &&
              `, ${synced.uncommitted.length} uncommitted`}
          </div>
        )}
      </dd>
      <dt>Last commit</dt>
      <dd>
        {commit ? (
          <>
            <span class="mono">
              <Text of={commit.id.slice(0, 10)} />
            </span>{" "}
            <Text of={commit.subject} />{" "}
            <span class="dim">
              <Age at={commit.at} past />
            </span>
          </>
        ) : commit === null ? (
          "none"
        ) : (
          "not known"
        )}
      </dd>
      <dt>Worktree</dt>
      <dd>
        <Clip of={agent.worktree} mono />
      </dd>
      <dt>Runtime</dt>
      <dd>
        {agent.runtime ? <Text of={agent.runtime} /> : "none"}
        {agent.pid !== null && <span class="dim num"> pid {agent.pid}</span>}
        {agent.exit_status !== null && agent.exit_status !== undefined && (
          <span class="dim num"> exit status {agent.exit_status}</span>
        )}
      </dd>
    </dl>
  );
}

function Buttons({ id }: { id: string }) {
  const page = usePage();
  const word = shell_word(id);
  if (!["send", "pause", "integrate"].some(page.may)) return null;
  return (
    <p class="buttons">
      {page.may("send") && (
        <button
          type="button"
          class="main"
          onClick={() =>
            page.propose({
              title: `Send to ${role_of(id)}`,
              command: `git orch send ${word}`,
              what: { verb: "send", operands: [id] },
              ask_text: "Message",
              text_needed: true,
            })
          }
        >
          Send a message…
        </button>
      )}
      {page.may("pause") && (
        <button
          type="button"
          class="quiet"
          onClick={() =>
            page.propose({
              title: `Pause ${role_of(id)}?`,
              command: `git orch pause ${word}`,
              what: { verb: "pause", operands: [id] },
            })
          }
        >
          Pause…
        </button>
      )}
      {page.may("integrate") && (
        <button
          type="button"
          class="quiet"
          onClick={() =>
            page.propose({
              title: `Land the branch of ${role_of(id)}?`,
              command: `git orch integrate ${word}`,
              what: { verb: "integrate", operands: [id] },
              danger: true,
            })
          }
        >
          Integrate…
        </button>
      )}
    </p>
  );
}

export function AgentPanel({ id, close }: { id: string; close: () => void }) {
  const page = usePage();
  const status = usePageView<Status>("status");
  const messages = usePageView<{ messages: Message[] }>(kMessages);
  const conflicts = usePageView<{ conflicts: Conflict[] }>("conflicts");
  const checkins = usePageView<{ checkins: CheckIn[] }>("checkin");
  const agent = agents_of(status.data).find((a) => a.id === id);
  const mail = (messages.data?.messages ?? []).filter(
    (m) => m.from === id || m.to === id,
  );
  const open = (conflicts.data?.conflicts ?? []).filter(
    (c) => c.status === "open" && (c.a === id || c.b === id),
  );
  const due = (checkins.data?.checkins ?? []).filter(
    (c) => c.agent === id && c.state === "waiting",
  );
  return (
    <Dialog title={<AgentName id={id} />} name="panel" close={close}>
      {agent ? (
        <>
          <Buttons id={id} />
          <Facts agent={agent} />
          <Command text={`git orch agent attach ${shell_word(id)}`} />
          <Output id={id} />
        </>
      ) : (
        <p class="empty">There is no such agent any more.</p>
      )}
      {open.length > 0 && (
        <section aria-label="Conflicts">
          <h3>Conflicts</h3>
          <ul class="lines">
            {open.map((c) => (
              <li key={c.id}>
                <p>
                  with <AgentName id={c.a === id ? c.b : c.a} short />
                  <Clip of={c.paths.join(", ")} mono />
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-label="Messages">
        <h3>Messages</h3>
        {mail.length === 0 && <p class="dim">none</p>}
        <MessageList messages={mail} limit={6} short={page.one_feature} />
      </section>
      {due.length > 0 && (
        <section aria-label="Check-ins">
          <h3>Check-ins</h3>
          <ul class="lines">
            {due.map((c) => (
              <li key={c.id}>
                <p>
                  <Clip of={c.note} />
                  <Age at={c.due_at} />
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Dialog>
  );
}
