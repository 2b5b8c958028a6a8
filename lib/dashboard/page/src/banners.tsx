// SPDX-License-Identifier: MIT
//
// What is wrong with the whole: said once, on top, with what to type.
import type { ApiError, Connection } from "./api";
import { Glyph } from "./glyph";
import { Command, Text } from "./text";

function Banner({
  title,
  command,
  children,
}: {
  title: string;
  command?: string;
  children: preact.ComponentChildren;
}) {
  return (
    <div class="banner" role="alert">
      <Glyph shape="alert" tone="bad" />
      <div>
        <p>
          <strong>{title}</strong> {children}
        </p>
        {command && <Command text={command} />}
      </div>
    </div>
  );
}

export function Banners({
  connection,
  error,
  retry,
}: {
  connection: Connection;
  error: ApiError | null;
  retry: () => void;
}) {
  if (connection === "no_token")
    return (
      <Banner
        title="This address is no longer valid."
        command="git orch dashboard --open"
      >
        Another dashboard has taken its place; open that one, or a new one:
      </Banner>
    );
  if (connection === "gone")
    return (
      <Banner
        title="The dashboard's server is gone."
        command="git orch dashboard --open"
      >
        What is below is as it was.{" "}
        <button type="button" class="link" onClick={retry}>
          Try again now
        </button>
        , or start it:
      </Banner>
    );
  if (connection === "repository_gone")
    return (
      <Banner title="This repository is gone.">
        It was moved or removed. Choose another one above.
      </Banner>
    );
  if (error?.code === "not_initialised")
    return (
      <Banner title="git orch is not set up here." command="git orch init">
        <Text of={error.message} />. Type this in the repository:
      </Banner>
    );
  return null;
}
