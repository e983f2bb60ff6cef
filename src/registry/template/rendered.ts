import type { ContentPart } from "../types.ts";

/**
 * A message for a model. As in MLflow's `PromptVersion.format`, it has only role and content. Null or
 * absent content becomes "", where MLflow returns null or raises a TypeError.
 */
export interface RenderedMessage {
  readonly role: string;
  readonly content: string | readonly ContentPart[];
}

/** A rendered template. */
export type Rendered =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "chat"; readonly messages: readonly RenderedMessage[] };
