import type { NetworkFailure } from "../errors/network-failure.ts";
import type { HttpAnswer, HttpCall } from "./http-call.ts";

/** One attempt of a call to MLflow, for metrics. It contains no prompt, workspace or caller. */
export interface UpstreamExchange {
  /**
   * Method and path below the base URL, without IDs: "GET /api/2.0/mlflow/registered-models/get",
   * "GET /api/3.0/mlflow/datasets/{id}".
   */
  readonly endpoint: string;
  /**
   * The class of the response's status, or why there is none: `no_answer` from MLflow, `cancelled`
   * by the caller, or `rejected` by the open circuit breaker.
   */
  readonly outcome: "2xx" | "3xx" | "4xx" | "5xx" | "no_answer" | "cancelled" | "rejected";
  /** Absent when there is no response. */
  readonly status?: number;
  /** Since the attempt began, including the wait for a free connection. */
  readonly seconds: number;
  /** 0 is the first. */
  readonly attempt: number;
}

/** The result of an attempt. */
export type Outcome = { readonly answer: HttpAnswer } | { readonly failure: NetworkFailure };

/** The ID of a trace or a dataset in a path. */
const pathId = /\/(?:tr|d)-[^/]+/;

/** The metrics of an attempt that began at `begin` (a `performance.now()` value). */
export function exchangeOf(
  call: HttpCall,
  outcome: Outcome,
  attempt: number,
  begin: number,
): UpstreamExchange {
  return {
    endpoint: `${call.method} ${call.path.replace(pathId, "/{id}")}`,
    outcome: "failure" in outcome ? outcome.failure.outcome : statusClass(outcome.answer.status),
    ...("answer" in outcome ? { status: outcome.answer.status } : {}),
    seconds: (performance.now() - begin) / 1_000,
    attempt,
  };
}

function statusClass(status: number): UpstreamExchange["outcome"] {
  if (status < 300) return "2xx";
  if (status < 400) return "3xx";
  return status < 500 ? "4xx" : "5xx";
}
