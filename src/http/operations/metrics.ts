import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { UpstreamExchange } from "../../mlflow/client.ts";
import { tools } from "../../tools/catalogue.ts";
import type { McpCall } from "../mcp/calls.ts";
import type { ReplicaEvent } from "../replicas/replicas.ts";

/** What is read when somebody looks. */
export interface Readings {
  readonly sessions: () => number;
  readonly streams: () => number;
  readonly inFlight: () => number;
  /** Bytes of bodies that are arriving or being answered. */
  readonly bodies: () => number;
  /** Bytes of answers that wait for their clients to read them. */
  readonly unread: () => number;
  /** Whether the registry is taken for reachable. */
  readonly reachable: () => boolean;
  /** Bytes of the registry's answers that are remembered. */
  readonly remembered: () => number;
  /** Whether replicas are told of each other's changes; absent when they are not to be. */
  readonly replicasConnected?: () => boolean;
}

/**
 * What becomes of a webhook delivery. `ignored` is what was taken before, or is no event of prompts;
 * `failed` is answered 500, and MLflow sends it again.
 */
export type DeliveryOutcome = "accepted" | "refused" | "ignored" | "failed";

/** What may be used up. */
export type LimitName =
  | "in_flight"
  | "streams"
  | "subscriptions"
  | "bodies"
  | "unread"
  | "webhooks";

/** Methods of MCP that are counted by name; a client may send any other text. */
const methods = new Set([
  "initialize",
  "ping",
  "server/discover",
  "prompts/list",
  "prompts/get",
  "tools/list",
  "tools/call",
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "resources/subscribe",
  "resources/unsubscribe",
  "completion/complete",
  "subscriptions/listen",
  "notifications/initialized",
  "notifications/cancelled",
]);

/**
 * What `/metrics` shows (Prometheus' text format). Labels have few values, all of them known here:
 * no prompt, workspace, caller or address is among them.
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

  constructor() {
    const registers = [this.#registry];
    const named = (name: string, help: string) => ({
      name: `mlflow_prompts_${name}`,
      help,
      registers,
    });
    this.#requests = new Counter({
      ...named("requests_total", "MCP requests by method, tool and how they ended"),
      labelNames: ["method", "tool", "outcome"],
    });
    this.#seconds = new Histogram({
      ...named("request_seconds", "Time from a request's arrival to the end of its answer"),
      labelNames: ["method", "tool"],
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    });
    this.#upstream = new Counter({
      ...named("upstream_requests_total", "Requests to MLflow by endpoint and how they ended"),
      labelNames: ["endpoint", "outcome"],
    });
    this.#upstreamSeconds = new Histogram({
      ...named("upstream_seconds", "Time a request to MLflow took"),
      labelNames: ["endpoint"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    });
    this.#retries = new Counter(named("upstream_retries_total", "Requests to MLflow made again"));
    this.#cache = new Counter({
      ...named(
        "cache_lookups_total",
        "Lookups in what is remembered: hit, miss, or old while MLflow is down",
      ),
      labelNames: ["cache", "outcome"],
    });
    this.#replicas = new Counter({
      ...named("replica_changes_total", "Changes sent to other replicas and received from them"),
      labelNames: ["event"],
    });
    this.#deliveries = new Counter({
      ...named("webhook_deliveries_total", "MLflow's webhooks by what became of them"),
      labelNames: ["outcome"],
    });
    this.#limited = new Counter({
      ...named("limited_total", "Requests and bodies that a limit left no room for"),
      labelNames: ["limit"],
    });
    collectDefaultMetrics({ register: this.#registry, prefix: "mlflow_prompts_" });
  }

  /** Shows these as well. To be called once. */
  show(readings: Readings): void {
    const { replicasConnected } = readings;
    const registers = [this.#registry];
    const gauges = {
      sessions: { help: "Open sessions of 2025-era clients", read: readings.sessions },
      streams: { help: "Open notification streams", read: readings.streams },
      in_flight: { help: "Requests being answered", read: readings.inFlight },
      body_bytes: { help: "Bytes of bodies that are arriving or in use", read: readings.bodies },
      unread_bytes: { help: "Bytes of answers that clients leave unread", read: readings.unread },
      cache_bytes: { help: "Bytes of remembered answers, about", read: readings.remembered },
      upstream_reachable: {
        help: "1 while MLflow is taken for reachable",
        read: () => Number(readings.reachable()),
      },
      ...(replicasConnected && {
        replicas_connected: {
          help: "1 while replicas are told of each other's changes",
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
    const method = call === undefined ? "none" : methods.has(call.method) ? call.method : "other";
    const isTool = method === "tools/call" && tools.some(({ name }) => name === call?.name);
    const labels = { method, tool: isTool ? (call?.name ?? "") : "" };
    this.#requests.inc({ ...labels, outcome });
    this.#seconds.observe(labels, seconds);
  }

  upstream({ endpoint, outcome, seconds, attempt }: UpstreamExchange): void {
    this.#upstream.inc({ endpoint, outcome });
    this.#upstreamSeconds.observe({ endpoint }, seconds);
    if (attempt > 0) this.#retries.inc();
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
