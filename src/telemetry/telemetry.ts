import type { UpstreamExchange } from "../mlflow/client.ts";
import type { ModelExchange } from "../models/model-client.ts";
import type { Observe } from "../server/observe-operation.ts";

/** The transport that clients use (OpenTelemetry, network.transport). */
export type NetworkTransport = "pipe" | "tcp";

/** The headers of an HTTP request, of which the trace context is read. */
export type RequestHeaders = Readonly<NodeJS.Dict<string | string[]>>;

/**
 * Traces and metrics that are exported with OpenTelemetry's protocol. Nothing here throws, waits, or
 * grows without a limit: what cannot be exported is dropped.
 */
export interface Telemetry {
  /** Gets every request that a handler serves. */
  readonly observe: Observe;
  /** Runs what answers an HTTP request: the operations in it begin with its arrival. */
  request<T>(headers: RequestHeaders, run: () => T): T;
  /** Gets every attempt of a call to MLflow, in the context of the operation that makes it. */
  upstream(exchange: UpstreamExchange): void;
  /** Gets every request to a model, in the context of the operation that makes it. */
  model(exchange: ModelExchange): void;
  /** A session has ended. */
  session(seconds: number): void;
  /** Exports what waits, for a few seconds at most. */
  close(): Promise<void>;
}
