import type { Authorization } from "./credential.ts";

/** One request to MLflow, relative to the base URL. */
export interface HttpCall {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the base URL, with a leading slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Sent instead of `body`, as protobuf. */
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly authorization?: Authorization;
  readonly signal?: AbortSignal | undefined;
  /** Sent once, without a retry, and without a wait for the concurrency limit. */
  readonly urgent?: boolean;
  /** Limit of one attempt; absent means that of the transport. */
  readonly timeoutMs?: number;
}

/** A complete response of any status. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** The Location header: the target of a redirect. */
  readonly location?: string;
  /** The Retry-After header. */
  readonly retryAfter?: string;
}

/** The path with its query, as it is sent. */
export function target(call: HttpCall): string {
  const query = new URLSearchParams(call.query).toString();
  return query === "" ? call.path : `${call.path}?${query}`;
}
