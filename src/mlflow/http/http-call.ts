import type { Authorization } from "./credential.ts";

/** Parameters of a URL. One with several values is repeated. */
export type Query = Readonly<Record<string, string | readonly string[]>>;

/** One request to MLflow, relative to the base URL. */
export interface HttpCall {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the base URL, with a leading slash. */
  readonly path: string;
  readonly query?: Query;
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
  /** A POST that changes nothing, such as a search. */
  readonly readsOnly?: boolean;
}

/** Whether a call changes nothing, so that it may be sent again. */
export function isRead({ method, readsOnly }: HttpCall): boolean {
  return method === "GET" || readsOnly === true;
}

/** A complete response of any status. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** The Location header: the target of a redirect. */
  readonly location?: string;
  /** The Retry-After header. */
  readonly retryAfter?: string;
  /** The Date header: the server's clock. */
  readonly date?: string;
}

/** The path with its query, as it is sent. */
export function target(call: HttpCall): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) {
    const values = typeof value === "string" ? [value] : value;
    for (const one of values) parameters.append(name, one);
  }
  const query = parameters.toString();
  return query === "" ? call.path : `${call.path}?${query}`;
}
