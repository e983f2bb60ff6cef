/** One request of an MCP client, for metrics and traces. */
export interface Operation {
  readonly method: string;
  /** The tool that is called, as the client names it: any text. */
  readonly tool?: string;
  /** The prompt that is requested, as the client names it: any text. */
  readonly prompt?: string;
  readonly requestId: string | number;
  /** The revision of MCP that the client speaks; absent before it is negotiated. */
  readonly protocolVersion?: string;
  /** Of a 2025-era client over HTTP. */
  readonly sessionId?: string;
  /** The span of the client that made the request, as it names it (MCP SEP-414): any value. */
  readonly traceparent?: unknown;
  readonly tracestate?: unknown;
  /** Of the prompt or tool. No observer shows them unless the operator asks for it. */
  readonly arguments?: unknown;
}

/** How an operation ended. */
export interface OperationOutcome {
  /** `tool_error`, or the JSON-RPC code of an error; absent when it succeeded. */
  readonly errorType?: string;
  /** The kind of a registry error; absent for another error. */
  readonly kind?: string;
  /** No observer shows it unless the operator asks for it. Absent for an error of JSON-RPC. */
  readonly result?: unknown;
  readonly seconds: number;
}

/** An operation that is observed from its begin to its end. */
export interface ObservedOperation {
  /** Runs the handler. What it does belongs to the operation. */
  run<T>(handle: () => T): T;
  end(outcome: OperationOutcome): void;
}

/** Gets every operation that a handler serves. It throws nothing. */
export interface OperationObserver {
  begin(operation: Operation): ObservedOperation;
}

/** Upper bounds of durations in seconds (OpenTelemetry's conventions for MCP, metrics). */
export const durationBuckets = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300,
] as const;
