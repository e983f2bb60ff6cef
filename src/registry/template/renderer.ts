import type { JsonValue } from "../json.ts";

/** Values by variable name. */
export type Values = Readonly<Record<string, JsonValue>>;

/** How one syntax renders the texts of a template, one after the other. */
export interface Renderer {
  render(text: string): string;
  /** The variables found without a value so far, in order of first appearance. */
  missing(): readonly string[];
}
