import type { JsonObject, JsonValue } from "./json.ts";

/** What became of one use of a prompt version with a model. Times are milliseconds since 1970. */
export interface PromptTrace {
  /** "tr-" and 32 hexadecimal digits. */
  readonly traceId: string;
  readonly prompt: { readonly name: string; readonly version: number };
  readonly startedAt: number;
  readonly endedAt: number;
  /** The values of the variables. */
  readonly inputs: JsonObject;
  /** The call of the model: what it was sent, and what it answered. */
  readonly call: {
    /** The model that answered, or the one that was asked first if none did. */
    readonly model: string;
    readonly provider?: string;
    readonly request: JsonValue;
    /** Absent when no model answered. */
    readonly answer?: JsonValue;
    readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
    /** US dollars; absent where there is no price. */
    readonly cost?: {
      readonly inputUsd: number;
      readonly outputUsd: number;
      readonly totalUsd: number;
    };
  };
  /** The text of the answer, or its tool calls; absent when no model answered. */
  readonly output?: JsonValue;
  /** Why no model answered. */
  readonly error?: string;
  /** The caller's name; absent where it is not known. */
  readonly user?: string;
}

/** `url`: its page in MLflow's UI. Absent where there is none, or callers must not learn its address. */
export interface StoredTrace {
  readonly url?: string;
}

/**
 * What became of a trace. `pending`: it is still being written, because the registry is slow.
 * `failed`: the reason is a sentence.
 */
export type TraceOutcome =
  | (StoredTrace & { readonly kind: "stored" })
  | { readonly kind: "pending" }
  | { readonly kind: "failed"; readonly reason: string };

/**
 * What became of a link from a version to a trace. `pending`: it is made when the registry has the trace,
 * or answers. `failed`: the reason is a sentence.
 */
export type LinkOutcome =
  | { readonly kind: "linked" }
  | { readonly kind: "pending" }
  | { readonly kind: "failed"; readonly reason: string };

/** Links versions to the traces that used them, with the caller's workspace and credential. */
export interface TraceLinks {
  /** Never rejects, and waits two seconds at most. */
  link(
    traceId: string,
    prompt: { readonly name: string; readonly version: number },
  ): Promise<LinkOutcome>;
}

/** Where traces are kept, with the caller's workspace and credential. */
export interface TraceStore {
  /** Never rejects, and waits a few seconds at most. */
  store(trace: PromptTrace): Promise<TraceOutcome>;
}
