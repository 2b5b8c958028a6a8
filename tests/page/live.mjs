// SPDX-License-Identifier: MIT
//
// Opens a running dashboard and compares each card with what its API says;
// then makes a commit and waits until the page shows it.
//   ORCH_DASHBOARD_URL        what `git orch dashboard --json` printed as url
//   ORCH_DASHBOARD_WORKTREE   where to commit; without it nothing is committed
//   ORCH_DASHBOARD_WITHIN_MS  how long the page may take to show the commit
//   ORCH_DASHBOARD_SHOTS      a directory for pictures: light, dark, narrow
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { isDeepStrictEqual } from "node:util";

import { kLimitMs, open_browser, open_page, violations_in } from "./browser.mjs";

const address = new URL(process.env.ORCH_DASHBOARD_URL);
const token = address.searchParams.get("token");

async function api(view) {
  const response = await fetch(new URL(`/api/${view}`, address), {
    headers: { Authorization: `Bearer ${token}` },
  });
  const envelope = await response.json();
  assert.ok(envelope.ok, `${view}: ${JSON.stringify(envelope.error)}`);
  return envelope.data;
}

const texts = (page, selector) =>
  page.locator(selector).evaluateAll((nodes) =>
    nodes.map((n) => n.textContent.trim()),
  );
const count_of = async (page, id) => {
  const [count] = await texts(page, `#${id} h2 .count`);
  return Number(count ?? 0);
};
const sorted = (list) => [...list].sort();
const role_of = (id) => id.slice(id.lastIndexOf("/") + 1);

// Of each card: what the API says, and what the page shows of it.
const kCards = {
  async agents(page) {
    const { features, agents: outside } = await api("status");
    const agents = [...features.flatMap((f) => f.agents), ...(outside ?? [])];
    const shown = await page.locator("button.cell").evaluateAll((cells) =>
      cells.map((cell) => [
        cell.dataset.agent,
        cell.querySelector(".state-name").textContent,
        cell.querySelector(".badge")?.title ?? "0 unread",
      ]),
    );
    return [
      sorted(agents.map((a) => [a.id, a.state, `${a.unread ?? 0} unread`])),
      sorted(shown),
    ];
  },
  async figures(page) {
    const { features } = await api("status");
    const say = (n, what) => `${n} ${n === 1 ? what : what + "s"}`;
    const wanted = features.flatMap((f) => [
      `${f.tasks.done}/${f.tasks.open + f.tasks.doing + f.tasks.blocked + f.tasks.done} tasks`,
      say(f.conflicts, "conflict"),
      say(f.blockers, "blocker"),
      say(f.prs, "PR"),
      say(f.tests, "test run"),
    ]);
    return [wanted, await texts(page, ".figure")];
  },
  async needs(page) {
    const { notices } = await api("notify");
    const wanted = notices
      .filter((n) => n.needs_human !== false)
      .map((n) => n.command)
      .filter(Boolean);
    const shown = await texts(page, "#needs .need code");
    return [wanted, shown.filter((command) => wanted.includes(command))];
  },
  async conflicts(page) {
    const { conflicts } = await api("conflicts");
    const open = conflicts.filter((c) => c.status === "open");
    const pairs = open
      .filter((c) => c.kind === "collision")
      .map((c) => sorted([role_of(c.a), role_of(c.b)]).join(" "));
    const shown = await page.locator(".matrix td.collision").evaluateAll((cells) =>
      cells.map((cell) => {
        const column = cell.closest("table").querySelectorAll("thead th")[cell.cellIndex - 1];
        const row = cell.parentElement.querySelector("th");
        return [row.textContent.trim(), column.textContent.trim()].sort().join(" ");
      }),
    );
    return [
      [open.length, sorted(new Set(pairs))],
      [await count_of(page, "conflicts"), sorted(new Set(shown))],
    ];
  },
  async tasks(page) {
    const { tasks } = await api("task?all=1");
    const wanted = ["open", "doing", "blocked", "done"].map((status) =>
      String(tasks.filter((t) => t.status === status).length),
    );
    if (tasks.length === 0) return [[], await texts(page, ".column .count")];
    return [wanted, await texts(page, ".column h3 .count")];
  },
  async timeline(page) {
    const { events } = await api("recent?n=500");
    const shown = await texts(page, ".event .clip");
    return [
      events.slice(0, shown.length).map((e) => e.message),
      shown,
    ];
  },
  async messages(page) {
    const { messages } = await api("messages?n=200");
    const shown = await page.locator("#messages .message").evaluateAll((rows) =>
      rows.map((row) => [
        row.querySelector(".level").textContent.trim(),
        row.querySelector(".message-text").textContent,
      ]),
    );
    return [
      messages.slice(0, shown.length).map((m) => [m.level, m.text]),
      shown,
    ];
  },
  async "merge-queue"(page) {
    const { queue } = await api("integrate?all=1");
    return [queue.length, await count_of(page, "merge-queue")];
  },
  async "batch-queue"(page) {
    const { items } = await api("queue");
    return [items.length, await count_of(page, "batch-queue")];
  },
  async limits(page) {
    const { limits } = await api("limits");
    const wanted = limits.filter((l) => !l.ended_at).map((l) => role_of(l.agent));
    const shown = await texts(page, "#limits .limit .agent-name .role");
    return [sorted(wanted), sorted(shown)];
  },
  async "check-ins"(page) {
    const { checkins } = await api("checkin");
    const ahead = checkins.filter(
      (c) => c.state === "waiting" || c.state === "paused" || c.overdue,
    );
    return [ahead.length, await count_of(page, "check-ins")];
  },
  async obstacles(page) {
    const { blockers } = await api("blocker");
    const wanted = blockers.filter((b) => b.status === "active").map((b) => b.description);
    const text = await page.locator("#obstacles").textContent();
    return [wanted, wanted.filter((description) => text.includes(description))];
  },
  async system(page) {
    const { system } = await api("stats/system");
    const shown = await page.locator("#system .value").evaluateAll((rows) =>
      rows.map((row) => [row.querySelector("dt").textContent, row.querySelector("dd").textContent]),
    );
    const say = (n) => (n === null || n === undefined ? "–" : String(n));
    const value = (name) => shown.find(([n]) => n === name)?.[1];
    return [
      [say(system.agents_running), say(system.panes)],
      [value("Agents running"), value("Panes")],
    ];
  },
  async statistics(page) {
    const { days } = await api("stats?by=day&days=14");
    const shown = await page.locator(".numbers").first().locator("tbody tr").evaluateAll((rows) =>
      rows.map((row) => [...row.children].slice(0, 3).map((c) => c.textContent)),
    );
    return [
      [...days].reverse().map((d) => [d.day, String(d.commits), String(d.landings)]),
      shown,
    ];
  },
  async repositories(page) {
    const { repositories } = await api("repositories");
    const shown = await page.locator("#repository option").evaluateAll((all) =>
      all.map((o) => o.value),
    );
    return [repositories.map((r) => r.id), shown];
  },
};

// The team goes on meanwhile: what differs now may agree in a moment.
async function agree(page, name) {
  const end = Date.now() + kLimitMs;
  for (;;) {
    const [wanted, shown] = await kCards[name](page);
    if (isDeepStrictEqual(wanted, shown)) break;
    if (Date.now() > end) assert.deepEqual(shown, wanted, name);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  console.log(`ok ${name}`);
}

async function shows_commit(page, worktree) {
  const subject = `seen on the page ${process.pid}`;
  await page.evaluate((text) => {
    globalThis.seen = new Promise((done) => {
      const look = () => {
        if (!document.querySelector("#timeline")?.textContent.includes(text)) return;
        done(Date.now());
        watch.disconnect();
      };
      const watch = new MutationObserver(look);
      watch.observe(document.body, { subtree: true, childList: true, characterData: true });
    });
  }, subject);
  execFileSync("git", ["commit", "-q", "--allow-empty", "-m", subject], { cwd: worktree });
  const committed = Date.now();
  const seen = await Promise.race([
    page.evaluate(() => globalThis.seen),
    page.waitForFunction(() => false, null, { timeout: kLimitMs }),
  ]);
  const took = seen - committed;
  console.log(`ok the commit was shown after ${took} ms`);
  const within = Number(process.env.ORCH_DASHBOARD_WITHIN_MS ?? Infinity);
  assert.ok(took <= within, `the page took ${took} ms to show a commit`);
}

async function take_pictures(browser, directory) {
  for (const [name, options] of Object.entries({
    light: { scheme: "light" },
    dark: { scheme: "dark" },
    narrow: { scheme: "light", width: 360 },
  })) {
    const { page, context } = await open_page(browser, address.href, options);
    await page.waitForSelector("[data-connection=live]");
    await page.screenshot({ path: `${directory}/${name}.png`, fullPage: true });
    await context.close();
  }
}

const browser = await open_browser();
try {
  const { page, faults } = await open_page(browser, address.href);
  await page.waitForSelector("[data-connection=live]");
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
  // What is folded is compared, too.
  for (const more of await page.locator("#needs .more, #agents .more").all()) await more.click();
  for (const summary of await page.locator("summary").all()) await summary.click();
  for (const name of Object.keys(kCards)) await agree(page, name);
  assert.deepEqual(await violations_in(page), []);
  console.log("ok axe");
  const worktree = process.env.ORCH_DASHBOARD_WORKTREE;
  if (worktree) await shows_commit(page, worktree);
  const shots = process.env.ORCH_DASHBOARD_SHOTS;
  if (shots) await take_pictures(browser, shots);
  assert.deepEqual(faults, []);
} finally {
  await browser.close();
}
