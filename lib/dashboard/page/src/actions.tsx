// SPDX-License-Identifier: MIT
//
// Writes: each is shown as the command that would do the same, and happens
// after a yes.
import { useState } from "preact/hooks";

import { ApiError, write } from "./api";
import { Failure } from "./card";
import { Dialog } from "./dialog";
import { type Proposal, shell_word } from "./page";
import { Command, Text, visible } from "./text";

function command_of(proposal: Proposal, agent: string, text: string): string {
  const operand = proposal.choose ? ` ${shell_word(agent)}` : "";
  const tail = text ? ` -m ${shell_word(text)}` : "";
  return proposal.command + operand + tail;
}

// What an answer says, in a line.
export function outcome_of(data: unknown): string {
  if (typeof data !== "object" || data === null) return "Done.";
  const parts: string[] = [];
  for (const [key, value] of Object.entries(data)) {
    if (Array.isArray(value) && value.length > 0)
      parts.push(`${key}: ${value.map(name_of).filter(Boolean).join(", ")}`);
    else if (typeof value === "string" && key === "nothing") parts.push(value);
  }
  return parts.length > 0 ? `Done. ${parts.join("; ")}` : "Done.";
}

function name_of(item: unknown): string {
  if (typeof item !== "object" || item === null) return String(item);
  const one = item as Record<string, unknown>;
  const name = one.agent ?? one.to ?? one.id ?? "";
  const more = one.reason ?? one.level ?? one.status ?? one.state;
  return more ? `${String(name)} (${String(more)})` : String(name);
}

export function ConfirmDialog({
  proposal,
  repo,
  close,
  say,
}: {
  proposal: Proposal;
  repo: string;
  close: () => void;
  say: (text: string) => void;
}) {
  const [text, set_text] = useState("");
  const [agent, set_agent] = useState(proposal.choose?.[0] ?? "");
  const [busy, set_busy] = useState(false);
  const [error, set_error] = useState<ApiError | null>(null);
  const go = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    set_busy(true);
    set_error(null);
    const options = { ...proposal.what.options };
    if (text) options.message = text;
    const operands = proposal.choose
      ? [agent, ...proposal.what.operands]
      : proposal.what.operands;
    try {
      const data = await write({ ...proposal.what, operands, options }, repo);
      say(outcome_of(data));
      close();
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught;
      set_error(caught);
      set_busy(false);
    }
  };
  return (
    <Dialog title={proposal.title} name="confirm" close={close}>
      <form onSubmit={(event) => void go(event)}>
        {proposal.detail && (
          <p class="field">
            <Text of={proposal.detail} lines />
          </p>
        )}
        {proposal.choose && (
          <label class="field">
            To
            <select
              value={agent}
              onChange={(e) =>
                set_agent((e.currentTarget as HTMLSelectElement).value)
              }
            >
              {proposal.choose.map((id) => (
                <option key={id} value={id}>
                  {visible(id)}
                </option>
              ))}
            </select>
          </label>
        )}
        {proposal.ask_text && (
          <label class="field">
            {proposal.ask_text}
            <textarea
              rows={3}
              maxLength={16000}
              required={proposal.text_needed ?? false}
              value={text}
              onInput={(e) =>
                set_text((e.currentTarget as HTMLTextAreaElement).value)
              }
            />
          </label>
        )}
        <p class="dim">The same in a terminal:</p>
        <Command text={command_of(proposal, agent, text)} />
        {error && <Failure error={error} what="Not done" />}
        <p class="buttons">
          <button type="button" class="quiet" onClick={close}>
            Cancel
          </button>
          <button
            type="submit"
            class={proposal.danger ? "main danger" : "main"}
            disabled={busy}
          >
            {busy ? "Working…" : "Yes, do it"}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
