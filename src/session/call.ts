import type { CallOptions } from "../registry/prompt-registry.ts";
import type { Elicitation } from "./elicitation.ts";

/** One call of a client. */
export interface Call extends CallOptions {
  readonly elicitation: Elicitation;
  /** Tells the client how far a long call is; a client that did not ask hears nothing. Never rejects. */
  readonly progress: (done: number, total: number, message: string) => void;
}
