import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Puts the focus on the page's heading, from which Tab leads to what the page is about. */
export function focusHeading(): void {
  // A host that says late what to show gets no focus taken away from what people type beside the view.
  if (window.parent === window || document.hasFocus()) {
    document.querySelector<HTMLElement>("h1")?.focus();
  }
}

/** The same, where the focus is nowhere, or in an element that is about to go. */
export function focusHeadingAfter(gone: Element | null): void {
  const focused = document.activeElement;
  const isLost = focused === null || focused === document.body || gone?.contains(focused);
  if (isLost) focusHeading();
}

/**
 * Gives the focus that an element has, which is about to go, to what it is part of: a box that takes the
 * focus, or else the heading of its section.
 */
export function passFocusOn(gone: Element | null): void {
  if (!gone?.contains(document.activeElement)) return;
  const whole = gone.parentElement?.closest<HTMLElement>("[tabindex], section, main");
  const next = whole?.hasAttribute("tabindex")
    ? whole
    : whole?.querySelector<HTMLElement>("h1, h2, h3");
  if (!next) return;
  if (next !== whole) next.tabIndex = -1;
  next.focus({ preventScroll: true });
}

/** For the element of a component that may go while it has the focus. */
export function usePassFocusOn<Shown extends Element>(): RefObject<Shown | null> {
  const shown = useRef<Shown>(null);
  useLayoutEffect(() => () => passFocusOn(shown.current), []);
  return shown;
}
