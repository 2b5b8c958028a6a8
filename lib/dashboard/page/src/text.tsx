// SPDX-License-Identifier: MIT
//
// Names and texts of others. They are text nodes, never markup, and what a
// terminal would obey or a reader could not see is spelled out.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

import { exact, ms_of, on_tick, span } from "./time";

// Controls; marks and overrides of direction; what has no width; separators of
// lines and paragraphs; tags; halves of a pair.
const kHidden =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;

function spelled(c: string): string {
  const code = c.codePointAt(0) ?? 0;
  if (c === "\n") return "\\n";
  if (c === "\t") return "\\t";
  if (c === "\r") return "\\r";
  const hex = code.toString(16);
  return code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`;
}

// For attributes, and for comparing.
export function visible(text: string): string {
  return text.replace(kHidden, spelled);
}

// Lines stay lines, tabs stay tabs; everything else as in `visible`.
function parts_of(text: string, lines: boolean): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let from = 0;
  for (const match of text.matchAll(kHidden)) {
    const c = match[0];
    if (lines && (c === "\n" || c === "\t")) continue;
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push(<span class="escape">{spelled(c)}</span>);
    from = match.index + c.length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

const kLongest = 4000;

// `lines`: a text of several lines is shown as such.
export function Text({ of, lines }: { of: string; lines?: boolean }) {
  const cut = of.length > kLongest ? of.slice(0, kLongest) : of;
  return (
    <bdi class={lines ? "text multi" : "text"}>
      {parts_of(cut, lines ?? false)}
      {cut.length < of.length && <span class="dim"> … cut here</span>}
    </bdi>
  );
}

// One line, clipped where there is no room; the whole is the title.
export function Clip({ of, mono }: { of: string; mono?: boolean }) {
  return (
    <span class={mono ? "clip mono" : "clip"} title={visible(of)}>
      <Text of={of} />
    </span>
  );
}

// An agent's address: the feature stands back, the role in front.
export function AgentName({ id, short }: { id: string; short?: boolean }) {
  const cut = id.lastIndexOf("/");
  return (
    <span class="mono agent-name" title={visible(id)}>
      {cut > 0 && !short && (
        <span class="dim of-feature">
          <Text of={id.slice(0, cut + 1)} />
        </span>
      )}
      <span class="role">
        <Text of={id.slice(cut + 1)} />
      </span>
    </span>
  );
}

export function role_of(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

// Clocks differ by a little without anybody being wrong.
const kClockSlackMs = 5000;

function age_text(ms: number, now: number): string {
  const age = now - ms;
  return age < -kClockSlackMs ? `in ${span(-age)}` : span(age);
}

// How long ago; a time that is still to come is said to be, and marked where
// it cannot be (`past`).
export function Age({ at, past }: { at: string | null; past?: boolean }) {
  const ms = ms_of(at);
  const [text, say] = useState(() =>
    ms === null ? "" : age_text(ms, Date.now()),
  );
  useEffect(() => {
    if (ms === null) return;
    const show = (now: number) => say(age_text(ms, now));
    show(Date.now());
    return on_tick(show);
  }, [ms]);
  if (ms === null || at === null) return <span class="dim">–</span>;
  const odd = past && ms > Date.now() + kClockSlackMs;
  return (
    <time
      class={odd ? "num odd" : "num"}
      dateTime={at}
      title={
        odd ? `a clock is wrong: ${exact(ms)} is to come` : exact(ms)
      }
    >
      {text}
      {odd && <span aria-label=" (this time is still to come)"> ?</span>}
    </time>
  );
}

// A command to type, with a button that copies it.
export function Command({ text }: { text: string }) {
  const [copied, say] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => say(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    void copy_text(text).then((done) => say(done));
  };
  return (
    <span class="command">
      <code title={visible(text)}>
        <Text of={text} />
      </code>
      <button
        type="button"
        class="quiet copy"
        onClick={copy}
        aria-label={`Copy: ${visible(text)}`}
      >
        {copied ? "Copied" : "Copy"}
      </button>
    </span>
  );
}

async function copy_text(text: string): Promise<boolean> {
  try {
    // What was hidden in it is pasted as it was shown.
    await navigator.clipboard.writeText(visible(text));
    return true;
  } catch {
    return false;
  }
}
