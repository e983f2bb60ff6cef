import type { Histogram, Meter } from "@opentelemetry/api";
import type { UpstreamExchange } from "../mlflow/client.ts";
import type { ModelExchange } from "../models/model-client.ts";
import { durationBuckets, type Operation, type OperationOutcome } from "../session/operation.ts";
import { modelSpan, upstreamSpan } from "./operation-attributes.ts";
import type { NetworkTransport } from "./telemetry.ts";

/** Metrics by OpenTelemetry's conventions. Without prompt names, of which a registry has many. */
export class Measures {
  readonly #transport: NetworkTransport;
  readonly #operations: Histogram;
  readonly #sessions: Histogram;
  readonly #upstream: Histogram;
  readonly #models: Histogram;

  constructor(meter: Meter, transport: NetworkTransport) {
    this.#transport = transport;
    const histogram = (name: string) =>
      meter.createHistogram(name, {
        unit: "s",
        advice: { explicitBucketBoundaries: [...durationBuckets] },
      });
    this.#operations = histogram("mcp.server.operation.duration");
    this.#sessions = histogram("mcp.server.session.duration");
    this.#upstream = histogram("http.client.request.duration");
    this.#models = histogram("gen_ai.client.operation.duration");
  }

  operation({ method, tool, protocolVersion }: Operation, outcome: OperationOutcome): void {
    const { seconds, errorType } = outcome;
    // An error of JSON-RPC: there may be no tool of this name.
    const isRefused = errorType !== undefined && errorType !== "tool_error";
    this.#operations.record(seconds, {
      "mcp.method.name": method,
      "network.transport": this.#transport,
      ...(tool === undefined || isRefused ? {} : { "gen_ai.tool.name": tool }),
      ...(protocolVersion === undefined ? {} : { "mcp.protocol.version": protocolVersion }),
      ...(errorType === undefined ? {} : { "error.type": errorType }),
    });
  }

  session(seconds: number): void {
    this.#sessions.record(seconds, { "network.transport": this.#transport });
  }

  upstream(exchange: UpstreamExchange): void {
    const { attributes, errorType, seconds } = upstreamSpan(exchange);
    const { "http.request.resend_count": _, ...labels } = attributes;
    this.#upstream.record(seconds, { ...labels, ...errorLabel(errorType) });
  }

  /** Callers may ask any model where the operator named none; the SDK counts at most 2,000 of them. */
  model(exchange: ModelExchange): void {
    const { attributes, errorType, seconds } = modelSpan(exchange);
    const labels = Object.entries(attributes).filter(([key]) => !key.startsWith("gen_ai.usage."));
    this.#models.record(seconds, { ...Object.fromEntries(labels), ...errorLabel(errorType) });
  }
}

function errorLabel(errorType: string | undefined) {
  return errorType === undefined ? {} : { "error.type": errorType };
}
