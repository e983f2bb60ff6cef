import type { CallOptions } from "../registry/prompt-registry.ts";
import type { Elicitation } from "./elicitation.ts";

/** One call of a client. */
export interface Call extends CallOptions {
  readonly elicitation: Elicitation;
  /** The trace that the request belongs to, as the client names it in `_meta`: any value. */
  readonly trace?: unknown;
  /** Tells the client how far a long call is; a client that did not ask hears nothing. Never rejects. */
  readonly progress: (done: number, total: number, message: string) => void;
}
