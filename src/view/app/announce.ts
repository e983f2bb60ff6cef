import { signal } from "@preact/signals";

/** What screen readers say next, and sighted people see for a while. */
export const announcement = signal("");

/** Says what just happened. */
export function announce(text: string): void {
  // The same words again are said again.
  announcement.value = "";
  queueMicrotask(() => {
    announcement.value = text;
  });
}
