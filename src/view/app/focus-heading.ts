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

/** Gives the focus that an element has, which is about to go, to the heading of its section. */
export function passFocusOn(gone: Element | null): void {
  if (!gone?.contains(document.activeElement)) return;
  const heading = gone.closest("section, main")?.querySelector<HTMLElement>("h1, h2, h3");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
