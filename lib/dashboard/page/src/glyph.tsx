// SPDX-License-Identifier: MIT
//
// Small drawings, each of a shape of its own: no meaning hangs on a colour.

// What a state means for the person who looks.
export type Tone = "calm" | "work" | "wait" | "bad" | "good" | "off";

const kShapes: Record<string, string> = {
  ring: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zm0 2a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z",
  disc: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z",
  half: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zm0 2v7a3.5 3.5 0 0 1 0-7z",
  alert:
    "M8 1.2 15.3 14.5H.7zM7.1 6v4.2h1.8V6zm0 5.3v1.7h1.8v-1.7z",
  hourglass:
    "M3.5 1.5h9v2L9.3 8l3.2 4.5v2h-9v-2L6.7 8 3.5 3.5zm2.4 2L8 6.6l2.1-3.1z",
  cross:
    "M3.8 2.4 8 6.6l4.2-4.2 1.4 1.4L9.4 8l4.2 4.2-1.4 1.4L8 9.4l-4.2 4.2-1.4-1.4L6.6 8 2.4 3.8z",
  square: "M3.5 3.5h9v9h-9z",
  query:
    "M8 2c2.2 0 3.8 1.4 3.8 3.3 0 1.6-.9 2.4-1.7 3-.8.6-1.1.9-1.1 1.7v.3H7V10c0-1.7.9-2.5 1.8-3.2.7-.5 1-.8 1-1.5 0-.8-.7-1.5-1.8-1.5-1.1 0-1.8.7-1.9 1.7H4.1C4.2 3.4 5.8 2 8 2zM7 12h2v2H7z",
  dot: "M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  check: "M13.6 4.2 6.5 12.6 2.4 8.5l1.4-1.4 2.6 2.6 5.7-6.8z",
  arrow: "M8 1.8 13.5 8H10v6H6V8H2.5z",
  letter: "M1.5 3.5h13v9h-13zm2.6 1.5L8 8.2 11.9 5z",
  merge:
    "M4 1.5a1.8 1.8 0 0 1 .8 3.4C5.2 7 7 8 9.4 8.1a1.8 1.8 0 1 1 0 1.7C7.4 9.7 5.8 9 4.8 7.9v3.2a1.8 1.8 0 1 1-1.6 0V4.9A1.8 1.8 0 0 1 4 1.5z",
};

const kStates: Record<string, [string, Tone]> = {
  "needs-human": ["alert", "wait"],
  limited: ["hourglass", "wait"],
  lost: ["query", "bad"],
  exited: ["cross", "bad"],
  busy: ["disc", "work"],
  starting: ["half", "work"],
  idle: ["ring", "calm"],
  stopped: ["square", "off"],
  unknown: ["dot", "off"],
};

// Those that a person should see first come first.
export const kStateOrder = Object.keys(kStates);

export function tone_of(state: string): Tone {
  return kStates[state]?.[1] ?? "off";
}

export function Glyph({ shape, tone }: { shape: string; tone?: Tone }) {
  return (
    <svg
      class={`glyph tone-${tone ?? "calm"}`}
      viewBox="0 0 16 16"
      width="12"
      height="12"
      aria-hidden="true"
      focusable="false"
    >
      <path fill-rule="evenodd" d={kShapes[shape] ?? kShapes.dot ?? ""} />
    </svg>
  );
}

export function StateGlyph({ state }: { state: string }) {
  const [shape, tone] = kStates[state] ?? ["dot", "off"];
  return <Glyph shape={shape} tone={tone} />;
}

// Of events, by what their type begins with or is.
export function EventGlyph({ type }: { type: string }) {
  const [shape, tone] = event_shape(type);
  return <Glyph shape={shape} tone={tone} />;
}

function event_shape(type: string): [string, Tone] {
  if (type === "branch_landed" || type === "feature_completed")
    return ["merge", "good"];
  if (type === "branch_rejected" || /failed|lost|refused|exited/.test(type))
    return ["cross", "bad"];
  if (/conflict_detected|contradiction_opened/.test(type))
    return ["alert", "bad"];
  if (/needs_human|ask_opened|ask_escalated|stalled|overdue/.test(type))
    return ["alert", "wait"];
  if (type === "agent_limited") return ["hourglass", "wait"];
  if (/completed|passed|resolved|done|approved|merged/.test(type))
    return ["check", "good"];
  if (type === "status_update") return ["disc", "work"];
  return ["ring", "calm"];
}
