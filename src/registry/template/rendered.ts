import type { ContentPart } from "../types.ts";

/**
 * A message that is ready for a model. As in MLflow's `PromptVersion.format`, only role and content
 * are kept. Content that is null or absent is "": MLflow answers with null or a TypeError.
 */
export interface RenderedMessage {
  readonly role: string;
  readonly content: string | readonly ContentPart[];
}

/** A template with its variables filled in. */
export type Rendered =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "chat"; readonly messages: readonly RenderedMessage[] };
