// SPDX-License-Identifier: MIT
//
// What is there when the page has been opened, and that it answers the four
// questions without anything being pressed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { at_page, open_browser, until } from "./browser.mjs";

let browser;
before(async () => {
  browser = await open_browser();
});
after(() => browser.close());

const kCards = [
  "needs", "agents", "conflicts", "tasks", "timeline", "messages",
  "merge-queue", "batch-queue", "limits", "check-ins", "obstacles", "system",
  "statistics", "drill",
];

test("every card is there, with its heading", () =>
  at_page(browser, {}, async ({ page }) => {
    for (const id of kCards) {
      const text = await page.locator(`#${id} h2`).innerText();
      assert.ok(text.length > 0, id);
      assert.equal(await page.locator(`#${id} .failure`).count(), 0, id);
    }
    assert.equal(await page.locator("#agents button.cell").count(), 20);
    assert.equal(await page.locator("#statistics canvas").count(), 5);
  }));

test("the four questions are answered on top", () =>
  at_page(browser, {}, async ({ page }) => {
    const tiles = await page.locator(".tile").allInnerTexts();
    assert.match(tiles[0], /Waiting for you\s+2\s+impl-ui/);
    assert.match(tiles[1], /Will collide\s+2\s+impl-data\s+and\s+impl-api/);
    assert.match(tiles[2], /Landed in the last hour\s+3\s+impl-search/);
    assert.match(tiles[3], /Wakes next\s+4[23]:\d\d\s+impl-search/);
    const first = page.locator(".conflict").first();
    assert.match(await first.innerText(), /lib\/goals\.cc\s+lib\/goals\.h/);
    assert.deepEqual(await page.locator(".need-act code").allInnerTexts(), [
      "git orch agent attach 004-shelves/impl-ui",
      "git orch ask approve 7",
    ]);
  }));

test("the load drill says what was borne, with a chart and a table", () =>
  at_page(browser, {}, async ({ page }) => {
    const text = await page.locator("#drill dl").innerText();
    assert.match(text, /Agents at once\s+300 of 300/);
    assert.match(text, /Messages\s+4812, 0 lost/);
    assert.match(text, /99 of 100 within\s+14\.2 s/);
    assert.equal(await page.locator("#drill canvas").count(), 1);
    await page.locator("#drill summary").click();
    assert.equal(await page.locator("#drill tbody tr").count(), 12);
  }));

test("without a load drill it says how to run one", () =>
  at_page(browser, { scenario: "empty" }, async ({ page }) => {
    const text = await page.locator("#drill").innerText();
    assert.match(text, /has not been tried yet/);
    assert.match(text, /git orch drill load --max 20/);
  }));

test("those that need somebody come first", () =>
  at_page(browser, {}, async ({ page }) => {
    const states = await page
      .locator(".feature:first-of-type .state-name")
      .allInnerTexts();
    assert.deepEqual(states.slice(0, 3), ["limited", "exited", "busy"]);
  }));

test("the matrix names who collides, and where", () =>
  at_page(browser, {}, async ({ page }) => {
    const row = page.locator(".matrix tbody tr", {
      has: page.locator("th", { hasText: "impl-data" }),
    });
    const hit = row.locator("td.hit");
    assert.equal(await hit.count(), 1);
    assert.match(await hit.textContent(), /collision: lib\/goals\.cc, lib\/goals\.h/);
  }));

test("the timeline filters by type, agent and the last hour", () =>
  at_page(browser, {}, async ({ page }) => {
    await page.getByRole("button", { name: "Landed in the last hour" }).click();
    assert.equal(await page.locator(".event").count(), 3);
    await page.getByLabel("Agent", { exact: true }).selectOption("003-reading-goals/docs");
    assert.equal(await page.locator(".event").count(), 1);
    await page.getByRole("button", { name: "Landed in the last hour" }).click();
    await page.getByLabel("Agent", { exact: true }).selectOption("");
    await page.getByLabel("Type", { exact: true }).selectOption("tests_passed");
    const types = await page.locator(".event").evaluateAll((events) => [
      ...new Set(events.map((e) => e.dataset.type)),
    ]);
    assert.deepEqual(types, ["tests_passed"]);
  }));

test("the panel of an agent shows its last output with colours", () =>
  at_page(browser, {}, async ({ page }) => {
    await page.locator("[data-agent='003-reading-goals/impl-api']").click();
    await until(page, () =>
      document.querySelector(".xterm-rows")?.textContent.includes("goals are paged"),
    );
    const colour = await page
      .locator(".xterm-rows span", { hasText: "fail" })
      .first()
      .evaluate((node) => getComputedStyle(node).color);
    assert.equal(colour, "rgb(179, 38, 30)");
    assert.match(await page.locator("dialog.panel").innerText(), /2 ahead, 2 behind/);
    await page.keyboard.press("Escape");
    await until(page, () => !document.querySelector("dialog"));
    // The colours of the terminal went with it.
    assert.equal(await page.evaluate(() => document.adoptedStyleSheets.length), 0);
  }));

test("another repository is one choice away, and stays after a reload", () =>
  at_page(browser, {}, async ({ page }) => {
    await page.locator("#repository").selectOption("bbbb");
    await until(page, () => document.body.innerText.includes("No features yet"));
    await page.reload();
    await until(page, () => document.body.innerText.includes("No features yet"));
    assert.equal(await page.locator("#repository").inputValue(), "bbbb");
  }));

for (const width of [360, 768, 1280])
  for (const scenario of ["twenty", "hostile", "empty"])
    test(`${scenario} fits into ${width} pixels`, () =>
      at_page(browser, { width, scenario, allow_write: true }, async ({ page }) => {
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.equal(wide, width);
      }));
