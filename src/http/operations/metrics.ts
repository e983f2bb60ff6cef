import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { ModelsConfig } from "../../config/models-config.ts";
import type { UpstreamExchange } from "../../mlflow/client.ts";
import type { ModelExchange } from "../../models/model-client.ts";
import { type Observe, observeInTurn, observeWith } from "../../server/observe-operation.ts";
import type { Telemetry } from "../../telemetry/telemetry.ts";
import type { McpCall } from "../mcp/calls.ts";
import type { ReplicaEvent } from "../replicas/replicas.ts";
import { ModelMetrics } from "./model-metrics.ts";
import { methodLabel, OperationMetrics, toolLabel } from "./operation-metrics.ts";

/** Values that are read when the metrics are requested. */
export interface Readings {
  readonly sessions: () => number;
  readonly streams: () => number;
  readonly inFlight: () => number;
  /** Bytes of request bodies that are being received or in use. */
  readonly bodies: () => number;
  /** Bytes of responses that clients have not read yet. */
  readonly unread: () => number;
  /** False while the circuit breaker is open. */
  readonly reachable: () => boolean;
  /** Bytes of cached responses of the registry. */
  readonly cached: () => number;
  /** Absent when no Redis server is configured. */
  readonly replicasConnected?: () => boolean;
}

/**
 * The outcome of a webhook delivery. `ignored` means received before, or no prompt event; `failed`
 * means status 500, after which MLflow sends the delivery again.
 */
export type DeliveryOutcome = "accepted" | "refused" | "ignored" | "failed";

/** Limits that may be reached. */
export type LimitName =
  | "in_flight"
  | "streams"
  | "subscriptions"
  | "bodies"
  | "unread"
  | "webhooks";

/**
 * The metrics of `/metrics` (Prometheus' text format). Those of MCP operations have the names of
 * OpenTelemetry's conventions, those of HTTP requests and of everything else names of their own. Labels have few values, all known in advance: no
 * prompt, workspace, caller or address. Models have the names in the operator's settings.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<"method" | "tool" | "outcome">;
  readonly #seconds: Histogram<"method" | "tool">;
  readonly #upstream: Counter<"endpoint" | "outcome">;
  readonly #upstreamSeconds: Histogram<"endpoint">;
  readonly #retries: Counter;
  readonly #cache: Counter<"cache" | "outcome">;
  readonly #replicas: Counter<"event">;
  readonly #deliveries: Counter<"outcome">;
  readonly #limited: Counter<"limit">;
  readonly #models: ModelMetrics;
  readonly #operations: OperationMetrics;

  /** @param telemetry gets everything that OpenTelemetry's conventions have a name for, to export it */
  constructor(
    models?: ModelsConfig,
    readonly telemetry?: Telemetry,
  ) {
    const registers = [this.#registry];
    const named = (name: string, help: string) => ({
      name: `mlflow_prompts_${name}`,
      help,
      registers,
    });
    this.#requests = new Counter({
      ...named(
        "requests_total",
        "HTTP requests to the MCP endpoint by method, tool and outcome, refused ones included",
      ),
      labelNames: ["method", "tool", "outcome"],
    });
    this.#seconds = new Histogram({
      ...named(
        "request_seconds",
        "Time from an HTTP request's arrival, before authentication, to the end of its response",
      ),
      labelNames: ["method", "tool"],
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    });
    this.#upstream = new Counter({
      ...named("upstream_requests_total", "Requests to MLflow by endpoint and outcome"),
      labelNames: ["endpoint", "outcome"],
    });
    this.#upstreamSeconds = new Histogram({
      ...named("upstream_seconds", "Duration of a request to MLflow"),
      labelNames: ["endpoint"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    });
    this.#retries = new Counter(named("upstream_retries_total", "Retries of requests to MLflow"));
    this.#cache = new Counter({
      ...named(
        "cache_lookups_total",
        "Cache lookups by outcome: hit, miss, or old (stale while MLflow is unavailable)",
      ),
      labelNames: ["cache", "outcome"],
    });
    this.#replicas = new Counter({
      ...named("replica_changes_total", "Changes sent to other replicas and received from them"),
      labelNames: ["event"],
    });
    this.#deliveries = new Counter({
      ...named("webhook_deliveries_total", "Webhook deliveries of MLflow by outcome"),
      labelNames: ["outcome"],
    });
    this.#limited = new Counter({
      ...named("limited_total", "Requests and bodies refused by a limit"),
      labelNames: ["limit"],
    });
    this.#models = new ModelMetrics(this.#registry, models);
    this.#operations = new OperationMetrics(this.#registry);
    collectDefaultMetrics({ register: this.#registry, prefix: "mlflow_prompts_" });
  }

  /** Adds gauges for the readings. To be called once. */
  addGauges(readings: Readings): void {
    const { replicasConnected } = readings;
    const registers = [this.#registry];
    const gauges = {
      sessions: { help: "Open sessions of 2025-era clients", read: readings.sessions },
      streams: { help: "Open notification streams", read: readings.streams },
      in_flight: { help: "Requests being answered", read: readings.inFlight },
      body_bytes: {
        help: "Bytes of request bodies being received or in use",
        read: readings.bodies,
      },
      unread_bytes: {
        help: "Bytes of responses that clients have not read",
        read: readings.unread,
      },
      cache_bytes: { help: "Approximate bytes of cached responses", read: readings.cached },
      upstream_reachable: {
        help: "1 while MLflow is available, 0 while the circuit breaker is open",
        read: () => Number(readings.reachable()),
      },
      ...(replicasConnected && {
        replicas_connected: {
          help: "1 while replicas receive each other's changes",
          read: () => Number(replicasConnected()),
        },
      }),
    };
    for (const [name, { help, read }] of Object.entries(gauges)) {
      new Gauge({
        name: `mlflow_prompts_${name}`,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    }
  }

  /** @param outcome `ok`, the kind of a registry error, or the HTTP status of a refusal */
  request(call: McpCall | undefined, outcome: string, seconds: number): void {
    const method = call === undefined ? "none" : methodLabel(call.method);
    const labels = { method, tool: method === "tools/call" ? toolLabel(call?.name) : "" };
    this.#requests.inc({ ...labels, outcome });
    this.#seconds.observe(labels, seconds);
  }

  /** Gets every MCP operation. */
  get observe(): Observe {
    const counted = observeWith(this.#operations);
    return this.telemetry ? observeInTurn(this.telemetry.observe, counted) : counted;
  }

  /** A session of a 2025-era client has ended. */
  session(seconds: number): void {
    this.#operations.session(seconds);
    this.telemetry?.session(seconds);
  }

  upstream(exchange: UpstreamExchange): void {
    this.telemetry?.upstream(exchange);
    const { endpoint, outcome, seconds, attempt } = exchange;
    this.#upstream.inc({ endpoint, outcome });
    this.#upstreamSeconds.observe({ endpoint }, seconds);
    if (attempt > 0) this.#retries.inc();
  }

  model(exchange: ModelExchange): void {
    this.#models.count(exchange);
    this.telemetry?.model(exchange);
  }

  lookup(cache: string, outcome: "hit" | "miss" | "old"): void {
    this.#cache.inc({ cache, outcome });
  }

  replica(event: ReplicaEvent): void {
    this.#replicas.inc({ event });
  }

  delivery(outcome: DeliveryOutcome): void {
    this.#deliveries.inc({ outcome });
  }

  limited(limit: LimitName): void {
    this.#limited.inc({ limit });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
