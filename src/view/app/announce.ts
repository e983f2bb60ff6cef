import { signal } from "@preact/signals";

/** What screen readers say next, and sighted people see for a while. */
export const announcement = signal({ text: "", notes: "" });

/** Says what just happened. @param notes what the server says of it, in English */
export function announce(text: string, notes = ""): void {
  // The same words again are said again.
  announcement.value = { text: "", notes: "" };
  queueMicrotask(() => {
    announcement.value = { text, notes };
  });
}
