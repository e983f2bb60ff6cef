import { createClient } from "@redis/client";

/** How often a connection that says nothing else is asked whether it lives. */
const pingMs = 1_000;

/** A Redis that says nothing for this long is connected to anew. */
const silenceMs = 3_000;

const connectMs = 2_000;
const longestPauseMs = 1_000;

export type RedisConnection = ReturnType<typeof createRedisConnection>;

/**
 * A connection to Redis that is not made yet: `connect` tries until it is there, and whenever it is
 * lost. On it messages are published and received (RESP3, Redis 6 or later). What cannot be sent at
 * once is refused. Whoever has it must listen to its `error` event.
 */
export function createRedisConnection(url: string) {
  return createClient({
    url,
    RESP: 3,
    disableOfflineQueue: true,
    maintNotifications: "disabled",
    pingInterval: pingMs,
    socket: {
      connectTimeout: connectMs,
      socketTimeout: silenceMs,
      reconnectStrategy: (retries) =>
        Math.min(50 * 2 ** retries, longestPauseMs) * (0.5 + Math.random() / 2),
    },
  });
}
