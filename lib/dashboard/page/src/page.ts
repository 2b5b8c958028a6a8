// SPDX-License-Identifier: MIT
//
// What every part of the page shares, and two small tools for drawing.
import { Component, createContext, type FunctionComponent, h } from "preact";
import { useContext } from "preact/hooks";

import type { Write } from "./api";
import type { Live } from "./live";
import { useView, type View } from "./live";

// A write that waits for the person's yes.
export interface Proposal {
  title: string;
  detail?: string; // what it is about, in somebody's words
  command: string; // what would be typed for the same
  what: Write;
  danger?: boolean;
  choose?: string[]; // agents, of which one is the first operand
  ask_text?: string; // label of a text that goes along as the option `message`
  text_needed?: boolean;
}

export interface Page {
  live: Live;
  filter: string; // lower case; empty: everything
  may: (verb: string) => boolean;
  propose: (proposal: Proposal) => void;
  open_agent: (id: string) => void;
  one_feature: boolean; // then its name need not be said everywhere
  is_dark: boolean;
}

export const PageContext = createContext<Page>(null as unknown as Page);

export function usePage(): Page {
  return useContext(PageContext);
}

export function usePageView<T>(name: string | null): View<T> {
  return useView<T>(usePage().live, name);
}

// Whether any of the texts has what the person filters by.
export function matches(
  filter: string,
  ...texts: (string | null | undefined)[]
): boolean {
  return (
    filter === "" || texts.some((t) => t && t.toLowerCase().includes(filter))
  );
}

function is_shallow_same(a: object, b: object): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) =>
      Object.is(
        (a as Record<string, unknown>)[key],
        (b as Record<string, unknown>)[key],
      ),
    )
  );
}

// Drawn again only when a property is another one.
export function still<P extends object>(
  draw: FunctionComponent<P>,
): FunctionComponent<P> {
  class Still extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      return !is_shallow_same(this.props, next);
    }
    override render() {
      return h(draw, this.props);
    }
  }
  return Still as unknown as FunctionComponent<P>;
}

// A word of a shell command, quoted where it has to be.
export function shell_word(word: string): string {
  return /^[A-Za-z0-9@%+=:,./_-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}
