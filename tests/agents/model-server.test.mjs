// SPDX-License-Identifier: MIT
//
// The model server itself: node --test model-server.test.mjs
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("model-server.mjs", import.meta.url));
const shellTool = [{ type: "function", name: "exec_command" }];
const said = (text) => ({
  type: "message",
  role: "user",
  content: [{ type: "input_text", text }],
});

// A server that answers from `turns`, as long as `use` takes.
async function withServer(turns, use) {
  const directory = mkdtempSync(join(tmpdir(), "model-server-"));
  const [script, log] = ["script", "log"].map((n) => join(directory, n));
  writeFileSync(script, JSON.stringify({ turns }));
  const child = spawn(process.execPath, [program, script, log], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const { port } = JSON.parse((await once(lines, "line"))[0]);
  const post = (body, options) =>
    fetch(`http://127.0.0.1:${port}/v1/responses`, {
      method: "POST",
      headers: { authorization: "Bearer fake" },
      body: JSON.stringify({ model: "m", tools: shellTool, ...body }),
      ...options,
    });
  const logged = () =>
    readFileSync(log, "utf8").trim().split("\n").map(JSON.parse);
  try {
    await use({ directory, port, post, logged });
  } finally {
    child.stdin.end();
    assert.deepEqual(await ended, [0, null], "it ends with its input");
    rmSync(directory, { recursive: true });
  }
}

async function events(response) {
  const text = await response.text();
  return text
    .split("\n")
    .filter((line) => line.startsWith("data: "))
    .map((line) => JSON.parse(line.slice(6)));
}

const ask = async (server, text) =>
  events(await server.post({ input: [said(text)] }));
const words = (list) => list.at(-1).response.output[0].content[0].text;

test("a turn is taken once, by what it waits for", () =>
  withServer(
    [
      { when: "second (\\w+)", say: "two $1" },
      { when: "first", say: "one" },
      { when: "often", say: "again", always: true },
    ],
    async (server) => {
      const first = await ask(server, "the first");
      assert.deepEqual(
        first.map((event) => event.type),
        [
          "response.created",
          "response.output_item.added",
          "response.output_text.delta",
          "response.output_item.done",
          "response.completed",
        ],
      );
      assert.equal(words(first), "one");
      assert.equal(words(await ask(server, "second thing")), "two thing");
      assert.equal(words(await ask(server, "first")), "nothing to do");
      for (let i = 0; i < 2; ++i)
        assert.equal(words(await ask(server, "often")), "again");
      assert.deepEqual(
        server.logged().map((entry) => entry.turn),
        [1, 0, -1, 2, 2],
      );
    },
  ));

test("only what is new counts, and all are logged", () =>
  withServer([{ when: "old" }, { when: "done: 7", say: "fine" }], async (s) => {
    const input = [
      { type: "message", role: "developer", content: "rules" },
      said("old"),
      { type: "function_call", call_id: "c", arguments: '{"cmd":"x"}' },
      { type: "function_call_output", call_id: "c", output: "done: 7" },
      { type: "message", role: "developer", content: [{ text: "more" }] },
    ];
    assert.equal(words(await events(await s.post({ input }))), "fine");
    const [entry] = s.logged();
    assert.deepEqual(entry.newest, ["more", "done: 7"]);
    assert.equal(entry.authorization, "Bearer fake");
    assert.deepEqual(entry.tools, ["exec_command"]);
    assert.deepEqual(entry.words.slice(1), [
      "user: old",
      'call: {"cmd":"x"}',
      "tool: done: 7",
      "developer: more",
    ]);
  }));

test("a command goes to the shell tool that is offered", () =>
  withServer(
    [{ when: "id (\\d+)", shell: "echo $1 '$HOME'", always: true }],
    async (server) => {
      const wanted = {
        exec_command: { cmd: "echo 5 '$HOME'" },
        shell_command: { command: "echo 5 '$HOME'" },
        shell: { command: ["bash", "-c", "echo 5 '$HOME'"] },
      };
      for (const [name, args] of Object.entries(wanted)) {
        const tools = [{ name: "view_image" }, { name }];
        const input = [said("id 5")];
        const list = await events(await server.post({ input, tools }));
        const [call] = list.at(-1).response.output;
        assert.equal(call.type, "function_call");
        assert.equal(call.name, name);
        assert.deepEqual(JSON.parse(call.arguments), args);
      }
    },
  ));

test("without tools it gives a title and takes no turn", () =>
  withServer([{ say: "one" }], async (server) => {
    const input = [said("x")];
    const title = await events(await server.post({ input, tools: [] }));
    assert.equal(words(title), "title");
    assert.equal(words(await ask(server, "x")), "one");
  }));

test("an answer goes on when its file is there", () =>
  withServer([{ when: "^(.*)$", after: "$1", say: "late" }], async (server) => {
    const file = join(server.directory, "go");
    const response = await server.post({ input: [said(file)] });
    const reader = response.body.getReader();
    const text = async () =>
      Buffer.from((await reader.read()).value ?? []).toString();
    const begun = await text();
    assert.match(begun, /response\.created/);
    assert.doesNotMatch(begun, /late/);
    // A second request is answered while the first one waits.
    assert.equal(words(await ask(server, "x\ny")), "nothing to do");
    writeFileSync(file, "");
    let rest = "";
    for (let part = "x"; part; rest += part) part = await text();
    assert.match(rest, /late/);
  }));

test("an error has its status, text and details", () => {
  const detail = { type: "usage_limit_reached", resets_at: 1800000000 };
  const turns = [{ error: 429, say: "slow down", detail }];
  return withServer(turns, async (server) => {
    const response = await server.post({ input: [said("x")] });
    assert.equal(response.status, 429);
    const { error } = await response.json();
    assert.deepEqual(error, { message: "slow down", ...detail });
  });
});

test("an answer that hangs begins and never ends", () =>
  withServer([{ hang: true }], async (server) => {
    const stop = new AbortController();
    const { signal } = stop;
    const response = await server.post({ input: [said("x")] }, { signal });
    const reader = response.body.getReader();
    const { value } = await reader.read();
    assert.match(Buffer.from(value).toString(), /response\.created/);
    stop.abort();
    await assert.rejects(reader.read(), { name: "AbortError" });
  }));

test("anything else is not there", () =>
  withServer([], async ({ port, logged }) => {
    const response = await fetch(`http://127.0.0.1:${port}/v1/models`);
    assert.equal(response.status, 404);
    assert.equal(logged()[0].url, "/v1/models");
  }));
