// SPDX-License-Identifier: MIT
//
// Where one is, whether it is live, and how it looks.
import type { Connection } from "./api";
import { Glyph, type Tone } from "./glyph";
import { usePage, usePageView } from "./page";
import { Age, visible } from "./text";
import type { Repository, Status } from "./types";

export type Theme = "auto" | "light" | "dark";

const kConnections: Record<Connection, [string, string, Tone]> = {
  connecting: ["connecting", "half", "work"],
  live: ["live", "disc", "good"],
  reconnecting: ["reconnecting", "half", "wait"],
  gone: ["gone", "cross", "bad"],
  no_token: ["no access", "cross", "bad"],
  repository_gone: ["repository gone", "cross", "bad"],
};

export const kCards: [string, string][] = [
  ["needs", "Needs you"],
  ["agents", "Agents"],
  ["conflicts", "Conflicts"],
  ["tasks", "Tasks"],
  ["timeline", "Timeline"],
  ["messages", "Messages"],
  ["merge-queue", "Queues"],
  ["limits", "Limits"],
  ["statistics", "Statistics"],
];

export function Header({
  repositories,
  repo,
  choose,
  connection,
  theme,
  set_theme,
  filter,
  set_filter,
  help,
}: {
  repositories: Repository[];
  repo: string;
  choose: (id: string) => void;
  connection: Connection;
  theme: Theme;
  set_theme: (theme: Theme) => void;
  filter: string;
  set_filter: (filter: string) => void;
  help: () => void;
}) {
  const page = usePage();
  const status = usePageView<Status>("status");
  const [word, shape, tone] = kConnections[connection];
  return (
    <header class="top">
      <div class="top-row">
        <h1>
          git orch
          <span class="sr"> dashboard</span>
        </h1>
        <span class="choice repository">
          <select
            aria-label="Repository"
            id="repository"
            value={repo}
            onChange={(e) =>
              choose((e.currentTarget as HTMLSelectElement).value)
            }
          >
            {repositories.length === 0 && <option value={repo}>…</option>}
            {repositories.map((r) => (
              <option key={r.id} value={r.id} title={visible(r.path)}>
                {visible(r.name)}
                {r.is_there ? "" : " (gone)"}
              </option>
            ))}
          </select>
        </span>
        <span class={`live tone-${tone}`} data-connection={connection}>
          <Glyph shape={shape} tone={tone} /> {word}
        </span>
        <span class="tick dim">
          last tick{" "}
          {status.data ? <Age at={status.data.tick?.last ?? null} past /> : "–"}
        </span>
        {!page.may("send") && (
          <span class="tick dim" title="started without --allow-write">
            read only
          </span>
        )}
        <span class="spring" />
        <label class="filter">
          <span class="sr">Filter everything by a text</span>
          <input
            id="filter"
            type="search"
            placeholder="Filter"
            aria-keyshortcuts="/"
            autoComplete="off"
            spellcheck={false}
            value={filter}
            onInput={(e) =>
              set_filter((e.currentTarget as HTMLInputElement).value)
            }
          />
          <kbd aria-hidden="true">/</kbd>
        </label>
        <span class="choice">
          <select
            aria-label="Theme"
            id="theme"
            value={theme}
            onChange={(e) =>
              set_theme((e.currentTarget as HTMLSelectElement).value as Theme)
            }
          >
            <option value="auto">Auto</option>
            <option value="light">Light</option>
            <option value="dark">Dark</option>
          </select>
        </span>
        <button
          type="button"
          class="quiet"
          onClick={help}
          aria-label="Help and keyboard shortcuts"
          aria-keyshortcuts="?"
        >
          ?
        </button>
      </div>
    </header>
  );
}
