import { createHash, randomUUID } from "node:crypto";
import type { Log } from "../../log/log.ts";
import type { Change } from "../../registry/changes/change-hub.ts";
import type { RedisConnection } from "./redis.ts";
import { redisFailure, redisPlace } from "./redis-failure.ts";
import { readMessage, writeMessage } from "./replica-message.ts";

/** The replicas of this server, which tell each other of changes. */
export interface Replicas {
  /**
   * Tells the other replicas of a change. Resolves when every replica that is connected has taken it
   * in, or after 250 ms, or at once while Redis is away. Never rejects. What could not be told is
   * made up for as soon as it can, by a change of the whole workspace.
   */
  publish(workspace: string | undefined, change: Change): Promise<void>;
  /** Why replicas are not told of each other's changes at the moment; undefined while they are. */
  readonly problem: string | undefined;
  close(): void;
}

export interface ReplicasOptions {
  /** Redis' address. It may hold a password, which is told to nobody else. */
  readonly url: string;
  /** What the replicas serve. Those that serve something else are not heard. */
  readonly registry: string;
  /** Another replica has told of a change. It is acknowledged when this returns. */
  readonly onChange: (workspace: string | undefined, change: Change) => void;
  /** Others are heard from now on; what they told until now may have been missed. */
  readonly onGap: () => void;
  readonly observe: (event: ReplicaEvent) => void;
  readonly log: Log;
}

/** `unacknowledged`: a change that was not taken in, or not by all, within the limit. */
export type ReplicaEvent = "sent" | "received" | "unacknowledged";

/** A write is held up no longer for the others. */
const limitMs = 250;

/** Messages that nobody can read are logged once in this time. */
const strangeEveryMs = 60_000;

/** Joins the replicas that use the same Redis, the same database of it and the same registry. */
export function connectReplicas(options: ReplicasOptions): Replicas {
  const replicas = new RedisReplicas(options);
  void replicas.connect();
  return replicas;
}

/** A change that was told and not yet taken in by all. */
interface Telling {
  /** How many have still to take it in; 0 or less while it is not known how many hear it. */
  missing: number;
  readonly end: (acknowledged: boolean) => void;
}

class RedisReplicas implements Replicas {
  readonly #options: ReplicasOptions;
  readonly #place: string;
  readonly #changes: string;
  readonly #id = randomUUID();
  /** By the number of their message. */
  readonly #telling = new Map<string, Telling>();
  /** Workspaces in which something changed that the others may not know of. */
  readonly #untold = new Set<string | undefined>();
  #connection: RedisConnection | undefined;
  #problem: string | undefined;
  #number = 0;
  #strangeAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: ReplicasOptions) {
    this.#options = options;
    this.#place = `Redis at ${redisPlace(options.url)}`;
    this.#changes = channelOf(options);
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
    connection.on("ready", () => this.#listen(connection));
    connection.on("ping-interval", () => this.#listen(connection));
    // It tries until it is closed, and each failure is an error event.
    connection.connect().catch(() => undefined);
  }

  async publish(workspace: string | undefined, change: Change): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined || this.#problem !== undefined) {
      this.#untold.add(workspace);
      return;
    }
    await this.#send(connection, workspace, change);
  }

  close(): void {
    this.#closed = true;
    this.#connection?.destroy();
  }

  /** Hears the others from now on, unless it does already, and makes up for what was not told. */
  async #listen(connection: RedisConnection): Promise<void> {
    // The library finishes an attempt that was under way when it was closed.
    if (this.#closed) connection.destroy();
    if (this.#closed || this.#problem === undefined) return;
    try {
      await connection.subscribe([this.#changes, this.#acknowledgements(this.#id)], this.#hear);
      for (const workspace of this.#untold) {
        // What changes from here on is told anew.
        this.#untold.delete(workspace);
        await this.#makeUp(connection, workspace);
      }
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#problem = undefined;
    this.#options.log.info("replicas", { connected: this.#place });
    this.#options.onGap();
  }

  /** Tells that anything of the workspace may have changed. */
  async #makeUp(connection: RedisConnection, workspace: string | undefined): Promise<void> {
    try {
      await connection.publish(this.#changes, this.#message(workspace, { listed: true }).text);
    } catch (error) {
      this.#untold.add(workspace);
      throw error;
    }
  }

  #send(connection: RedisConnection, workspace: string | undefined, change: Change): Promise<void> {
    const { number, text } = this.#message(workspace, change);
    return new Promise((resolve) => {
      const end = (acknowledged: boolean) => {
        clearTimeout(late);
        if (!this.#telling.delete(number)) return;
        if (!acknowledged) this.#options.observe("unacknowledged");
        resolve();
      };
      const telling: Telling = { missing: 0, end };
      const giveUp = () => {
        if (!this.#telling.has(number)) return;
        if (telling.missing <= 0) this.#report(`has not answered within ${limitMs} ms`);
        end(false);
      };
      // What came in while this process was busy with something else is looked at first.
      const late = setTimeout(() => setImmediate(giveUp), limitMs);
      this.#telling.set(number, telling);
      connection.publish(this.#changes, text).then(
        (receivers) => {
          // This replica is one of them. Others may have acknowledged before this is known.
          telling.missing += receivers - 1;
          if (telling.missing === 0) end(true);
          void this.#listen(connection);
        },
        (error) => {
          this.#untold.add(workspace);
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

  readonly #hear = (text: string, channel: string): void => {
    if (channel === this.#changes) this.#takeIn(text);
    else this.#acknowledged(text);
  };

  #takeIn(text: string): void {
    const { onChange, observe } = this.#options;
    const message = readMessage(text);
    if (message === undefined) this.#wonder();
    if (message === undefined || message.from === this.#id) return;
    onChange(message.workspace, message.change);
    observe("received");
    this.#connection
      ?.publish(this.#acknowledgements(message.from), String(message.number))
      .catch((error: unknown) => this.#fail(error));
  }

  #acknowledged(number: string): void {
    const telling = this.#telling.get(number);
    if (telling === undefined) return;
    telling.missing -= 1;
    if (telling.missing === 0) telling.end(true);
  }

  /** Where a replica is told that its changes were taken in. */
  #acknowledgements(id: string): string {
    return `${this.#changes}:${id}`;
  }

  #wonder(): void {
    const now = performance.now();
    if (now - this.#strangeAt < strangeEveryMs) return;
    this.#strangeAt = now;
    this.#options.log.error("replicas", {
      error: `A message that no replica has written came in on the channel ${this.#changes}.`,
    });
  }

  #fail(error: unknown): void {
    this.#report(`cannot be used: ${redisFailure(error, this.#options.url)}`);
  }

  #report(trouble: string): void {
    const problem = `${this.#place} ${trouble}.`;
    if (this.#closed || this.#problem === problem) return;
    this.#problem = problem;
    this.#options.log.error("replicas", { error: problem });
  }
}

/**
 * Messages have no part in Redis' databases, so the channel's name has: who separates deployments
 * by them finds them separated.
 */
function channelOf({ url, registry }: ReplicasOptions): string {
  const database = new URL(url).pathname.slice(1) || "0";
  const hash = createHash("sha256").update(registry).digest("base64url").slice(0, 22);
  return `mlflow-prompts:${database}:${hash}`;
}
