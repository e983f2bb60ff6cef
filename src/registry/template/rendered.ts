import type { ChatMessage } from "../types.ts";

/**
 * A rendered template. Its messages have all keys of the stored ones; MLflow's `PromptVersion.format`
 * returns role and content alone.
 */
export type Rendered =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "chat"; readonly messages: readonly ChatMessage[] };
