import type { JsonValue } from "../json.ts";

/** Values by variable name. */
export type Values = Readonly<Record<string, JsonValue>>;

/** Renders the texts of one template in order, in one syntax. */
export interface Renderer {
  render(text: string): string;
  /** Returns the variables without a value so far, in order of first appearance. */
  missing(): readonly string[];
}
