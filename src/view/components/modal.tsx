import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { focusHeadingAfter } from "../app/focus-heading.ts";

/**
 * A dialog above the page. When it goes, the focus is where it was before; where that is gone or disabled,
 * it is on the page's heading.
 */
export function Modal({
  labelledBy,
  describedBy,
  onCancel,
  children,
}: {
  readonly labelledBy: string;
  readonly describedBy?: string;
  /** The person closed it without an answer. */
  readonly onCancel: () => void;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      // A dialog that is taken out of the page while it is open gives no focus back.
      shown?.close();
      focusHeadingAfter(shown);
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      onCancel={(event) => {
        event.preventDefault();
        onCancel();
      }}
    >
      {children}
    </dialog>
  );
}
