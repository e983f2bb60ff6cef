import type { RegistryErrorKind } from "../registry/errors.ts";
import { parseJson } from "../registry/json.ts";

/** A message to a worker process: jobs to run in this order, each as JSON. */
export interface Batch {
  readonly jobs: readonly string[];
}

/** How a job ended. A result is JSON; absent when it is undefined. */
export type Outcome =
  | { readonly kind: "done"; readonly result?: string }
  /** The job threw this `RegistryError`. */
  | { readonly kind: "refused"; readonly error: { kind: RegistryErrorKind; message: string } }
  /** A bug in this program. */
  | { readonly kind: "broken"; readonly error: string };

/** A message from a worker process: it has started, or the next outcomes, in the order of the jobs. */
export type WorkerMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "outcomes"; readonly outcomes: readonly Outcome[] };

/**
 * Reads a job or a result, which both ends write with `stringifyJson`: the channel between processes
 * would lose the spelling of numbers.
 * @param text written from a value of this type
 */
export function readWritten<Written>(text: string): Written {
  return parseJson(text) as Written;
}
