// SPDX-License-Identifier: MIT
//
// Stands in for `git orch dashboard`: the page as it was built, and an API
// whose answers the test chooses. By hand:
//   node mock-server.mjs DIST [twenty|many|hostile|empty] [--allow-write]
import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import { make_fixture } from "./fixtures.mjs";

// As the real one sends it.
const kPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; " +
  "img-src 'self' data:; connect-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'";
const kTypes = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
};
const kVerbs = ["send", "ask", "pause", "resume", "integrate", "notify"];
const kRepositories = [
  { id: "aaaa", path: "/srv/reading", name: "reading", is_there: true, is_here: true },
  { id: "bbbb", path: "/srv/shop", name: "shop", is_there: true, is_here: false },
  { id: "cccc", path: "/srv/old", name: "old", is_there: false, is_here: false },
];

export class MockServer {
  data;
  writes = []; // bodies of POST, with their verb
  reads = []; // views that were asked for, in order
  unchanged = 0; // answers with 304
  failures = new Map(); // view -> { status, code, message, hint }
  token = randomBytes(16).toString("hex");
  #streams = new Set();
  #server = createServer((request, response) => {
    this.#answer(request, response).catch((error) => {
      response.writeHead(500).end(String(error));
    });
  });

  constructor(dist, { scenario = "twenty", allow_write = false } = {}) {
    this.dist = dist;
    this.allow_write = allow_write;
    this.data = make_fixture(scenario);
  }

  async start(port = 0) {
    await new Promise((done) => this.#server.listen(port, "127.0.0.1", done));
    this.port = this.#server.address().port;
    return this;
  }

  get url() {
    return `http://127.0.0.1:${this.port}/?token=${this.token}`;
  }

  // Closes what is open and listens no longer.
  async stop() {
    this.drop();
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  get streams() {
    return this.#streams.size;
  }

  emit(event, data) {
    for (const stream of this.#streams)
      stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  change(...views) {
    this.emit("change", { views });
  }

  drop() {
    for (const stream of this.#streams) stream.destroy();
    this.#streams.clear();
  }

  async #answer(request, response) {
    const url = new URL(request.url, "http://127.0.0.1");
    response.setHeader("Content-Security-Policy", kPolicy);
    response.setHeader("X-Content-Type-Options", "nosniff");
    const bearer = request.headers.authorization?.replace(/^Bearer /, "");
    if ((bearer ?? url.searchParams.get("token")) !== this.token)
      return this.#refuse(response, 401, "refused_by_policy", "no valid token");
    if (url.pathname === "/api/events") return this.#stream(response);
    if (url.pathname.startsWith("/api/"))
      return this.#api(url, request, response);
    return this.#file(url.pathname, response);
  }

  #refuse(response, status, code, message, hint = "") {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(
      JSON.stringify({ version: 1, ok: false, error: { code, message, hint } }),
    );
  }

  #stream(response) {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write(
      `event: hello\ndata: ${JSON.stringify({ repo: "aaaa", allow_write: this.allow_write })}\n\n`,
    );
    this.#streams.add(response);
    response.on("close", () => this.#streams.delete(response));
  }

  async #api(url, request, response) {
    const view = url.pathname.slice("/api/".length);
    if (request.method === "POST") return this.#write(view, request, response);
    this.reads.push(view);
    const failure = this.failures.get(view);
    if (failure)
      return this.#refuse(
        response, failure.status ?? 500, failure.code ?? "io", failure.message, failure.hint);
    const data = this.#view(view, url.searchParams);
    if (data === undefined)
      return this.#refuse(response, 404, "unknown_name", `there is no '${view}'`);
    const body = JSON.stringify({ version: 1, ok: true, data });
    const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 16)}"`;
    response.setHeader("ETag", etag);
    if (request.headers["if-none-match"] === etag) {
      this.unchanged += 1;
      response.writeHead(304).end();
      return;
    }
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(body);
  }

  #view(view, params) {
    if (view === "session")
      return {
        version: "0.1.0", repo: "aaaa", allow_write: this.allow_write,
        started_at: "2026-11-22T12:00:00Z", verbs: this.allow_write ? kVerbs : [],
      };
    if (view === "repositories") return { repositories: kRepositories };
    // The other repository is an empty one.
    const repo = params.get("repo") ?? "aaaa";
    const data = repo === "aaaa" ? this.data : make_fixture("empty");
    const n = Number(params.get("n") ?? 0);
    const answer = data[view];
    if (view === "recent" && n > 0) return { events: answer.events.slice(0, n) };
    return answer;
  }

  async #write(verb, request, response) {
    if (!this.allow_write)
      return this.#refuse(response, 403, "refused_by_policy", "the dashboard is read-only");
    if (request.headers["content-type"] !== "application/json")
      return this.#refuse(response, 415, "usage", "not JSON");
    let text = "";
    for await (const part of request) text += part;
    const failure = this.failures.get(`POST ${verb}`);
    if (failure)
      return this.#refuse(response, 422, "refused_by_policy", failure.message, failure.hint);
    this.writes.push({ verb, ...JSON.parse(text) });
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ version: 1, ok: true, data: {} }));
  }

  async #file(path, response) {
    const name = path === "/" ? "index.html" : normalize(path);
    try {
      const bytes = await readFile(join(this.dist, name));
      response.writeHead(200, { "Content-Type": kTypes[extname(name)] });
      response.end(
        name === "index.html"
          ? bytes.toString().replaceAll("__TOKEN__", this.token)
          : bytes,
      );
    } catch {
      this.#refuse(response, 404, "unknown_name", "no such file");
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2).filter((w) => !w.startsWith("--"));
  const server = await new MockServer(words[0], {
    scenario: words[1] ?? "twenty",
    allow_write: process.argv.includes("--allow-write"),
  }).start();
  console.log(server.url);
}
