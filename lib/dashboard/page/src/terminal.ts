// SPDX-License-Identifier: MIT
//
// What an agent's pane showed, with its colours. A bundle of its own, fetched
// when the first agent is opened.
import { Terminal } from "@xterm/xterm";

// The terminal puts its colours into <style> elements, which the page's policy
// forbids. It gets stand-ins that hand the rules to a constructed sheet, which
// the policy allows, since no markup can make one.
function documentForTerminal(): Document {
  return new Proxy(document, {
    get(target, key) {
      if (key === "createElement")
        return (name: string, options?: ElementCreationOptions) =>
          name === "style"
            ? stand_in_for_style()
            : with_allowed_style(target.createElement(name, options));
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function"
        ? (value as (...a: unknown[]) => unknown).bind(target)
        : value;
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
}

// An attribute `style` is forbidden; the same through the object model is not.
function with_allowed_style(node: HTMLElement): HTMLElement {
  const set = node.setAttribute.bind(node);
  node.setAttribute = (name, value) => {
    if (name === "style") node.style.cssText = value;
    else set(name, value);
  };
  return node;
}

function stand_in_for_style(): HTMLElement {
  const sheet = new CSSStyleSheet();
  const node = document.createElement("template");
  Object.defineProperty(node, "textContent", {
    get: () => "",
    set: (rules: string) => {
      sheet.replaceSync(rules);
      if (!document.adoptedStyleSheets.includes(sheet))
        document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    },
  });
  const remove = node.remove.bind(node);
  node.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(
      (s) => s !== sheet,
    );
    remove();
  };
  return node;
}

// While it opens, one part asks the page's own document.
function open_in(terminal: Terminal, place: HTMLElement): void {
  const create = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) =>
    name === "style"
      ? stand_in_for_style()
      : create(name, options)) as typeof document.createElement;
  try {
    terminal.open(place);
  } finally {
    Reflect.deleteProperty(document, "createElement");
  }
}

const kDark = {
  background: "#0b0e13",
  foreground: "#d5dae3",
  cursor: "#0b0e13",
  black: "#3b4252",
  red: "#ff7b72",
  green: "#7ee787",
  yellow: "#e3b341",
  blue: "#79b8ff",
  magenta: "#d2a8ff",
  cyan: "#76e3ea",
  white: "#d5dae3",
  brightBlack: "#8b95a5",
};
const kLight = {
  background: "#fbfcfd",
  foreground: "#1d2430",
  cursor: "#fbfcfd",
  black: "#1d2430",
  red: "#b3261e",
  green: "#1a6b35",
  yellow: "#7d5700",
  blue: "#0b55b8",
  magenta: "#7a35b0",
  cyan: "#0b6a75",
  white: "#59636f",
  brightBlack: "#59636f",
  brightRed: "#b3261e",
  brightGreen: "#1a6b35",
  brightYellow: "#7d5700",
  brightBlue: "#0b55b8",
  brightMagenta: "#7a35b0",
  brightCyan: "#0b6a75",
  brightWhite: "#1d2430",
};

export interface Screen {
  show: (text: string) => void;
  fit: () => void;
  dispose: () => void;
}

const kLines = 1000;
const kRows = 20;

// Only what colours and lays out text is let through: SGR, and what moves in a
// line. Titles, links, clipboards, answers and modes are not for a log.
function tame(text: string): string {
  return (
    text
      // strings: OSC, DCS, SOS, PM, APC, until their end
      .replace(/(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?/g, "")
      .replace(/(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]/g, (s) =>
        /^(?:\x1b\[|\x9b)[0-9:;]*m$/.test(s) ? s : "",
      )
      .replace(/\x1b(?!\[)[ -/]*[0-~]?/g, "")
      .replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g, (c) =>
        `\\u{${c.charCodeAt(0).toString(16)}}`,
      )
      .replace(/\r?\n/g, "\r\n")
  );
}

export function make_screen(place: HTMLElement, is_dark: boolean): Screen {
  const terminal = new Terminal({
    disableStdin: true,
    cursorBlink: false,
    cursorStyle: "bar",
    cursorInactiveStyle: "none",
    scrollback: kLines,
    rows: kRows,
    cols: 80,
    fontSize: 12,
    lineHeight: 1.3,
    fontFamily:
      "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace",
    theme: is_dark ? kDark : kLight,
    minimumContrastRatio: 4.5,
    linkHandler: { activate: () => undefined },
    screenReaderMode: false,
    documentOverride: documentForTerminal(),
  });
  open_in(terminal, place);
  // A log is read, not typed into: what it says for screen readers is beside
  // it, and no part of it takes the focus from the keyboard.
  for (const node of place.querySelectorAll<HTMLElement>("textarea"))
    node.tabIndex = -1;
  let shown = "";
  const fit = () => {
    const wide = place.clientWidth - 16;
    const cell = place
      .querySelector<HTMLElement>(".xterm-screen")
      ?.getBoundingClientRect().width;
    if (!cell || wide <= 0) return;
    const columns = Math.floor(wide / (cell / terminal.cols));
    if (columns > 10 && columns !== terminal.cols)
      terminal.resize(columns, kRows);
  };
  fit();
  return {
    show: (text) => {
      if (text === shown) return;
      shown = text;
      terminal.reset();
      terminal.write(tame(text), () => terminal.scrollToBottom());
    },
    fit,
    dispose: () => terminal.dispose(),
  };
}
