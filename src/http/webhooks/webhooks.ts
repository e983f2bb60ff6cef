import type { IncomingMessage, ServerResponse } from "node:http";
import { LRUCache } from "lru-cache";
import type { Log } from "../../log/log.ts";
import { delivery } from "../../mlflow/changes/webhook-events.ts";
import type { Change } from "../../registry/changes/change-hub.ts";
import type { Route } from "../app.ts";
import type { BodyReader } from "../limits/body.ts";
import type { SharedLimit } from "../limits/shared-limit.ts";
import type { DeliveryOutcome } from "../operations/metrics.ts";
import { HttpRefusal } from "../refusal.ts";
import { checkSignature, windowMs } from "./signature.ts";

export interface WebhookRouteParts {
  /** What MLflow signs with. */
  readonly secret: string;
  /** Brings a change to whom it concerns. MLflow sends again what this rejects. */
  readonly announce: (workspace: string | undefined, change: Change) => Promise<void>;
  /** Told of each change once it is announced: webhooks arrive. */
  readonly delivered: (workspace: string | undefined, change: Change) => void;
  /** @throws HttpRefusal 403 */
  readonly checkHost: (request: IncomingMessage) => void;
  /** The client's address. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly count: (outcome: DeliveryOutcome) => void;
  /** Told of each refusal. */
  readonly refused: (refusal: HttpRefusal, request: IncomingMessage) => void;
  /** Reads what strangers send, in a room of its own. */
  readonly bodies: BodyReader;
  /** Deliveries that are announced. */
  readonly announcing: SharedLimit;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** All deliveries are MLflow's, once they are known to be signed. */
const mlflow = "mlflow";

/** More than MLflow delivers while a delivery could be sent again. */
const mostTaken = 10_000;

/**
 * Takes MLflow's webhooks. What is not signed with the secret, or not just now, teaches nothing and
 * changes nothing; what was taken before changes nothing again.
 */
export function createWebhookRoute(parts: WebhookRouteParts): Route {
  const { now = Date.now } = parts;
  // A delivery that MLflow gave up waiting for, and sends again, waits for the same announcement. From
  // the earliest time at which it is taken to the latest are two windows.
  const taken = new LRUCache<string, Promise<void>>({
    max: mostTaken,
    ttl: 2 * windowMs,
    ttlResolution: 0,
    perf: { now },
  });

  async function take(request: IncomingMessage): Promise<DeliveryOutcome> {
    if (request.method !== "POST") {
      throw new HttpRefusal(405, "Webhooks are taken with POST.", { allow: "POST" });
    }
    parts.checkHost(request);
    const body = await parts.bodies.bytes(request, parts.addressOf(request));
    try {
      return await takeArrived(request, body.content);
    } finally {
      body.release();
    }
  }

  async function takeArrived(request: IncomingMessage, body: Buffer): Promise<DeliveryOutcome> {
    const id = checkSignature(parts.secret, request.headers, body, now());
    const place = parts.announcing.take(mlflow);
    try {
      return await takeSigned(id, body);
    } finally {
      place.release();
    }
  }

  async function takeSigned(id: string, body: Buffer): Promise<DeliveryOutcome> {
    const earlier = taken.get(id);
    if (earlier) {
      await earlier;
      return "ignored";
    }
    const { workspace, change } = read(body);
    if (change === undefined) return "ignored";
    const announced = parts.announce(workspace, change);
    taken.set(id, announced);
    try {
      await announced;
    } catch (error) {
      taken.delete(id);
      throw error;
    }
    parts.delivered(workspace, change);
    return "accepted";
  }

  /** It is MLflow's, so that whoever runs this server wants to know what is wrong with it. */
  function read(body: Buffer) {
    const parsed = delivery.safeParse(json(body));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = issue?.path.length ? `${issue.path.join(".")}: ` : "";
    const problem = `${where}${issue?.message}`.slice(0, 300);
    parts.log.error("webhook", { error: problem });
    throw new HttpRefusal(400, `The body is no webhook of MLflow's that is known: ${problem}.`);
  }

  return async (request, response) => {
    try {
      const outcome = await take(request);
      parts.count(outcome);
      answer(response, outcome);
    } catch (error) {
      parts.count(error instanceof HttpRefusal ? "refused" : "failed");
      if (error instanceof HttpRefusal) parts.refused(error, request);
      throw error;
    }
  };
}

function answer(response: ServerResponse, outcome: DeliveryOutcome): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ outcome }));
}

function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
