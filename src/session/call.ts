import type { CallOptions } from "../registry/prompt-registry.ts";
import type { Elicitation } from "./elicitation.ts";

/** One call of a client. */
export interface Call extends CallOptions {
  readonly elicitation: Elicitation;
}
