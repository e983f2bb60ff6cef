import type { HttpConfig } from "../../config/http-config.ts";
import type { LimitName, Metrics } from "../operations/metrics.ts";
import { callerShareOf } from "./caller-share.ts";
import { SharedLimit } from "./shared-limit.ts";

const mebibyte = 1024 * 1024;

/** Each worker process of MLflow sends ten deliveries concurrently. */
const maxDeliveries = 64;

/** Bounds the cost of a change that may concern any prompt: each subscription is notified. */
const maxSubscriptions = 20_000;

/** Limits that all callers share, with a limit per caller. */
export interface Limits {
  /** Calls in flight. */
  readonly inFlight: SharedLimit;
  /** Open notification streams. */
  readonly streams: SharedLimit;
  /** Resources that clients are subscribed to. */
  readonly subscriptions: SharedLimit;
  /** Bytes of request bodies that are being received or in use. */
  readonly bodies: SharedLimit;
  /** Bytes of responses that clients have not read yet. */
  readonly unread: SharedLimit;
  /** Bytes of webhook bodies, by client address: the sender is not verified yet. */
  readonly webhookBodies: SharedLimit;
  /** Verified webhook deliveries whose changes are being published. */
  readonly webhooks: SharedLimit;
}

/** Creates the configured limits. Refusals are counted in the metrics. */
export function createLimits(http: HttpConfig, metrics: Pick<Metrics, "limited">): Limits {
  const limit = (name: LimitName, total: number, refusal: string, share?: number) =>
    new SharedLimit({
      total,
      share: share ?? callerShareOf(http, total),
      refusal,
      onRefused: () => metrics.limited(name),
    });
  const { maxBody } = http;
  return {
    inFlight: limit(
      "in_flight",
      http.maxInFlight,
      "The server is at its limit of concurrent calls.",
    ),
    streams: limit("streams", http.maxStreams, "The server is at its limit of open streams."),
    subscriptions: limit(
      "subscriptions",
      maxSubscriptions,
      "The server is at its limit of resource subscriptions.",
    ),
    bodies: bodies("bodies", 32 * mebibyte),
    unread: limit("unread", 128 * mebibyte, "Too many bytes of responses are unread."),
    webhookBodies: bodies("webhooks", 8 * mebibyte),
    webhooks: limit(
      "webhooks",
      maxDeliveries,
      "The server is at its limit of concurrent webhook deliveries.",
      maxDeliveries,
    ),
  };

  /** Allows at least eight bodies of the maximum size, two of them from one sender. */
  function bodies(name: LimitName, least: number): SharedLimit {
    const total = Math.max(least, 8 * maxBody);
    const refusal = "The server is at its limit of memory for request bodies.";
    return limit(name, total, refusal, Math.max(2 * maxBody, callerShareOf(http, total)));
  }
}
