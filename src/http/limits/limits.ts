import type { HttpConfig } from "../../config/http-config.ts";
import type { LimitName, Metrics } from "../operations/metrics.ts";
import { callerShareOf } from "./caller-share.ts";
import { SharedLimit } from "./shared-limit.ts";

const mebibyte = 1024 * 1024;

/** MLflow delivers ten at a time from each of its workers. */
const deliveriesAtOnce = 64;

/** What a change costs that may be of any prompt: each is told of. */
const subscriptions = 20_000;

/** What is shared by all callers, and how much of it each may have. */
export interface Limits {
  /** Calls that are answered. */
  readonly inFlight: SharedLimit;
  /** Streams on which clients are told of changes. */
  readonly streams: SharedLimit;
  /** Resources that clients watch. */
  readonly subscriptions: SharedLimit;
  /** Bytes of bodies that are arriving or in use. */
  readonly bodies: SharedLimit;
  /** Bytes of answers that their clients have not read yet. */
  readonly unread: SharedLimit;
  /** Bytes of bodies of webhooks, by the sender's address: nobody knows yet who sends them. */
  readonly webhookBodies: SharedLimit;
  /** Webhooks that are signed and announced. */
  readonly webhooks: SharedLimit;
}

/** The limits that the configuration asks for. Refusals are counted. */
export function createLimits(http: HttpConfig, metrics: Pick<Metrics, "limited">): Limits {
  const limit = (name: LimitName, total: number, refusal: string, share?: number) =>
    new SharedLimit({
      total,
      share: share ?? callerShareOf(http, total),
      refusal,
      refused: () => metrics.limited(name),
    });
  const { maxBody } = http;
  return {
    inFlight: limit("in_flight", http.maxInFlight, "As many calls are answered as may be at once."),
    streams: limit("streams", http.maxStreams, "As many streams are open as may be at once."),
    subscriptions: limit(
      "subscriptions",
      subscriptions,
      "As many resources are watched as may be at once.",
    ),
    bodies: bodies("bodies", 32 * mebibyte),
    unread: limit("unread", 128 * mebibyte, "Too many bytes of answers are not read."),
    webhookBodies: bodies("webhooks", 8 * mebibyte),
    webhooks: limit(
      "webhooks",
      deliveriesAtOnce,
      "As many webhooks are announced as may be at once.",
      deliveriesAtOnce,
    ),
  };

  /** Room for eight of the largest at least, two of one sender. */
  function bodies(name: LimitName, least: number): SharedLimit {
    const total = Math.max(least, 8 * maxBody);
    const refusal = "There is no room for more bodies of requests at once.";
    return limit(name, total, refusal, Math.max(2 * maxBody, callerShareOf(http, total)));
  }
}
