// SPDX-License-Identifier: MIT
//
// What the page knows: one entry for each view that is shown, kept fresh by
// the stream of changes.
import { useEffect, useState } from "preact/hooks";

import { ApiError, read } from "./api";

export interface View<T> {
  data: T | null; // null until the first answer
  error: ApiError | null;
  loading: boolean;
}

const kNothing: View<never> = { data: null, error: null, loading: true };
// What could not be read is asked for again after this time, and later each
// time, whether or not anybody says that it has changed.
const kRetryMs = 2000;
const kLongestRetryMs = 60_000;
// Changes that come together are asked for together.
const kGatherMs = 30;

// Parts that did not change keep their identity, so that whoever draws them
// sees at a glance that there is nothing to do.
export function keep_same<T>(before: unknown, after: T): T {
  if (Object.is(before, after)) return after;
  if (Array.isArray(before) && Array.isArray(after)) {
    let same = before.length === after.length;
    const merged = after.map((item, i) => {
      const kept = keep_same(before[i], item as unknown);
      if (!Object.is(kept, before[i])) same = false;
      return kept;
    });
    return (same ? before : merged) as T;
  }
  if (is_object(before) && is_object(after)) {
    const keys = Object.keys(after);
    let same = keys.length === Object.keys(before).length;
    const merged: Record<string, unknown> = {};
    for (const key of keys) {
      merged[key] = keep_same(before[key], after[key]);
      if (!Object.is(merged[key], before[key])) same = false;
    }
    return (same ? before : merged) as T;
  }
  return after;
}

function is_object(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// Arrays by id keep the identity of items that moved.
function by_id(before: unknown, after: unknown): unknown {
  if (!is_object(before) || !is_object(after)) return keep_same(before, after);
  const aligned: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(after)) {
    const old = before[key];
    aligned[key] =
      Array.isArray(value) && Array.isArray(old) ? align(old, value) : value;
  }
  return keep_same(before, aligned);
}

function align(before: unknown[], after: unknown[]): unknown[] {
  const known = new Map<unknown, unknown>();
  for (const item of before)
    if (is_object(item) && item.id !== undefined) known.set(item.id, item);
  return after.map((item) =>
    is_object(item) && known.has(item.id)
      ? keep_same(known.get(item.id), item)
      : item,
  );
}

class Entry {
  view: View<unknown> = kNothing;
  readonly listeners = new Set<() => void>();
  private etag: string | null = null;
  private asking = false;
  private again = false;
  private retry_ms = kRetryMs;
  private retry = 0;

  constructor(
    private readonly name: string,
    private readonly repo: string,
  ) {}

  async ask(): Promise<void> {
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    clearTimeout(this.retry);
    do {
      this.again = false;
      await this.ask_once();
    } while (this.again && this.listeners.size > 0);
    this.asking = false;
  }

  private async ask_once(): Promise<void> {
    try {
      const answer = await read(this.name, this.repo, this.etag);
      this.retry_ms = kRetryMs;
      this.etag = answer.etag;
      if (answer.data !== undefined)
        this.set(by_id(this.view.data, answer.data), null);
      else if (this.view.error) this.set(this.view.data, null);
    } catch (error) {
      this.etag = null;
      if (!(error instanceof ApiError)) throw error;
      this.set(this.view.data, error);
      // Without a server, the stream says when there is one again.
      if (error.code !== "gone") this.ask_later();
    }
  }

  private ask_later(): void {
    clearTimeout(this.retry);
    this.retry = window.setTimeout(() => {
      if (this.listeners.size > 0) void this.ask();
    }, this.retry_ms);
    this.retry_ms = Math.min(this.retry_ms * 2, kLongestRetryMs);
  }

  private set(data: unknown, error: ApiError | null): void {
    const same = Object.is(data, this.view.data) && error === this.view.error;
    if (same && !this.view.loading) return;
    this.view = { data, error, loading: false };
    for (const listener of [...this.listeners]) listener();
  }
}

export class Live {
  private readonly entries = new Map<string, Entry>();
  private readonly due = new Set<string>();
  private timer = 0;

  constructor(readonly repo: string) {}

  view(name: string): View<unknown> {
    return this.entries.get(name)?.view ?? kNothing;
  }

  listen(name: string, listener: () => void): () => void {
    let entry = this.entries.get(name);
    if (!entry) {
      entry = new Entry(name, this.repo);
      this.entries.set(name, entry);
    }
    const shown = entry;
    if (shown.listeners.size === 0) void shown.ask();
    shown.listeners.add(listener);
    return () => shown.listeners.delete(listener);
  }

  // Views by endpoint, without parameters.
  changed(endpoints: string[]): void {
    const wanted = new Set(endpoints);
    for (const name of this.entries.keys())
      if (wanted.has(name.split("?")[0] ?? "")) this.due.add(name);
    this.gather();
  }

  changed_all(): void {
    for (const name of this.entries.keys()) this.due.add(name);
    this.gather();
  }

  private gather(): void {
    if (this.timer || this.due.size === 0) return;
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      const names = [...this.due];
      this.due.clear();
      for (const name of names) {
        const entry = this.entries.get(name);
        if (entry && entry.listeners.size > 0) void entry.ask();
      }
    }, kGatherMs);
  }
}

// The view as it is now, and again whenever it changes. No name, no request.
export function useView<T>(live: Live, name: string | null): View<T> {
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!name) return;
    const stop = live.listen(name, () => redraw((n) => n + 1));
    redraw((n) => n + 1);
    return stop;
  }, [live, name]);
  return (name ? live.view(name) : kNothing) as View<T>;
}
