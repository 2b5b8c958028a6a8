// SPDX-License-Identifier: MIT
//
// The page follows what happens, asks for no more than it shows, and draws no
// more than has changed.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";

import { at_page, open_browser, until } from "./browser.mjs";

let browser;
before(async () => {
  browser = await open_browser();
});
after(() => browser.close());

const soon = (ms) => new Date(Date.now() + ms).toISOString();

test("a change is asked for, and only that", () =>
  at_page(browser, {}, async ({ page, server }) => {
    server.reads.length = 0;
    server.data.status.features[0].agents[2].state = "needs-human";
    server.change("status");
    await until(page, () => document.querySelector("[data-agent='003-reading-goals/impl-api']").textContent.includes("needs-human"));
    assert.deepEqual(server.reads, ["status"]);
  }));

test("what is not shown is not asked for", () =>
  at_page(browser, {}, async ({ page, server }) => {
    server.reads.length = 0;
    server.change("doctor", "daemon", "sync", "agent/log", "limits");
    server.data.limits.limits.pop();
    server.change("limits");
    await until(page, () => document.body.innerText.includes("No agent is at a usage limit."));
    assert.deepEqual([...new Set(server.reads)], ["limits"]);
  }));

test("many changes at once are few questions, and one answer has all", () =>
  at_page(browser, {}, async ({ page, server }) => {
    server.reads.length = 0;
    for (let i = 0; i < 200; i += 1) {
      server.data.recent.events = [
        { ...server.data.recent.events[0], id: 2000 + i, message: `commit ${i}`, at: soon(0) },
        ...server.data.recent.events,
      ];
      server.change("recent");
    }
    await until(page, () => document.querySelector(".event")?.textContent.includes("commit 199"));
    assert.ok(server.reads.length < 20, `${server.reads.length} questions`);
  }));

test("an answer that has not changed is not sent, and nothing is drawn", () =>
  at_page(browser, {}, async ({ page, server }) => {
    await page.evaluate(() => {
      globalThis.drawn = 0;
      new MutationObserver((all) => {
        // Clocks tick.
        globalThis.drawn += all.filter((m) => !m.target.parentElement?.closest("time, [role=timer]") && !m.target.closest?.("time, [role=timer]")).length;
      }).observe(document.getElementById("page"), { subtree: true, childList: true, attributes: true, characterData: true });
    });
    const before = server.unchanged;
    server.change("status", "recent", "messages");
    while (server.unchanged < before + 3) await page.evaluate(() => new Promise(requestAnimationFrame));
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.equal(await page.evaluate(() => globalThis.drawn), 0);
  }));

test("of three hundred agents one has changed: one cell is drawn", () =>
  at_page(browser, { scenario: "many" }, async ({ page, server }) => {
    assert.ok((await page.locator("button.cell").count()) > 90);
    await page.evaluate(() => {
      globalThis.cells = new Set();
      new MutationObserver((all) => {
        for (const m of all) {
          const node = m.target.nodeType === 1 ? m.target : m.target.parentElement;
          if (node?.closest("time")) continue;
          const cell = node?.closest("button.cell");
          if (cell) globalThis.cells.add(cell.dataset.agent);
        }
      }).observe(document.getElementById("agents"), { subtree: true, childList: true, attributes: true, characterData: true });
    });
    server.data.status.features[0].agents[4].task = "T999";
    server.change("status");
    await until(page, () => document.querySelector("#agents").textContent.includes("T999"));
    assert.deepEqual(await page.evaluate(() => [...globalThis.cells]), ["010-three-hundred/impl-004"]);
    const folded = page.getByRole("button", { name: "199 agents at rest" });
    await folded.click();
    await until(page, () => document.querySelectorAll("button.cell").length === 300);
  }));

test("what has come is said to those who do not see it", () =>
  at_page(browser, {}, async ({ page, server }) => {
    server.data.status.features[0].agents[2].state = "needs-human";
    server.data.notify.notices = [];
    server.change("status", "notify");
    await until(page, () => [...document.querySelectorAll("[role=status]")].some((n) => n.textContent.includes("003-reading-goals/impl-api waits for you")));
  }));

test("the countdown runs", () =>
  at_page(
    browser,
    { before: (page) => page.clock.install() },
    async ({ page }) => {
      const left = async () => {
        const [minutes, seconds] = (await page.locator(".countdown").innerText()).split(":");
        return Number(minutes) * 60 + Number(seconds);
      };
      const before = await left();
      await page.clock.fastForward("10:00");
      await until(page, (was) => {
        const [m, s] = document.querySelector(".countdown").textContent.split(":");
        return Number(m) * 60 + Number(s) <= was - 600;
      }, before);
      await page.clock.fastForward("59:00");
      await until(page, () => document.querySelector(".countdown").textContent === "any moment");
    },
  ));

test("a lost connection comes back, with what was missed", () =>
  at_page(browser, {}, async ({ page, server }) => {
    server.data.status.features.pop();
    server.drop();
    await until(page, () => document.querySelectorAll("button.cell").length === 12);
    await page.waitForSelector("[data-connection=live]");
    assert.equal(server.streams, 1);
  }));

test("the log of an open agent follows", () =>
  at_page(browser, {}, async ({ page, server }) => {
    await page.locator("button.cell").first().click();
    await until(page, () => document.querySelector(".xterm-rows")?.textContent.includes("goals are paged"));
    server.data["agent/log"].text += "\x1b[32mall is well\x1b[0m\n";
    server.change("agent/log");
    await until(page, () => document.querySelector(".xterm-rows").textContent.includes("all is well"));
  }));

test("what compares a running dashboard with its API agrees with this one", () =>
  at_page(browser, {}, async ({ server }) => {
    const script = join(dirname(fileURLToPath(import.meta.url)), "live.mjs");
    const { stdout } = await promisify(execFile)(process.execPath, [script], {
      env: { ...process.env, ORCH_DASHBOARD_URL: server.url },
    });
    assert.match(stdout, /ok agents[\s\S]*ok statistics[\s\S]*ok axe/);
  }));
