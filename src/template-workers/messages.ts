import type { TemplateJob } from "../registry/engine/template-job.ts";
import type { RegistryErrorKind } from "../registry/errors.ts";

/** A message to a worker process: jobs to run in this order. */
export interface Batch {
  readonly jobs: readonly TemplateJob[];
}

/** How a job ended. */
export type Outcome =
  | { readonly kind: "done"; readonly result: unknown }
  /** The job threw this `RegistryError`. */
  | { readonly kind: "refused"; readonly error: { kind: RegistryErrorKind; message: string } }
  /** A bug in this program. */
  | { readonly kind: "broken"; readonly error: string };

/** A message from a worker process: it has started, or the next outcomes, in the order of the jobs. */
export type WorkerMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "outcomes"; readonly outcomes: readonly Outcome[] };
