import { placeholderName } from "./placeholder-name.ts";
import type { TemplateMessage } from "./types.ts";

/** What an entry says about itself, and what is no content of it. */
const labels: ReadonlySet<string> = new Set(["role", "name", "content"]);

/** What is wrong with an entry that says nothing: it has neither content nor what stands in its place. */
export const noContent =
  "it has no content: give a text, or what stands in its place, such as tool_calls";

/** Whether an entry has content, or something in its place: MLflow stores one without, and model APIs refuse it. */
export function saysSomething(entry: TemplateMessage): boolean {
  if (placeholderName(entry) !== undefined) return true;
  const { content } = entry;
  if (content !== undefined && content !== null) return true;
  return Object.entries(entry).some(
    ([key, value]) => !labels.has(key) && value !== undefined && value !== null,
  );
}
