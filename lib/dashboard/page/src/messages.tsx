// SPDX-License-Identifier: MIT
//
// Messages, and how far each is proved to have come.
import { Card, Empty, Folded, Shown } from "./card";
import { Glyph, type Tone } from "./glyph";
import { agents_of } from "./needs";
import { matches, still, usePage, usePageView } from "./page";
import { AgentName, Age, Text, visible } from "./text";
import type { Message, Status } from "./types";

const kLevels: Record<string, [string, Tone]> = {
  queued: ["ring", "calm"],
  typed: ["half", "calm"],
  submitted: ["half", "work"],
  read: ["disc", "work"],
  acked: ["check", "good"],
  failed: ["cross", "bad"],
  expired: ["cross", "off"],
};

const MessageRow = still<{ message: Message; short: boolean }>(
  ({ message, short }) => {
    const [shape, tone] = kLevels[message.level] ?? ["dot", "off"];
    return (
      <li class="message">
        <p>
          <AgentName id={message.from} short={short} />
          <span class="dim" aria-label="to">
            →
          </span>
          <AgentName id={message.to} short={short} />
          <span
            class="level"
            title={message.reason ? visible(message.reason) : undefined}
          >
            <Glyph shape={shape} tone={tone} /> <Text of={message.level} />
          </span>
          <Age at={message.sent_at} past />
        </p>
        <p class="message-text" title={visible(message.text)}>
          <Text of={message.text} lines />
        </p>
        {message.reason && (
          <p class="dim message-reason">
            <Text of={message.reason} />
          </p>
        )}
      </li>
    );
  },
);

export function MessageList({
  messages,
  limit,
  short,
}: {
  messages: Message[];
  limit: number;
  short: boolean;
}) {
  return (
    <Folded
      items={messages}
      limit={limit}
      what="messages"
      draw={(shown) => (
        <ul class="messages">
          {shown.map((m) => (
            <MessageRow key={m.id} message={m} short={short} />
          ))}
        </ul>
      )}
    />
  );
}

export const kMessages = "messages?n=200";

export function MessagesCard() {
  const page = usePage();
  const view = usePageView<{ messages: Message[] }>(kMessages);
  const all = view.data?.messages ?? [];
  const found = all.filter((m) =>
    matches(page.filter, m.from, m.to, m.text, m.level, m.kind),
  );
  const status = usePageView<Status>("status");
  const agents = agents_of(status.data);
  const tools = page.may("send") && agents.length > 0 && (
    <button
      type="button"
      class="quiet"
      onClick={() =>
        page.propose({
          title: "Send a message",
          command: "git orch send",
          what: { verb: "send", operands: [] },
          choose: agents.map((a) => a.id),
          ask_text: "Message",
          text_needed: true,
        })
      }
    >
      Send…
    </button>
  );
  return (
    <Card id="messages" title="Messages" tools={tools}>
      <Shown view={view}>
        {() =>
          all.length === 0 ? (
            <Empty command="git orch send AGENT -m 'hello'">
              No messages yet.
            </Empty>
          ) : found.length === 0 ? (
            <Empty>No message matches the filter.</Empty>
          ) : (
            <MessageList
              messages={found}
              limit={8}
              short={page.one_feature}
            />
          )
        }
      </Shown>
    </Card>
  );
}
