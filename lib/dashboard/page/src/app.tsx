// SPDX-License-Identifier: MIT
//
// The whole page: what is open, what is live, and the order of the cards.
import { type ComponentChildren, render } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";

import { ConfirmDialog } from "./actions";
import { AgentPanel } from "./agent-panel";
import { AgentsCard } from "./agents";
import { ApiError, type Connection, read, Stream, token } from "./api";
import { Banners } from "./banners";
import { Guarded } from "./card";
import { CheckInsCard, LimitsCard } from "./clocks";
import { ConflictsCard } from "./conflicts";
import { DrillCard } from "./drill";
import { Glance } from "./glance";
import { Header, kCards, type Theme } from "./header";
import { Help } from "./help";
import { Live, useView } from "./live";
import { MessagesCard } from "./messages";
import { NeedsCard, useNews } from "./needs";
import { ObstaclesCard } from "./obstacles";
import { type Page, PageContext, type Proposal } from "./page";
import { BatchQueueCard, MergeQueueCard } from "./queues";
import { StatisticsCard } from "./statistics";
import { SystemCard } from "./system";
import { TasksCard } from "./tasks";
import { Text } from "./text";
import { TimelineCard } from "./timeline";
import type { Repository, Session, Status } from "./types";

const kThemes: Theme[] = ["auto", "light", "dark"];
const kDarkQuery = "(prefers-color-scheme: dark)";
// A page that nobody sees gives its connection back after this time: browsers
// allow few of them to one server.
const kUnseenMs = 60_000;

function kept_theme(): Theme {
  try {
    const kept = localStorage.getItem("theme") as Theme | null;
    return kept && kThemes.includes(kept) ? kept : "auto";
  } catch {
    return "auto";
  }
}

function useTheme(): [Theme, (theme: Theme) => void, boolean] {
  const [theme, set_theme] = useState<Theme>(kept_theme);
  const [system_dark, set_system_dark] = useState(
    () => matchMedia(kDarkQuery).matches,
  );
  useEffect(() => {
    const query = matchMedia(kDarkQuery);
    const changed = () => set_system_dark(query.matches);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, []);
  const choose = (next: Theme) => {
    document.documentElement.dataset.theme = next;
    set_theme(next);
    try {
      localStorage.setItem("theme", next);
    } catch {
      // Then it holds until the page is left.
    }
  };
  return [theme, choose, theme === "dark" || (theme === "auto" && system_dark)];
}

// The stream of `live`, and what it says about itself.
function useStream(live: Live, start: boolean): [Connection, () => void] {
  const [connection, set_connection] = useState<Connection>("connecting");
  const stream = useRef<Stream | null>(null);
  useEffect(() => {
    if (!start) return;
    let unseen = 0;
    let fresh = true;
    const open = () => {
      stream.current = new Stream(live.repo, {
        state: set_connection,
        // What was missed while there was no stream is asked for; the first
        // answers are on their way already.
        hello: () => {
          if (!fresh) live.changed_all();
          fresh = false;
        },
        change: (views) => live.changed(views),
      });
    };
    const close = () => {
      stream.current?.close();
      stream.current = null;
    };
    const seen = () => {
      clearTimeout(unseen);
      if (document.hidden) unseen = window.setTimeout(close, kUnseenMs);
      else if (!stream.current) open();
    };
    open();
    document.addEventListener("visibilitychange", seen);
    return () => {
      clearTimeout(unseen);
      document.removeEventListener("visibilitychange", seen);
      close();
    };
  }, [live, start]);
  return [connection, () => stream.current?.retry()];
}

interface Keys {
  help: () => void;
  next_theme: () => void;
  clear: () => void;
}

function useKeys(now: Keys): void {
  // What a key does is what was drawn last, however fast the next one comes.
  const latest = useRef(now);
  latest.current = now;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const keys = latest.current;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector("dialog[open]")) return;
      const target = event.target as HTMLElement;
      if (event.key === "Escape" && target.id === "filter") return keys.clear();
      if (target.matches("input, textarea, select")) return;
      const card = kCards[Number(event.key) - 1];
      if (event.key === "?") keys.help();
      else if (event.key === "/") focus("filter");
      else if (event.key === "r") focus("repository");
      else if (event.key === "t") keys.next_theme();
      else if (card) focus(card[0]);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}

function focus(id: string): void {
  const node = document.getElementById(id);
  node?.focus({ preventScroll: true });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  node?.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
}

const kWide: [string, () => ComponentChildren][] = [
  ["Agents", AgentsCard],
  ["Tasks", TasksCard],
  ["Timeline", TimelineCard],
  ["Statistics", StatisticsCard],
];
const kSide: [string, () => ComponentChildren][] = [
  ["Conflicts", ConflictsCard],
  ["Limits", LimitsCard],
  ["Merge queue", MergeQueueCard],
  ["Batch queue", BatchQueueCard],
  ["In the way", ObstaclesCard],
  ["Check-ins", CheckInsCard],
  ["Messages", MessagesCard],
  ["System", SystemCard],
  ["Load drill", DrillCard],
];

function Cards() {
  return (
    <main id="main" tabIndex={-1}>
      <Guarded title="At a glance">
        <Glance />
      </Guarded>
      <Guarded title="Needs you">
        <NeedsCard />
      </Guarded>
      <div class="grid">
        {[kWide, kSide].map((cards, i) => (
          <div key={i} class="column-of-cards">
            {cards.map(([title, Drawn]) => (
              <Guarded key={title} title={title}>
                <Drawn />
              </Guarded>
            ))}
          </div>
        ))}
      </div>
    </main>
  );
}

// Says what has changed to those who do not see it.
function News({ said }: { said: string }) {
  const news = useNews();
  return (
    <>
      <p class="sr" role="status">
        {news}
      </p>
      <p class={said ? "toast" : "sr"} role="status">
        {said && <Text of={said} />}
      </p>
    </>
  );
}

function Dashboard({ session }: { session: Session }) {
  const asked = new URLSearchParams(location.search).get("repo");
  const [repo, set_repo] = useState(asked ?? session.repo);
  const live = useMemo(() => new Live(repo), [repo]);
  const [connection, retry] = useStream(live, true);
  const [theme, set_theme, is_dark] = useTheme();
  const [filter, set_filter] = useState("");
  const [agent, set_agent] = useState<string | null>(null);
  const [proposal, propose] = useState<Proposal | null>(null);
  const [helps, set_helps] = useState(false);
  const [said, say] = useState("");
  const repositories = useView<{ repositories: Repository[] }>(
    live,
    "repositories",
  );
  const status = useView<Status>(live, "status");
  const one_feature = (status.data?.features?.length ?? 0) <= 1;
  const may = useCallback(
    (verb: string) => session.allow_write && session.verbs.includes(verb),
    [session],
  );
  const page: Page = useMemo(
    () => ({
      live,
      filter: filter.trim().toLowerCase(),
      may,
      propose,
      open_agent: set_agent,
      one_feature,
      is_dark,
    }),
    [live, filter, may, one_feature, is_dark],
  );
  const choose = (id: string) => {
    const url = new URL(location.href);
    url.searchParams.set("repo", id);
    history.replaceState(null, "", url);
    set_agent(null);
    set_repo(id);
  };
  useKeys({
    help: () => set_helps(true),
    next_theme: () =>
      set_theme(kThemes[(kThemes.indexOf(theme) + 1) % 3] ?? "auto"),
    clear: () => set_filter(""),
  });
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => say(""), 8000);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <PageContext.Provider value={page}>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Header
        repositories={repositories.data?.repositories ?? []}
        repo={repo}
        choose={choose}
        connection={connection}
        theme={theme}
        set_theme={set_theme}
        filter={filter}
        set_filter={set_filter}
        help={() => set_helps(true)}
      />
      <Banners
        connection={connection}
        error={status.error}
        retry={retry}
      />
      <Cards key={repo} />
      <footer class="dim">
        git orch <Text of={session.version} />. The same in a terminal:{" "}
        <code>git orch status --watch</code>
      </footer>
      {agent !== null && (
        <AgentPanel key={agent} id={agent} close={() => set_agent(null)} />
      )}
      {proposal && (
        <ConfirmDialog
          proposal={proposal}
          repo={repo}
          close={() => propose(null)}
          say={say}
        />
      )}
      {helps && <Help close={() => set_helps(false)} />}
      <Guarded title="News">
        <News said={said} />
      </Guarded>
    </PageContext.Provider>
  );
}

// Nothing can be shown at all: no token, or no server.
function Refused({ error }: { error: ApiError }) {
  const no_token = error.status === 401 || error.status === 403;
  return (
    <main id="main" class="refused">
      <h1>git orch</h1>
      <p>
        {no_token
          ? "This address has no valid token: it dies with the dashboard that printed it."
          : "The dashboard's server does not answer."}
      </p>
      {!no_token && error.status > 0 && <Text of={error.message} />}
      <p>Open a new one, in the repository:</p>
      <code>git orch dashboard --open</code>
      <p>
        <button type="button" class="main" onClick={() => location.reload()}>
          Try again
        </button>
      </p>
    </main>
  );
}

function without_repo(): string {
  const url = new URL(location.href);
  url.searchParams.delete("repo");
  return url.href;
}

function Root() {
  const [session, set_session] = useState<Session | null>(null);
  const [error, set_error] = useState<ApiError | null>(null);
  useEffect(() => {
    const repo = new URLSearchParams(location.search).get("repo") ?? "";
    read("session", repo, null)
      .then((answer) => set_session(answer.data as Session))
      .catch((caught: unknown) => {
        if (!(caught instanceof ApiError)) throw caught;
        // The repository that this address names is no longer one of ours.
        if (repo && caught.status === 404) location.assign(without_repo());
        else set_error(caught);
      });
  }, []);
  if (error) return <Refused error={error} />;
  return session ? <Dashboard session={session} /> : null;
}

document.documentElement.dataset.theme = kept_theme();
const place = document.getElementById("page");
if (place) {
  place.textContent = "";
  if (token) render(<Root />, place);
  else
    render(
      <Refused error={new ApiError("no_token", "no token", "", 401)} />,
      place,
    );
}
