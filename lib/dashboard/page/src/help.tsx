// SPDX-License-Identifier: MIT
//
// What the keys do and what the signs mean.
import { Dialog } from "./dialog";
import { kStateOrder, StateGlyph } from "./glyph";
import { kCards } from "./header";

const kKeys: [string, string][] = [
  ["?", "this help"],
  ["/", "filter agents, conflicts, tasks, events and messages"],
  ["Escape", "close what is open, or clear the filter"],
  ["r", "choose the repository"],
  ["t", "the next theme: auto, light, dark"],
  ["← → ↑ ↓", "from agent to agent; Enter opens one"],
];

const kMeanings: Record<string, string> = {
  "needs-human": "waits for a person",
  limited: "waits for the end of a usage limit",
  lost: "its process is not where it was",
  exited: "its process has ended",
  busy: "at work",
  starting: "not ready yet",
  idle: "ready, with nothing to do",
  stopped: "ended by a command",
  unknown: "not known",
};

export function Help({ close }: { close: () => void }) {
  return (
    <Dialog title="Help" name="help" close={close}>
      <div class="help-columns">
        <section aria-label="Keys">
          <h3>Keys</h3>
          <dl class="facts">
            {kKeys.map(([key, what]) => (
              <>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{what}</dd>
              </>
            ))}
            {kCards.map(([id, title], i) => (
              <>
                <dt>
                  <kbd>{i + 1}</kbd>
                </dt>
                <dd>
                  <a href={`#${id}`} onClick={close}>
                    {title}
                  </a>
                </dd>
              </>
            ))}
          </dl>
        </section>
        <section aria-label="States of agents">
          <h3>States of agents</h3>
          <dl class="facts">
            {kStateOrder.map((state) => (
              <>
                <dt>
                  <StateGlyph state={state} /> {state}
                </dt>
                <dd>{kMeanings[state]}</dd>
              </>
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}
