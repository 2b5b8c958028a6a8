// SPDX-License-Identifier: MIT
//
// A browser for the tests of the page, and what must hold whatever a page is
// made to do: no script of others, nothing that the policy forbids, nobody
// asked but the server.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { MockServer } from "./mock-server.mjs";

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this by ctest`);
  return value;
}

const tools = required("ORCH_PAGE_TOOLS");
if (!existsSync(join(tools, "node_modules")))
  throw new Error(`'${tools}' is empty: ./dev test fetches what belongs there`);
const require = createRequire(join(tools, "package.json"));
export const { chromium } = require("playwright-core");
export const axe_source = require("axe-core").source;

// Everything waits for a condition; nothing takes longer than this.
export const kLimitMs = 30_000;

export async function open_browser() {
  return chromium.launch({
    executablePath: process.env.ORCH_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update",
      "--disable-sync", "--disable-dev-shm-usage",
    ],
  });
}

// A page with a diary of what it must not do.
export async function open_page(browser, url, options = {}) {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: 900 },
    colorScheme: options.scheme ?? "light",
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(kLimitMs);
  const faults = [];
  page.on("pageerror", (error) => faults.push(`error: ${error.stack}`));
  page.on("console", (message) => {
    const text = message.text();
    // A server that refuses or is gone is what some tests are about.
    if (message.type() === "error" && !text.startsWith("Failed to load"))
      faults.push(`console: ${text}`);
  });
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  const host = new URL(url).host;
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (asked.protocol.startsWith("http") && asked.host !== host)
      faults.push(`asked ${asked.host}`);
  });
  if (options.before) await options.before(page);
  await page.goto(url);
  return { page, context, faults };
}

// Serves a scenario and opens it, until the test is over.
export async function at_page(browser, options, test) {
  const server = await new MockServer(
    required("ORCH_PAGE_DIST"),
    options,
  ).start();
  try {
    options.prepare?.(server);
    const opened = await open_page(browser, options.url ?? server.url, options);
    const { page } = opened;
    if (!options.unready) {
      await page.waitForSelector("[data-connection=live]");
      await page.waitForFunction(
        () => !document.querySelector("[aria-busy=true]"),
      );
    }
    await test({ server, ...opened });
    if (!options.may_complain) assert.deepEqual(opened.faults, []);
    await opened.context.close();
  } finally {
    await server.stop().catch(() => {});
  }
}

// Until `check` says so, in the page.
export function until(page, check, argument) {
  return page.waitForFunction(check, argument, { timeout: kLimitMs });
}

// What axe finds, a line for each.
export async function violations_in(page) {
  await page.evaluate(axe_source);
  const found = await page.evaluate(() => globalThis.axe.run(document));
  return found.violations.map(
    (v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join(" | ")}` +
      ` ${v.nodes[0].any.map((a) => a.message).join("; ").slice(0, 200)}`,
  );
}
