import { createHash, randomUUID } from "node:crypto";
import type { Log } from "../../log/log.ts";
import type { Change } from "../../registry/changes/change-hub.ts";
import type { RedisConnection } from "./redis.ts";
import { redisFailure, redisPlace } from "./redis-failure.ts";
import { readMessage, writeMessage } from "./replica-message.ts";

/** The replicas of this server, which notify each other of changes. */
export interface Replicas {
  /**
   * Publishes a change to the other replicas. Resolves when every connected replica has acknowledged
   * it, or after 250 ms, or at once while Redis is unavailable. Never rejects. After a reconnect, a
   * change of the whole workspace replaces the changes that were not published.
   */
  publish(workspace: string | undefined, change: Change): Promise<void>;
  /** Why replicas are not connected; undefined while they are. */
  readonly problem: string | undefined;
  close(): void;
}

export interface ReplicasOptions {
  /** Address of the Redis server. It may contain a password, which is never logged. */
  readonly url: string;
  /** Identifies the registry. Only replicas that serve the same one are notified. */
  readonly registry: string;
  /** Called for a change of another replica. The change is acknowledged when this returns. */
  readonly onChange: (workspace: string | undefined, change: Change) => void;
  /** Called when replicas are connected: changes before that may have been missed. */
  readonly onGap: () => void;
  readonly observe: (event: ReplicaEvent) => void;
  readonly log: Log;
}

/** `unacknowledged`: a change that not all replicas acknowledged within the timeout. */
export type ReplicaEvent = "sent" | "received" | "unacknowledged";

/** The longest time that a write waits for the other replicas. */
const acknowledgementTimeoutMs = 250;

/** Invalid messages are logged at most once in this time. */
const invalidLogIntervalMs = 60_000;

/** Connects to the replicas that have the same Redis server and database, and the same registry. */
export function connectReplicas(options: ReplicasOptions): Replicas {
  const replicas = new RedisReplicas(options);
  void replicas.connect();
  return replicas;
}

/** A published change that is not acknowledged by all replicas. */
interface Pending {
  /** Missing acknowledgements; 0 or less while the number of receivers is unknown. */
  missing: number;
  readonly end: (acknowledged: boolean) => void;
}

class RedisReplicas implements Replicas {
  readonly #options: ReplicasOptions;
  readonly #place: string;
  readonly #channel: string;
  readonly #id = randomUUID();
  /** By message number. */
  readonly #pending = new Map<string, Pending>();
  /** Workspaces with changes that could not be published. */
  readonly #unpublished = new Set<string | undefined>();
  #connection: RedisConnection | undefined;
  #problem: string | undefined;
  #number = 0;
  #invalidLoggedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: ReplicasOptions) {
    this.#options = options;
    this.#place = `Redis at ${redisPlace(options.url)}`;
    this.#channel = channelOf(options);
    this.#problem = `${this.#place} has not answered yet.`;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  async connect(): Promise<void> {
    const { createRedisConnection } = await import("./redis.ts");
    if (this.#closed) return;
    const connection = createRedisConnection(this.#options.url);
    this.#connection = connection;
    connection.on("error", (error) => this.#fail(error));
    connection.on("ready", () => this.#subscribe(connection));
    connection.on("ping-interval", () => this.#subscribe(connection));
    // The client reconnects until it is closed, and emits an error event for each failure.
    connection.connect().catch(() => undefined);
  }

  async publish(workspace: string | undefined, change: Change): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined || this.#problem !== undefined) {
      this.#unpublished.add(workspace);
      return;
    }
    await this.#send(connection, workspace, change);
  }

  close(): void {
    this.#closed = true;
    this.#connection?.destroy();
  }

  /** Subscribes to changes, unless it is subscribed, and publishes what could not be published. */
  async #subscribe(connection: RedisConnection): Promise<void> {
    // The library completes a connection attempt that was in flight when it was closed.
    if (this.#closed) connection.destroy();
    if (this.#closed || this.#problem === undefined) return;
    try {
      await connection.subscribe(
        [this.#channel, this.#acknowledgementChannel(this.#id)],
        this.#onMessage,
      );
      for (const workspace of this.#unpublished) {
        // A change from here on adds the workspace again.
        this.#unpublished.delete(workspace);
        await this.#publishMissed(connection, workspace);
      }
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#problem = undefined;
    this.#options.log.info("replicas", { connected: this.#place });
    this.#options.onGap();
  }

  /** Publishes that anything in the workspace may have changed. */
  async #publishMissed(connection: RedisConnection, workspace: string | undefined): Promise<void> {
    try {
      await connection.publish(this.#channel, this.#message(workspace, { listed: true }).text);
    } catch (error) {
      this.#unpublished.add(workspace);
      throw error;
    }
  }

  #send(connection: RedisConnection, workspace: string | undefined, change: Change): Promise<void> {
    const { number, text } = this.#message(workspace, change);
    return new Promise((resolve) => {
      const end = (acknowledged: boolean) => {
        clearTimeout(timer);
        if (!this.#pending.delete(number)) return;
        if (!acknowledged) this.#options.observe("unacknowledged");
        resolve();
      };
      const pending: Pending = { missing: 0, end };
      const onTimeout = () => {
        if (!this.#pending.has(number)) return;
        if (pending.missing <= 0)
          this.#report(`has not answered within ${acknowledgementTimeoutMs} ms`);
        end(false);
      };
      // Acknowledgements that arrived while the process was busy are handled before the timeout.
      const timer = setTimeout(() => setImmediate(onTimeout), acknowledgementTimeoutMs);
      this.#pending.set(number, pending);
      connection.publish(this.#channel, text).then(
        (receivers) => {
          // This replica is a receiver too. Acknowledgements may arrive before this response.
          pending.missing += receivers - 1;
          if (pending.missing === 0) end(true);
          void this.#subscribe(connection);
        },
        (error) => {
          this.#unpublished.add(workspace);
          this.#fail(error);
          end(false);
        },
      );
    });
  }

  #message(workspace: string | undefined, change: Change): { number: string; text: string } {
    this.#number += 1;
    this.#options.observe("sent");
    const text = writeMessage({
      from: this.#id,
      number: this.#number,
      ...(workspace === undefined ? {} : { workspace }),
      change,
    });
    return { number: String(this.#number), text };
  }

  readonly #onMessage = (text: string, channel: string): void => {
    if (channel === this.#channel) this.#receiveChange(text);
    else this.#receiveAcknowledgement(text);
  };

  #receiveChange(text: string): void {
    const { onChange, observe } = this.#options;
    const message = readMessage(text);
    if (message === undefined) this.#logInvalidMessage();
    if (message === undefined || message.from === this.#id) return;
    onChange(message.workspace, message.change);
    observe("received");
    this.#connection
      ?.publish(this.#acknowledgementChannel(message.from), String(message.number))
      .catch((error: unknown) => this.#fail(error));
  }

  #receiveAcknowledgement(number: string): void {
    const pending = this.#pending.get(number);
    if (pending === undefined) return;
    pending.missing -= 1;
    if (pending.missing === 0) pending.end(true);
  }

  /** The channel of the acknowledgements for a replica. */
  #acknowledgementChannel(id: string): string {
    return `${this.#channel}:${id}`;
  }

  #logInvalidMessage(): void {
    const now = performance.now();
    if (now - this.#invalidLoggedAt < invalidLogIntervalMs) return;
    this.#invalidLoggedAt = now;
    this.#options.log.error("replicas", {
      error: `An invalid message, which no replica sent, arrived on the channel ${this.#channel}.`,
    });
  }

  #fail(error: unknown): void {
    this.#report(`cannot be used: ${redisFailure(error, this.#options.url)}`);
  }

  #report(reason: string): void {
    const problem = `${this.#place} ${reason}.`;
    if (this.#closed || this.#problem === problem) return;
    this.#problem = problem;
    this.#options.log.error("replicas", { error: problem });
  }
}

/**
 * Channels are not part of a Redis database, so the channel's name contains the database: deployments
 * in different databases stay separate.
 */
function channelOf({ url, registry }: ReplicasOptions): string {
  const database = new URL(url).pathname.slice(1) || "0";
  const hash = createHash("sha256").update(registry).digest("base64url").slice(0, 22);
  return `mlflow-prompts:${database}:${hash}`;
}
