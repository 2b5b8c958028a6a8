// SPDX-License-Identifier: MIT
//
// axe finds nothing, in light and dark, wide and narrow, and in what opens.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { at_page, open_browser, until, violations_in } from "./browser.mjs";

let browser;
before(async () => {
  browser = await open_browser();
});
after(() => browser.close());

for (const scheme of ["light", "dark"]) {
  for (const [scenario, width] of [
    ["twenty", 1280], ["twenty", 360], ["empty", 1280], ["hostile", 360],
  ])
    test(`${scenario}, ${scheme}, ${width} pixels`, () =>
      at_page(browser, { scheme, width, scenario, allow_write: true }, async ({ page }) => {
        assert.deepEqual(await violations_in(page), []);
      }));

  test(`what opens, ${scheme}`, () =>
    at_page(browser, { scheme, allow_write: true }, async ({ page }) => {
      await page.locator("button.cell").first().click();
      await until(page, () => document.querySelector(".xterm-rows")?.textContent);
      assert.deepEqual(await violations_in(page), [], "the panel");
      await page.getByRole("button", { name: "Send a message…" }).click();
      await page.waitForSelector("dialog.confirm[open]");
      assert.deepEqual(await violations_in(page), [], "the question");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      await until(page, () => !document.querySelector("dialog"));
      await page.keyboard.press("?");
      await page.waitForSelector("dialog.help[open]");
      assert.deepEqual(await violations_in(page), [], "the help");
      await page.keyboard.press("Escape");
      for (const summary of await page.locator("summary").all()) await summary.click();
      await page.getByRole("button", { name: "Run doctor" }).click();
      await until(page, () => document.body.innerText.includes("git orch daemon start"));
      assert.deepEqual(await violations_in(page), [], "what was folded");
    }));

  test(`errors, ${scheme}`, () =>
    at_page(
      browser,
      {
        scheme,
        prepare: (server) => {
          for (const view of ["status", "recent", "stats", "notify"])
            server.failures.set(view, {
              status: 400, code: "not_initialised",
              message: "git orch is not set up in '/srv/x'", hint: "git orch init",
            });
        },
      },
      async ({ page }) => {
        await page.waitForSelector(".banner");
        assert.deepEqual(await violations_in(page), []);
      },
    ));
}
