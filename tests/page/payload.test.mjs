// SPDX-License-Identifier: MIT
//
// What is sent, and what the sources may not do.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { at_page, open_browser } from "./browser.mjs";

let browser;
before(async () => {
  browser = await open_browser();
});
after(() => browser.close());

const dist = process.env.ORCH_PAGE_DIST;
const source = join(
  dirname(fileURLToPath(import.meta.url)), "../../lib/dashboard/page");
const size = (file) => gzipSync(readFileSync(join(dist, file))).length;

// index.html, script and style; the contract says 250 kB.
const kFirstLoad = 100_000;
const kWithTerminal = 200_000;

test("the first load is small", () => {
  const first = ["index.html", "assets/app.js", "assets/app.css"]
    .reduce((sum, file) => sum + size(file), 0);
  assert.ok(first <= kFirstLoad, `${first} bytes`);
  const all = first + size("assets/terminal.js");
  assert.ok(all <= kWithTerminal, `${all} bytes`);
});

test("the first load is the page, its script and its style", async () => {
  const asked = [];
  const before = (page) => {
    page.on("request", (request) => asked.push(new URL(request.url())));
  };
  await at_page(browser, { before }, async () => {
    const files = asked
      .filter((url) => url.protocol !== "data:" && !url.pathname.startsWith("/api/"))
      .map((url) => url.pathname);
    assert.deepEqual(files.sort(), ["/", "/assets/app.css", "/assets/app.js"]);
  });
});

test("the licences of what is inside come along", () => {
  const text = readFileSync(join(dist, "assets/licences.txt"), "utf8");
  const wanted = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  for (const [name, version] of Object.entries(wanted.dependencies))
    assert.ok(text.includes(`${name} ${version}`), name);
});

test("the lock files fix versions and checksums, and name no host", () => {
  for (const place of [source, dirname(fileURLToPath(import.meta.url))]) {
    const lock = JSON.parse(readFileSync(join(place, "package-lock.json"), "utf8"));
    for (const [name, entry] of Object.entries(lock.packages)) {
      if (name === "") continue;
      assert.ok(entry.integrity, name);
      assert.equal(entry.resolved, undefined, name);
    }
    const { dependencies, devDependencies } = lock.packages[""];
    for (const version of Object.values({ ...dependencies, ...devDependencies }))
      assert.match(version, /^\d+\.\d+\.\d+$/);
  }
});

// Ways for a text to become markup or code, or for the page to reach out.
const kForbidden = [
  /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML/,
  /document\.write|createContextualFragment|DOMParser|srcdoc/,
  /\beval\(|new Function|setTimeout\(["'`]/,
  /javascript:|https?:\/\//,
  /document\.cookie|sendBeacon|WebSocket|XMLHttpRequest/,
  /\son[a-z]+="|\sstyle="/,
];

export function forbidden_in(text) {
  return text
    .split("\n")
    .flatMap((line, i) =>
      kForbidden.some((rule) => rule.test(line)) ? [`${i + 1}: ${line.trim()}`] : []);
}

test("the sources make no markup of texts", () => {
  const files = readdirSync(join(source, "src"), { recursive: true })
    .filter((name) => /\.(tsx?|css|html)$/.test(name));
  assert.ok(files.length > 20);
  for (const file of files) {
    const text = readFileSync(join(source, "src", file), "utf8");
    assert.deepEqual(forbidden_in(text), [], file);
    assert.ok(text.split("\n").length <= 401, `${file} is too long`);
    if (!file.endsWith(".html"))
      assert.match(text.split("\n")[0], /SPDX-License-Identifier: MIT/, file);
  }
});

test("the rule sees each way", () => {
  for (const line of [
    "node.innerHTML = text;", "<p dangerouslySetInnerHTML={x} />",
    'document.write("x")', "eval(x)", "new Function(x)", "setTimeout('x')",
    'fetch("https://example.org")', '<p style="color: red">', '<p onclick="x">',
    "new WebSocket(x)",
  ])
    assert.equal(forbidden_in(line).length, 1, line);
  assert.deepEqual(forbidden_in("<p style={{ width }} onClick={press}>"), []);
});

test("the types fit", () => {
  // The compiler looks for packages beside the sources, where none may be.
  const place = mkdtempSync(join(tmpdir(), "orch-page-types-"));
  const packages = process.env.ORCH_PAGE_PACKAGES;
  try {
    for (const name of ["src", "tsconfig.json", "package.json"])
      symlinkSync(join(source, name), join(place, name));
    symlinkSync(join(packages, "node_modules"), join(place, "node_modules"));
    execFileSync(
      process.execPath,
      [join(packages, "node_modules/typescript/bin/tsc"), "--preserveSymlinks", "-p", place],
      { cwd: place, encoding: "utf8" },
    );
  } catch (error) {
    assert.fail(error.stdout || error);
  } finally {
    rmSync(place, { recursive: true });
  }
});
