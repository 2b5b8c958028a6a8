// SPDX-License-Identifier: MIT
//
// Everything without a mouse.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { at_page, open_browser, until } from "./browser.mjs";

let browser;
before(async () => {
  browser = await open_browser();
});
after(() => browser.close());

const focused = (page) =>
  page.evaluate(() => {
    const node = document.activeElement;
    return node.dataset.agent ?? (node.id || node.textContent.trim());
  });

async function pressed(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
}

test("the first key leads past the header", () =>
  at_page(browser, {}, async ({ page }) => {
    await pressed(page, "Tab");
    assert.equal(await focused(page), "Skip to the content");
    await pressed(page, "Enter");
    await until(page, () => document.activeElement.id === "main");
  }));

test("from agent to agent, into one and back", () =>
  at_page(browser, {}, async ({ page }) => {
    await pressed(page, "2");
    assert.equal(await focused(page), "agents");
    await pressed(page, "Tab");
    assert.equal(await focused(page), "003-reading-goals/impl-search");
    await pressed(page, "ArrowRight");
    assert.equal(await focused(page), "003-reading-goals/tester");
    await pressed(page, "End", "Home", "ArrowRight", "Enter");
    await until(page, () => document.querySelector("dialog.panel[open]"));
    assert.match(await page.locator("#panel-title").innerText(), /tester/);
    await pressed(page, "Escape");
    await until(page, () => !document.querySelector("dialog"));
    assert.equal(await focused(page), "003-reading-goals/tester");
  }));

test("the filter, the help, the theme and the repository have keys", () =>
  at_page(browser, {}, async ({ page }) => {
    await pressed(page, "/");
    assert.equal(await focused(page), "filter");
    await page.keyboard.type("tester");
    await until(page, () => document.querySelectorAll("button.cell").length === 1);
    await pressed(page, "Escape");
    await until(page, () => document.querySelectorAll("button.cell").length === 20);
    await pressed(page, "Shift+Tab");
    await page.evaluate(() => document.activeElement.blur());
    await pressed(page, "?");
    await until(page, () => document.querySelector("dialog.help[open]"));
    await pressed(page, "Escape");
    await until(page, () => !document.querySelector("dialog"));
    await pressed(page, "t");
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "light");
    await pressed(page, "t");
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
    await pressed(page, "r");
    assert.equal(await focused(page), "repository");
  }));

test("the keys that are written down do what is written", () =>
  at_page(browser, {}, async ({ page }) => {
    await pressed(page, "?");
    await until(page, () => document.querySelector("dialog.help[open]"));
    const cards = await page.locator("dialog.help a").evaluateAll((links) =>
      links.map((a) => a.getAttribute("href").slice(1)),
    );
    await pressed(page, "Escape");
    await until(page, () => !document.querySelector("dialog"));
    for (const [i, id] of cards.entries()) {
      await pressed(page, String(i + 1));
      assert.equal(await focused(page), id);
    }
  }));

test("the tab key leads through everything and out again", () =>
  at_page(browser, { allow_write: true }, async ({ page }) => {
    const seen = new Set();
    let stops = 0;
    let invisible = [];
    for (; stops < 300; stops += 1) {
      await pressed(page, "Tab");
      const stop = await page.evaluate(() => {
        const node = document.activeElement;
        if (node === document.body) return null;
        const style = getComputedStyle(node);
        const card = node.closest(".card")?.id ?? "top";
        const ringed = style.outlineStyle !== "none" || node.matches("summary");
        return { card, name: node.outerHTML.slice(0, 80), ringed };
      });
      if (!stop) break;
      seen.add(stop.card);
      if (!stop.ringed) invisible.push(stop.name);
    }
    assert.ok(stops < 300, "the focus is caught");
    assert.deepEqual(invisible, []);
    for (const id of ["needs", "agents", "conflicts", "timeline", "messages", "statistics"])
      assert.ok(seen.has(id), `${id} was not reached`);
  }));

test("an ask is answered by keys alone", () =>
  at_page(browser, { allow_write: true }, async ({ page, server }) => {
    await page.getByRole("button", { name: /^Approve/ }).focus();
    await pressed(page, "Enter");
    await until(page, () => document.querySelector("dialog.confirm[open]"));
    await page.getByLabel("A word to go with it (optional)").focus();
    await page.keyboard.type("go on");
    await page.getByRole("button", { name: "Yes, do it" }).focus();
    await pressed(page, "Enter");
    await until(page, () => !document.querySelector("dialog"));
    assert.deepEqual(server.writes, [
      { verb: "notify", operands: ["answer", "4", "approve"], options: { message: "go on" } },
    ]);
  }));
