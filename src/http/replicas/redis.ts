import { createClient } from "@redis/client";

/** Interval of pings on an idle connection. */
const pingMs = 1_000;

/** A connection without data for this long is replaced. */
const socketTimeoutMs = 3_000;

const connectTimeoutMs = 2_000;
const maxReconnectDelayMs = 1_000;

export type RedisConnection = ReturnType<typeof createRedisConnection>;

/**
 * A connection to Redis for publishing and subscribing (RESP3, Redis 6 or later). `connect` opens it,
 * and retries until it is open and whenever it is lost. A command fails while it is not open. The
 * owner must handle its `error` event.
 */
export function createRedisConnection(url: string) {
  return createClient({
    url,
    RESP: 3,
    disableOfflineQueue: true,
    maintNotifications: "disabled",
    pingInterval: pingMs,
    socket: {
      connectTimeout: connectTimeoutMs,
      socketTimeout: socketTimeoutMs,
      reconnectStrategy: (retries) =>
        Math.min(50 * 2 ** retries, maxReconnectDelayMs) * (0.5 + Math.random() / 2),
    },
  });
}
