// SPDX-License-Identifier: MIT
//
// Every name and text is somebody else's: nothing of it runs, becomes markup,
// or hides what it says.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { at_page, open_browser, until } from "./browser.mjs";
import { hostile } from "./fixtures.mjs";

let browser;
before(async () => {
  browser = await open_browser();
});
after(() => browser.close());

const hostile_page = (run) =>
  at_page(browser, { scenario: "hostile", allow_write: true }, run);

// What a reader, or a screen reader, would get that should have been spelled.
function hidden_in_page() {
  const hidden =
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode())
    if (hidden.test(walk.currentNode.data)) found.push(walk.currentNode.data);
  for (const node of document.querySelectorAll("[title], [aria-label]"))
    for (const name of ["title", "aria-label"])
      if (hidden.test(node.getAttribute(name) ?? ""))
        found.push(`${name}: ${node.getAttribute(name)}`);
  return found.slice(0, 5);
}

async function is_harmless(page) {
  assert.equal(await page.evaluate(() => globalThis.broken), undefined);
  assert.equal(await page.locator("#page img, #page script, #page iframe").count(), 0);
  assert.equal(await page.title(), "git orch");
  assert.deepEqual(await page.evaluate(hidden_in_page), []);
}

test("markup, controls and directions are text that can be read", () =>
  hostile_page(async ({ page }) => {
    await is_harmless(page);
    const text = await page.locator("#page").innerText();
    assert.ok(text.includes(hostile.markup));
    assert.ok(text.includes("safe\\u{202e}gnp.exe"));
    assert.ok(text.includes("\\x1b[2J\\x1b]0;owned\\x07\\x9b31m"));
    assert.ok(text.includes("a\\u{200b}dmin\\u{feff}\\u{2028}line"));
  }));

test("what opens is as harmless", () =>
  hostile_page(async ({ page }) => {
    for (const summary of await page.locator("summary").all()) await summary.click();
    await page.getByRole("button", { name: "Run doctor" }).click();
    await until(page, () => document.querySelector("#obstacles code"));
    await is_harmless(page);
    for (const n of [0, 1, 2]) {
      await page.locator("button.cell").nth(n).click();
      await until(page, () => document.querySelector(".xterm-rows")?.textContent.includes("<img"));
      await is_harmless(page);
      assert.equal(await page.locator("dialog a").count(), 0);
      await page.keyboard.press("Escape");
      await until(page, () => !document.querySelector("dialog"));
    }
    await page.getByRole("button", { name: /^Approve/ }).first().click();
    await page.waitForSelector("dialog.confirm[open]");
    await is_harmless(page);
  }));

test("a command is copied as it is shown, in one line", () =>
  hostile_page(async ({ page }) => {
    await page.locator(".need .copy").first().click();
    await until(page, () => document.querySelector(".need .copy").textContent === "Copied");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, "git orch x safe\\u{202e}gnp.exe\\nrm -rf y");
  }));

test("a long name is clipped, and whole in its title", () =>
  hostile_page(async ({ page }) => {
    const titles = await page.locator(".clip").evaluateAll((nodes) =>
      nodes
        .filter((n) => n.scrollWidth > n.clientWidth)
        .map((n) => [n.title.includes(n.textContent), n.title.length]),
    );
    assert.ok(titles.some(([, length]) => length >= 300));
    assert.ok(titles.every(([same]) => same));
  }));

test("a time that is still to come is said to be", () =>
  hostile_page(async ({ page }) => {
    const time = page.locator(".event time").first();
    assert.match(await time.innerText(), /^in [45]h\s*\?$/);
    assert.match(await time.getAttribute("title"), /a clock is wrong/);
  }));
