import type { Authorization } from "./credential.ts";

/** One request to MLflow, relative to the base URL. */
export interface HttpCall {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the base URL, with a leading slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly authorization?: Authorization;
  readonly signal?: AbortSignal | undefined;
  /** Asked once and at once: it is not tried again and does not wait for other calls. */
  readonly urgent?: boolean;
}

/** An answer of any status, read to its end. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** The Location header: where a redirect wants to lead. */
  readonly location?: string;
  /** The Retry-After header. */
  readonly retryAfter?: string;
}

/** The path with its query, as it is sent. */
export function target(call: HttpCall): string {
  const query = new URLSearchParams(call.query).toString();
  return query === "" ? call.path : `${call.path}?${query}`;
}
