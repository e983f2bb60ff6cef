import type { NetworkFailure } from "../errors/network-failure.ts";
import type { HttpAnswer, HttpCall } from "./http-call.ts";

/** One attempt of a call to MLflow, for metrics. It names no prompt, no workspace and no caller. */
export interface UpstreamExchange {
  /** Method and path below the base URL: "GET /api/2.0/mlflow/registered-models/get". */
  readonly endpoint: string;
  /**
   * The class of the answer's status, or why there was none: `no_answer` from MLflow, `cancelled`
   * by the caller, or `rejected` at once because MLflow has not been answering.
   */
  readonly outcome: "2xx" | "3xx" | "4xx" | "5xx" | "no_answer" | "cancelled" | "rejected";
  /** From the beginning of the attempt, waiting for a free connection included. */
  readonly seconds: number;
  /** 0 is the first. */
  readonly attempt: number;
}

/** What an attempt came to. */
export type Outcome = { readonly answer: HttpAnswer } | { readonly failure: NetworkFailure };

/** What is told of an attempt that began at `begin` (of `performance.now()`). */
export function exchangeOf(
  call: HttpCall,
  outcome: Outcome,
  attempt: number,
  begin: number,
): UpstreamExchange {
  return {
    endpoint: `${call.method} ${call.path}`,
    outcome: "failure" in outcome ? outcome.failure.outcome : statusClass(outcome.answer.status),
    seconds: (performance.now() - begin) / 1_000,
    attempt,
  };
}

function statusClass(status: number): UpstreamExchange["outcome"] {
  if (status < 300) return "2xx";
  if (status < 400) return "3xx";
  return status < 500 ? "4xx" : "5xx";
}
