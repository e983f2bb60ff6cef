import type { IncomingMessage, ServerResponse } from "node:http";
import { LRUCache } from "lru-cache";
import type { Log } from "../../log/log.ts";
import { delivery } from "../../mlflow/changes/webhook-events.ts";
import type { Change } from "../../registry/changes/change-hub.ts";
import { plainJsonOrUndefined } from "../../registry/json.ts";
import type { Route } from "../app.ts";
import type { BodyReader } from "../limits/body.ts";
import type { SharedLimit } from "../limits/shared-limit.ts";
import type { DeliveryOutcome } from "../operations/metrics.ts";
import { HttpRefusal } from "../refusal.ts";
import { checkSignature, windowMs } from "./signature.ts";

export interface WebhookRouteParts {
  /** The key of MLflow's signatures. */
  readonly secret: string;
  /** Publishes a change to all subscribers. When it rejects, MLflow sends the delivery again. */
  readonly publish: (workspace: string | undefined, change: Change) => Promise<void>;
  /** Called for each published change: webhooks arrive. */
  readonly onDelivery: (workspace: string | undefined, change: Change) => void;
  /** @throws HttpRefusal 403 */
  readonly checkHost: (request: IncomingMessage) => void;
  /** The client's address. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly count: (outcome: DeliveryOutcome) => void;
  /** Called for each refusal. */
  readonly onRefused: (refusal: HttpRefusal, request: IncomingMessage) => void;
  /** Reads bodies of unverified senders, so it has a limit of its own. */
  readonly bodies: BodyReader;
  /** Concurrent verified deliveries. */
  readonly concurrency: SharedLimit;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** The owner of all verified deliveries in `concurrency`. */
const mlflow = "mlflow";

/** More deliveries than MLflow sends during the time in which it may retry one. */
const maxRemembered = 10_000;

/**
 * Receives MLflow's webhooks. A delivery with a wrong or old signature is refused, and one that was
 * received before is ignored.
 */
export function createWebhookRoute(parts: WebhookRouteParts): Route {
  const { now = Date.now } = parts;
  // By delivery id. A retry waits for the publication that its first attempt started. A signature is
  // valid for one window before and one after its timestamp.
  const received = new LRUCache<string, Promise<void>>({
    max: maxRemembered,
    ttl: 2 * windowMs,
    ttlResolution: 0,
    perf: { now },
  });

  async function receive(request: IncomingMessage): Promise<DeliveryOutcome> {
    if (request.method !== "POST") {
      throw new HttpRefusal(405, "Webhooks are received with POST only.", { allow: "POST" });
    }
    parts.checkHost(request);
    const body = await parts.bodies.bytes(request, parts.addressOf(request));
    try {
      return await verifyAndPublish(request, body.content);
    } finally {
      body.release();
    }
  }

  async function verifyAndPublish(
    request: IncomingMessage,
    body: Buffer,
  ): Promise<DeliveryOutcome> {
    const id = checkSignature(parts.secret, request.headers, body, now());
    const reservation = parts.concurrency.take(mlflow);
    try {
      return await publishOnce(id, body);
    } finally {
      reservation.release();
    }
  }

  async function publishOnce(id: string, body: Buffer): Promise<DeliveryOutcome> {
    const earlier = received.get(id);
    if (earlier) {
      await earlier;
      return "ignored";
    }
    const { workspace, change } = parse(body);
    if (change === undefined) return "ignored";
    const published = parts.publish(workspace, change);
    received.set(id, published);
    try {
      await published;
    } catch (error) {
      received.delete(id);
      throw error;
    }
    parts.onDelivery(workspace, change);
    return "accepted";
  }

  /** Logs an unknown body: it is signed by MLflow, so the operator should know of it. */
  function parse(body: Buffer) {
    const parsed = delivery.safeParse(plainJsonOrUndefined(body.toString()));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = issue?.path.length ? `${issue.path.join(".")}: ` : "";
    const problem = `${where}${issue?.message}`.slice(0, 300);
    parts.log.error("webhook", { error: problem });
    throw new HttpRefusal(400, `The body is not a known webhook of MLflow: ${problem}.`);
  }

  return async (request, response) => {
    try {
      const outcome = await receive(request);
      parts.count(outcome);
      sendOutcome(response, outcome);
    } catch (error) {
      parts.count(error instanceof HttpRefusal ? "refused" : "failed");
      if (error instanceof HttpRefusal) parts.onRefused(error, request);
      throw error;
    }
  };
}

function sendOutcome(response: ServerResponse, outcome: DeliveryOutcome): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ outcome }));
}
