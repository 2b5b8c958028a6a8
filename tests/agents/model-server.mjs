// SPDX-License-Identifier: MIT
//
// A model for tests: speaks the streaming Responses API on a loopback port and
// answers from a script.
//
//   node model-server.mjs SCRIPT LOG
//
// Prints {"port":N} on one line, writes one JSON line to LOG for each request
// before it answers, and ends when its standard input closes.
//
// SCRIPT is {"turns":[...]}. A request takes the first turn that is not used
// up and whose `when` (a regular expression) matches something new in it: a
// person's words, what a tool printed, or what a hook has put in. A request without tools (an agent that
// wants a title) is answered "title" and takes none; what no turn wants is
// answered "nothing to do". A turn is
//
//   when   regular expression; absent: anything
//   shell  call the agent's shell tool; $1… are the groups of `when`
//   say    text, likewise
//   after  a file, likewise: the answer begins, and goes on when this exists
//   hang   the answer begins and never ends
//   error  an HTTP status, with `say` as its message and `detail`, an object, as
//          the rest of what it says
//   always it is never used up
import { createServer } from "node:http";
import { appendFileSync, existsSync, readFileSync } from "node:fs";

const [script, log] = process.argv.slice(2);
const turns = JSON.parse(readFileSync(script, "utf8")).turns;
const used = new Set();
let count = 0;

// Of a message, or of what a tool printed: plain, or in parts; without what
// Codex writes around the words of a hook.
function textOf({ content, output }) {
  const body = content ?? output ?? "";
  const text =
    typeof body === "string"
      ? body
      : body.map((part) => part.text ?? "").join("\n");
  return text.replace(/^<hook_prompt[^>]*>([^]*)<\/hook_prompt>$/, "$1");
}

// "user: hello", "assistant: …", "tool: what it printed", "call: what it ran"
function wordsOf(item) {
  if (/_call$/.test(item.type ?? "")) return `call: ${item.arguments}`;
  const speaker = /_output$/.test(item.type ?? "") ? "tool" : item.role;
  return speaker ? `${speaker}: ${textOf(item)}` : "";
}

// What was said or done since the model spoke last, newest first: a person's
// words, what a tool printed, or what a hook of the agent has put in.
function newest(input) {
  const own = (item) => item.role === "assistant" || /_call$/.test(item.type ?? "");
  const theirs = (item) =>
    ["user", "developer"].includes(item.role) || /_output$/.test(item.type ?? "");
  return input
    .slice(input.findLastIndex(own) + 1)
    .filter(theirs)
    .map(textOf)
    .reverse();
}

function choose(request) {
  if (!request.tools?.length) return { turn: -1, say: "title" };
  const texts = newest(request.input);
  for (const [n, turn] of turns.entries()) {
    if (used.has(n)) continue;
    const match = texts
      .map((text) => text.match(new RegExp(turn.when ?? "")))
      .find(Boolean);
    if (!match) continue;
    if (!turn.always) used.add(n);
    const fill = (s) => s?.replace(/\$(\d)/g, (_, group) => match[group] ?? "");
    const [shell, say, after] = [turn.shell, turn.say, turn.after].map(fill);
    return { ...turn, turn: n, shell, say, after };
  }
  return { turn: -1, say: "nothing to do" };
}

// The agent's shell tool has one of these names, by its version and model.
function shellCall(request, command) {
  const names = request.tools.map((tool) => tool.name);
  const known = {
    exec_command: { cmd: command },
    shell_command: { command },
    shell: { command: ["bash", "-c", command] },
  };
  const name = Object.keys(known).find((name) => names.includes(name));
  if (!name) throw new Error(`no shell among the tools ${names}`);
  return {
    type: "function_call",
    id: `fc_${count}`,
    call_id: `call_${count}`,
    name,
    arguments: JSON.stringify(known[name]),
  };
}

function message(text) {
  return {
    type: "message",
    id: `msg_${count}`,
    role: "assistant",
    content: [{ type: "output_text", text, annotations: [] }],
  };
}

async function appears(path, response) {
  while (!existsSync(path) && !response.destroyed)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

async function answer(response, request, reply) {
  const id = `resp_${count}`;
  const item = reply.shell
    ? shellCall(request, reply.shell)
    : message(reply.say ?? "");
  const send = (type, rest) =>
    response.write(
      `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`,
    );
  response.writeHead(200, { "content-type": "text/event-stream" });
  send("response.created", { response: { id, status: "in_progress" } });
  if (reply.after) await appears(reply.after, response);
  if (reply.hang) return;
  send("response.output_item.added", { output_index: 0, item });
  if (!reply.shell)
    send("response.output_text.delta", {
      item_id: item.id,
      output_index: 0,
      content_index: 0,
      delta: reply.say ?? "",
    });
  send("response.output_item.done", { output_index: 0, item });
  const usage = { input_tokens: 10, output_tokens: 10, total_tokens: 20 };
  send("response.completed", {
    response: { id, status: "completed", output: [item], usage },
  });
  response.end();
}

function refuse(response, status, message, detail = {}) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: { message, ...detail } }));
}

async function serve(incoming, response) {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method, url, headers } = incoming;
  const { authorization } = headers;
  const entry = { n: ++count, method, url, authorization };
  const write = (more) =>
    appendFileSync(log, JSON.stringify({ ...entry, ...more }) + "\n");
  if (method !== "POST" || !url.endsWith("/responses")) {
    write({});
    return refuse(response, 404, "only responses are made here");
  }
  const request = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  const reply = choose(request);
  write({
    turn: reply.turn,
    model: request.model,
    tools: (request.tools ?? []).map((tool) => tool.name ?? tool.type),
    newest: newest(request.input),
    words: request.input.map(wordsOf).filter(Boolean),
  });
  if (reply.error)
    return refuse(response, reply.error, reply.say ?? "", reply.detail);
  await answer(response, request, reply);
}

const server = createServer((incoming, response) => {
  serve(incoming, response).catch((error) => {
    process.stderr.write(`model-server: ${error.stack}\n`);
    response.destroy();
  });
});
server.listen(0, "127.0.0.1", () =>
  process.stdout.write(JSON.stringify({ port: server.address().port }) + "\n"),
);
for (const end of ["end", "error"])
  process.stdin.on(end, () => process.exit(0));
process.stdin.resume();
