import type { HttpAnswer } from "./http-call.ts";
import type { NetworkFailure } from "./network-failure.ts";

/** What an attempt came to. */
export type Outcome = { readonly answer: HttpAnswer } | { readonly failure: NetworkFailure };
