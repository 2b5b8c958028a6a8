// SPDX-License-Identifier: MIT
//
// node bundle.mjs PACKAGES OUT: bundles the page with the packages in
// PACKAGES/node_modules, and writes into OUT what a server sends
// (dist/index.html, dist/assets/*) and the same as C++ (assets.cc). The same
// sources and versions give the same bytes.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const [packages, out] = process.argv.slice(2).map((path) => resolve(path));
if (!out) throw new Error("usage: node bundle.mjs PACKAGES OUT");
const modules = join(packages, "node_modules");
const esbuild = createRequire(join(packages, "package.json"))("esbuild");

// Whose work is inside; their licences ask to be named with it.
async function notices() {
  const wanted = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
  const parts = [];
  for (const name of Object.keys(wanted.dependencies).sort()) {
    const place = join(modules, name);
    const { version } = JSON.parse(
      await readFile(join(place, "package.json"), "utf8"),
    );
    const licence = (await readFile(join(place, "LICENSE"), "utf8")).trim();
    parts.push(`${name} ${version}\n\n${licence.replaceAll("\r", "")}`);
  }
  return parts.join("\n\n----\n\n") + "\n";
}

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
};

// A string of C++: letters as they are, everything else in octal, of three
// digits always, so that what follows is no part of it.
function literal(bytes) {
  const lines = [];
  for (let from = 0; from < bytes.length; from += 4096) {
    let line = "";
    for (const byte of bytes.subarray(from, from + 4096)) {
      const c = String.fromCharCode(byte);
      line += /[A-Za-z0-9 .,;:(){}[\]<>=+*/!&|_#$@~^%'-]/.test(c)
        ? c
        : "\\" + byte.toString(8).padStart(3, "0");
    }
    lines.push(`"${line}"`);
  }
  return lines.join("\n") || '""';
}

async function embed(dist) {
  const files = [
    "index.html",
    ...(await readdir(join(dist, "assets"))).sort().map((f) => `assets/${f}`),
  ];
  const texts = [];
  const rows = [];
  for (const [i, file] of files.entries()) {
    const plain = await readFile(join(dist, file));
    const type = types[file.slice(file.lastIndexOf("."))];
    const gzip = gzipSync(plain, { level: 9 });
    // Which system made it, is of no interest, and differs.
    gzip[9] = 255;
    const path = file === "index.html" ? "/" : `/${file}`;
    texts.push(
      `constexpr char kGzip${i}[] =\n${literal(gzip)};`,
      `constexpr char kPlain${i}[] =\n${literal(plain)};`,
    );
    rows.push(
      `    {"${path}", "${type}", {kGzip${i}, ${gzip.length}},\n` +
        `     {kPlain${i}, ${plain.length}}},`,
    );
  }
  return `// SPDX-License-Identifier: MIT
//
// Written by lib/dashboard/page/bundle.mjs.
#include "dashboard/assets.h"

namespace orch::dashboard {
namespace {

${texts.join("\n")}

constexpr Asset kAssets[] = {
${rows.join("\n")}
};

}  // namespace

std::span<const Asset> assets() { return kAssets; }

}  // namespace orch::dashboard
`;
}

const dist = join(out, "dist");
await rm(dist, { recursive: true, force: true });
await mkdir(join(dist, "assets"), { recursive: true });
await esbuild.build({
  absWorkingDir: here,
  entryPoints: ["src/app.tsx", "src/terminal.ts", "src/app.css"],
  outdir: join(dist, "assets"),
  entryNames: "[name]",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
  nodePaths: [modules],
  banner: { js: "/* Licences: /assets/licences.txt */" },
  logLevel: "warning",
});
await writeFile(join(dist, "assets/licences.txt"), await notices());
await writeFile(
  join(dist, "index.html"),
  await readFile(join(here, "src/index.html")),
);
await writeFile(join(out, "assets.cc"), await embed(dist));
