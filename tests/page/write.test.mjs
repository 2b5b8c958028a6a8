// SPDX-License-Identifier: MIT
//
// Writes: not offered where the dashboard is read-only, and nowhere without a
// question.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { at_page, open_browser, until } from "./browser.mjs";

let browser;
before(async () => {
  browser = await open_browser();
});
after(() => browser.close());

const kWrites = /^(Send|Seen|Approve|Deny|Pause|End pause|Resume|Integrate)/;

const writes_on = (page) => page.getByRole("button", { name: kWrites }).count();

async function yes(page) {
  await page.getByRole("button", { name: "Yes, do it" }).click();
  await until(page, () => !document.querySelector("dialog.confirm"));
}

test("a read-only dashboard offers nothing to write", () =>
  at_page(browser, {}, async ({ page }) => {
    assert.equal(await writes_on(page), 0);
    assert.match(await page.locator("header.top").innerText(), /read only/);
    await page.locator("button.cell").first().click();
    await page.waitForSelector("dialog.panel[open]");
    assert.equal(await writes_on(page), 0);
  }));

test("a no means that nothing is sent", () =>
  at_page(browser, { allow_write: true }, async ({ page, server }) => {
    await page.getByRole("button", { name: /^Deny/ }).click();
    assert.match(await page.locator("dialog.confirm").innerText(), /git orch notify answer 4 deny/);
    await page.getByRole("button", { name: "Cancel" }).click();
    await until(page, () => !document.querySelector("dialog"));
    await page.getByRole("button", { name: "Pause all…" }).click();
    await page.keyboard.press("Escape");
    await until(page, () => !document.querySelector("dialog"));
    assert.deepEqual(server.writes, []);
  }));

test("each write is sent as it was shown", () =>
  at_page(browser, { allow_write: true }, async ({ page, server }) => {
    await page.getByRole("button", { name: /^Deny/ }).click();
    await yes(page);
    await page.getByRole("button", { name: "Pause all…" }).click();
    assert.equal(await page.locator("dialog code").innerText(), "git orch pause --all");
    await yes(page);
    await page.getByRole("button", { name: "End pause…" }).click();
    await yes(page);
    await page.getByRole("button", { name: "Resume…" }).click();
    await yes(page);
    await page.getByRole("button", { name: "Send…" }).click();
    await page.locator("dialog select").selectOption("003-reading-goals/docs");
    await page.getByLabel("Message", { exact: true }).fill("it's time");
    assert.equal(
      await page.locator("dialog code").innerText(),
      "git orch send 003-reading-goals/docs -m 'it'\\''s time'",
    );
    await yes(page);
    await page.locator("[data-agent='003-reading-goals/impl-api']").click();
    for (const name of ["Pause…", "Integrate…"]) {
      await page.locator("dialog.panel").getByRole("button", { name }).click();
      await yes(page);
    }
    const id = "003-reading-goals/impl-api";
    assert.deepEqual(server.writes, [
      { verb: "notify", operands: ["answer", "4", "deny"], options: {} },
      { verb: "pause", operands: [], options: { all: true } },
      { verb: "pause", operands: [], options: { off: true } },
      { verb: "resume", operands: [], options: {} },
      { verb: "send", operands: ["003-reading-goals/docs"], options: { message: "it's time" } },
      { verb: "pause", operands: [id], options: {} },
      { verb: "integrate", operands: [id], options: {} },
    ]);
  }));

test("what asks for no verdict is marked as seen", () =>
  at_page(browser, { allow_write: true }, async ({ page, server }) => {
    await page.getByRole("button", { name: /^Seen/ }).click();
    assert.match(await page.locator("dialog").innerText(), /Do you want to proceed/);
    await yes(page);
    assert.deepEqual(server.writes, [{ verb: "notify", operands: ["answer", "3"], options: {} }]);
  }));

test("an ask without a notice is answered as an ask", () => {
  const prepare = (server) => {
    server.data.notify.notices = [];
  };
  return at_page(browser, { allow_write: true, prepare }, async ({ page, server }) => {
    await page.getByRole("button", { name: /^Approve/ }).click();
    await yes(page);
    assert.deepEqual(server.writes, [{ verb: "ask", operands: ["approve", "7"], options: {} }]);
  });
});

test("a refusal is shown where it was asked for", () =>
  at_page(browser, { allow_write: true }, async ({ page, server }) => {
    server.failures.set("POST pause", { message: "only a person may", hint: "git orch policy explain" });
    await page.getByRole("button", { name: "Pause all…" }).click();
    await page.getByRole("button", { name: "Yes, do it" }).click();
    await page.waitForSelector("dialog .failure");
    assert.match(await page.locator("dialog .failure").innerText(), /only a person may\s+git orch policy explain/);
    await page.keyboard.press("Escape");
    await until(page, () => !document.querySelector("dialog"));
    assert.deepEqual(server.writes, []);
  }));
