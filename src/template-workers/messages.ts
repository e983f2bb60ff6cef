import type { Work } from "../registry/engine/work.ts";
import type { RegistryErrorKind } from "../registry/errors.ts";

/** What a worker process is sent: work that it does in this order. */
export interface Batch {
  readonly works: readonly Work[];
}

/** How one piece of work ended. */
export type Outcome =
  | { readonly kind: "done"; readonly result: unknown }
  /** As the `RegistryError` that was thrown. */
  | { readonly kind: "refused"; readonly error: { kind: RegistryErrorKind; message: string } }
  /** A fault of this program. */
  | { readonly kind: "broken"; readonly error: string };

/** What a worker process sends: that it has started, and the next outcomes, in the works' order. */
export type WorkerMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "outcomes"; readonly outcomes: readonly Outcome[] };
