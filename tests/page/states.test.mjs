// SPDX-License-Identifier: MIT
//
// When there is nothing, or something is wrong: the page says so, and what to
// type.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { at_page, open_browser, until } from "./browser.mjs";
import { MockServer } from "./mock-server.mjs";

let browser;
before(async () => {
  browser = await open_browser();
});
after(() => browser.close());

test("a repository without features says what to type", () =>
  at_page(browser, { scenario: "empty" }, async ({ page }) => {
    const text = await page.locator("#page").innerText();
    for (const part of [
      "No features yet", "git orch init-feature", "Nobody waits for you.",
      "Every branch merges cleanly.", "No tasks yet", "Nothing has happened yet",
      "No messages yet", "No branch waits to land.", "nobody is limited",
      "No specification waits", "Nothing is scheduled.", "No day has any numbers",
    ])
      assert.ok(text.includes(part), part);
    assert.equal(await page.locator(".failure, .banner").count(), 0);
  }));

test("one view that cannot be read leaves the others alone", () => {
  const prepare = (server) =>
    server.failures.set("conflicts", {
      status: 500, code: "io", message: "cannot open the store", hint: "git orch doctor",
    });
  return at_page(browser, { prepare }, async ({ page, server }) => {
    const card = page.locator("#conflicts");
    // What was not read is not claimed.
    assert.match(await page.locator(".tile").nth(1).innerText(), /\?\s+not known/);
    assert.match(await card.innerText(), /cannot open the store\s+git orch doctor/);
    assert.equal(await page.locator("button.cell").count(), 20);
    server.failures.clear();
    server.change("conflicts");
    await until(page, () => document.querySelectorAll("#conflicts .conflict").length === 3);
    assert.equal(await page.locator(".failure").count(), 0);
  });
});

test("what could not be read is asked for again, with nobody saying so", () => {
  const prepare = (server) =>
    server.failures.set("limits", { status: 503, code: "contended", message: "busy" });
  return at_page(browser, { prepare }, async ({ page, server }) => {
    await page.waitForSelector("#limits .failure");
    server.failures.clear();
    await until(page, () => document.querySelector("#limits .countdown"));
    assert.equal(await page.locator(".failure").count(), 0);
  });
});

test("an answer of another shape costs its card alone", () => {
  const prepare = (server) => {
    server.data.limits = { limits: "none" };
    server.data.task = { tasks: [{ id: "T001", status: "open" }] };
  };
  return at_page(browser, { prepare, may_complain: true }, async ({ page }) => {
    await until(page, () => document.querySelectorAll(".failure").length >= 2);
    assert.match(await page.locator("#page").innerText(), /Could not be drawn/);
    assert.equal(await page.locator("button.cell").count(), 20);
    assert.equal(await page.locator(".event").count() > 0, true);
  });
});

test("what was known stays while it cannot be read", () =>
  at_page(browser, {}, async ({ page, server }) => {
    server.failures.set("status", { status: 503, code: "contended", message: "the store is busy" });
    server.change("status");
    await page.waitForSelector("#agents .failure");
    assert.equal(await page.locator("button.cell").count(), 20);
  }));

test("a repository that is not set up says so on top", () => {
  const prepare = (server) =>
    server.failures.set("status", {
      status: 400, code: "not_initialised", message: "git orch is not set up in '/srv/x'",
    });
  return at_page(browser, { prepare }, async ({ page }) => {
    assert.match(await page.locator(".banner").innerText(), /git orch init/);
  });
});

test("a repository that has gone is said to be", () =>
  at_page(browser, {}, async ({ page, server }) => {
    server.emit("gone", { repo: "aaaa" });
    await page.waitForSelector("[data-connection=repository_gone]");
    assert.match(await page.locator(".banner").innerText(), /This repository is gone/);
    await page.locator("#repository").selectOption("bbbb");
    await page.waitForSelector("[data-connection=live]");
    assert.equal(await page.locator(".banner").count(), 0);
  }));

test("without a token, or with another's, it says how to get one", async () => {
  const server = await new MockServer(process.env.ORCH_PAGE_DIST).start();
  const refused = { status: 401, code: "refused_by_policy", message: "no valid token" };
  server.failures.set("session", refused);
  try {
    await at_page(browser, { url: server.url, unready: true }, async ({ page }) => {
      await page.waitForSelector("main.refused");
      assert.match(await page.locator("main").innerText(), /git orch dashboard --open/);
    });
  } finally {
    await server.stop();
  }
});

test("a page that outlives its server says so, and recovers", () =>
  at_page(browser, {}, async ({ page, server }) => {
    const { port, token, dist } = server;
    await server.stop();
    await page.waitForSelector("[data-connection=gone]");
    const banner = await page.locator(".banner").innerText();
    assert.match(banner, /server is gone[\s\S]*git orch dashboard --open/);
    assert.equal(await page.locator("button.cell").count(), 20);
    const next = new MockServer(dist);
    next.token = token;
    next.data.status.features.pop();
    await next.start(port);
    try {
      await page.getByRole("button", { name: "Try again now" }).click();
      await page.waitForSelector("[data-connection=live]");
      await until(page, () => document.querySelectorAll("button.cell").length === 12);
      assert.equal(await page.locator(".banner").count(), 0);
    } finally {
      await next.stop();
    }
  }));

test("a page whose token has died with its server says so", () =>
  at_page(browser, {}, async ({ page, server }) => {
    const { port, dist } = server;
    await server.stop();
    const next = await new MockServer(dist).start(port);
    try {
      await page.waitForSelector("[data-connection=no_token]");
      assert.match(await page.locator(".banner").innerText(), /no longer valid/);
    } finally {
      await next.stop();
    }
  }));
