// SPDX-License-Identifier: MIT
//
// The frame of every card, and what it shows while there is nothing else.
import { Component, type ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import type { ApiError } from "./api";
import type { View } from "./live";
import { Command, Text } from "./text";

interface CardProps {
  id: string;
  title: string;
  count?: number | string | undefined;
  tools?: ComponentChildren;
  children: ComponentChildren;
}

export function Card({ id, title, count, tools, children }: CardProps) {
  return (
    <section class="card" id={id} aria-labelledby={`${id}-title`} tabIndex={-1}>
      <div class="card-head">
        <h2 id={`${id}-title`}>
          {title}
          {count !== undefined && <span class="count num"> {count}</span>}
        </h2>
        {tools && <div class="tools">{tools}</div>}
      </div>
      <div class="card-body">{children}</div>
    </section>
  );
}

// A card that cannot be drawn, because an answer is not what it should be,
// leaves the others alone.
export class Guarded extends Component<
  { title: string; children: ComponentChildren },
  { fault: string | null }
> {
  override state = { fault: null as string | null };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ fault: String(error) });
  }

  override render() {
    if (this.state.fault === null) return this.props.children;
    return (
      <section class="card" aria-label={this.props.title}>
        <div class="card-head">
          <h2>{this.props.title}</h2>
        </div>
        <div class="card-body">
          <p class="failure">
            Could not be drawn: <Text of={this.state.fault} />
          </p>
          <button
            type="button"
            class="quiet"
            onClick={() => this.setState({ fault: null })}
          >
            Try again
          </button>
        </div>
      </section>
    );
  }
}

// The words an empty card says, and the command that fills it.
export function Empty({
  children,
  command,
}: {
  children: ComponentChildren;
  command?: string;
}) {
  return (
    <div class="empty">
      <p>{children}</p>
      {command && <Command text={command} />}
    </div>
  );
}

export function Failure({
  error,
  what = "Could not be read",
}: {
  error: ApiError;
  what?: string;
}) {
  return (
    <div class="failure" role="group" aria-label={what}>
      <p>
        <strong>{what}:</strong> <Text of={error.message} />
      </p>
      {error.hint && (
        <p class="hint">
          <Text of={error.hint} />
        </p>
      )}
    </div>
  );
}

// Draws a view: a failure beside what is known, a calm placeholder before the
// first answer.
export function Shown<T>({
  view,
  children,
}: {
  view: View<T>;
  children: (data: T) => ComponentChildren;
}) {
  const { data, error } = view;
  return (
    <>
      {error && error.code !== "gone" && <Failure error={error} />}
      {data !== null && children(data)}
      {data === null && !error && (
        <p class="empty dim" aria-busy="true">
          Reading…
        </p>
      )}
      {data === null && error?.code === "gone" && (
        <p class="empty dim">The server does not answer.</p>
      )}
    </>
  );
}

// The first `limit` items, the rest behind a count.
export function Folded<T>({
  items,
  limit,
  draw,
  what,
}: {
  items: T[];
  limit: number;
  draw: (shown: T[]) => ComponentChildren;
  what: string;
}) {
  const [all, show] = useState(false);
  // One more line costs no more room than the button.
  const folds = items.length > limit + 1;
  return (
    <>
      {draw(folds && !all ? items.slice(0, limit) : items)}
      {folds && (
        <button
          type="button"
          class="quiet more"
          aria-expanded={all}
          onClick={() => show(!all)}
        >
          {all ? "Fewer" : `${items.length - limit} more ${what}`}
        </button>
      )}
    </>
  );
}

export function plural(n: number, one: string, many = one + "s"): string {
  return `${n} ${n === 1 ? one : many}`;
}
