// SPDX-License-Identifier: MIT
//
// The frame of everything that comes in front of the page. The browser keeps
// the focus inside and gives it back; Escape closes.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface DialogProps {
  title: ComponentChildren;
  name: string; // also the class
  close: () => void;
  children: ComponentChildren;
}

export function Dialog({ title, name, close, children }: DialogProps) {
  const node = useRef<HTMLDialogElement>(null);
  // At once: a key that is pressed behind what opens it finds it open.
  useLayoutEffect(() => {
    const dialog = node.current;
    const before = document.activeElement as HTMLElement | null;
    dialog?.showModal();
    return () => {
      dialog?.close();
      before?.focus();
    };
  }, []);
  // A press beside it closes it; inside, the target is another element.
  const press = (event: MouseEvent) => {
    if (event.target === node.current) close();
  };
  return (
    <dialog
      ref={node}
      class={name}
      aria-labelledby={`${name}-title`}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onMouseDown={press}
    >
      <div class="dialog-body">
        <header>
          <h2 id={`${name}-title`}>{title}</h2>
          <button type="button" class="quiet" onClick={close}>
            Close
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
