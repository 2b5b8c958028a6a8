// SPDX-License-Identifier: MIT
//
// The one way to the server: requests with the token, and the stream of
// changes.

export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly hint: string,
    readonly status: number,
  ) {
    super(message);
  }
}

const params = new URLSearchParams(location.search);
export const token = params.get("token") ?? "";

// "views" names endpoints as the path below /api/ says them.
export function path_of(view: string, repo: string): string {
  const cut = view.indexOf("?");
  const path = cut < 0 ? view : view.slice(0, cut);
  const query = new URLSearchParams(cut < 0 ? "" : view.slice(cut + 1));
  if (repo) query.set("repo", repo);
  const tail = query.toString();
  return "/api/" + path + (tail ? "?" + tail : "");
}

interface Envelope {
  ok: boolean;
  data?: unknown;
  error?: { code?: string; message?: string; hint?: string };
}

async function read_envelope(response: Response): Promise<unknown> {
  let envelope: Envelope;
  try {
    envelope = (await response.json()) as Envelope;
  } catch {
    envelope = { ok: false };
  }
  if (envelope.ok && response.ok) return envelope.data;
  throw new ApiError(
    envelope.error?.code ?? (response.status === 401 ? "no_token" : "io"),
    envelope.error?.message ?? `the server answered ${response.status}`,
    envelope.error?.hint ?? "",
    response.status,
  );
}

async function request(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, cache: "no-store", redirect: "error" });
  } catch {
    throw new ApiError("gone", "the dashboard's server does not answer", "", 0);
  }
}

export interface Answer {
  data?: unknown; // absent when nothing has changed
  etag: string | null;
}

// Asks for a view; with the tag of what is shown, an unchanged answer has no
// body.
export async function read(
  view: string,
  repo: string,
  etag: string | null,
): Promise<Answer> {
  const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
  if (etag) headers["If-None-Match"] = etag;
  const response = await request(path_of(view, repo), { headers });
  if (response.status === 304) return { etag };
  return {
    data: await read_envelope(response),
    etag: response.headers.get("ETag"),
  };
}

export interface Write {
  verb: string;
  operands: string[];
  options?: Record<string, string | boolean>;
}

export async function write(what: Write, repo: string): Promise<unknown> {
  const response = await request(path_of(what.verb, repo), {
    method: "POST",
    headers: {
      Authorization: `Bearer ${token}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({
      operands: what.operands,
      options: what.options ?? {},
    }),
  });
  return read_envelope(response);
}

export type Connection =
  | "connecting"
  | "live"
  | "reconnecting"
  | "gone"
  | "no_token"
  | "repository_gone";

interface Listener {
  state: (state: Connection) => void;
  hello: () => void;
  change: (views: string[]) => void;
}

const kFirstWaitMs = 500;
const kLongestWaitMs = 15000;
const kTriesUntilGone = 3;

// The stream of one repository. EventSource itself gives up at an error status
// and never says which, so reconnecting is done here.
export class Stream {
  private source: EventSource | null = null;
  private timer = 0;
  private tries = 0;
  private ended = false;

  constructor(
    private readonly repo: string,
    private readonly listener: Listener,
  ) {
    this.open();
  }

  close(): void {
    this.ended = true;
    this.source?.close();
    clearTimeout(this.timer);
  }

  // Connects at once when it waits for the next try.
  retry(): void {
    if (this.ended || this.source) return;
    clearTimeout(this.timer);
    this.open();
  }

  private open(): void {
    const query = new URLSearchParams({ token });
    if (this.repo) query.set("repo", this.repo);
    const source = new EventSource("/api/events?" + query.toString());
    this.source = source;
    source.addEventListener("hello", () => {
      this.tries = 0;
      this.listener.state("live");
      this.listener.hello();
    });
    source.addEventListener("change", (event) => {
      this.listener.change(views_in((event as MessageEvent<string>).data));
    });
    source.addEventListener("gone", () => {
      this.listener.state("repository_gone");
    });
    source.onerror = () => this.lost(source);
  }

  private lost(source: EventSource): void {
    source.close();
    if (this.ended || this.source !== source) return;
    this.source = null;
    this.tries += 1;
    this.listener.state(this.tries > kTriesUntilGone ? "gone" : "reconnecting");
    const wait = Math.min(
      kLongestWaitMs,
      kFirstWaitMs * 2 ** Math.min(this.tries - 1, 10),
    );
    // Several pages do not come back in the same moment.
    this.timer = window.setTimeout(
      () => void this.ask(),
      wait * (0.8 + Math.random() * 0.4),
    );
  }

  // Why there is no stream: only a plain request says so.
  private async ask(): Promise<void> {
    try {
      await read("session", this.repo, null);
    } catch (error) {
      if (!(error instanceof ApiError) || this.ended) return;
      if (error.status === 401 || error.status === 403)
        return this.listener.state("no_token");
    }
    if (!this.ended && !this.source) this.open();
  }
}

function views_in(data: string): string[] {
  try {
    const views = (JSON.parse(data) as { views?: unknown }).views;
    return Array.isArray(views) ? views.map(String) : [];
  } catch {
    return [];
  }
}
