import { randomUUID } from "node:crypto";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";
import * as z from "zod";
import type { PromptRegistry } from "../../registry/prompt-registry.ts";
import type { createServerFactory } from "../../server/server.ts";
import type { Session } from "../../session/session.ts";
import type { Identity, Scope } from "../auth/identity.ts";
import { scopesOf } from "../auth/scopes.ts";
import { HttpRefusal, tooMany } from "../refusal.ts";
import { callsIn } from "./calls.ts";
import { EventLog } from "./event-store.ts";
import { callOnEnd } from "./streams.ts";

export interface SessionsOptions {
  readonly createServer: ReturnType<typeof createServerFactory>;
  readonly onerror: (error: Error) => void;
  /** At the limit, a new session ends the longest idle session of the caller with the most. */
  readonly maxSessions: number;
  /** When no session is idle at the limit, a caller with more sessions than this loses one in use. */
  readonly callerSessions: number;
  /** Milliseconds after which a session without a request and without an open stream ends. */
  readonly idleMs: number;
  /** Size of the stored events for resumed streams, over all sessions. */
  readonly maxEventBytes: number;
  /** Size of the stored events of one caller. */
  readonly callerEventBytes: number;
  /** Called when a session has ended, with the time that it was open. */
  readonly onEnd?: (seconds: number) => void;
}

/** MCP 2025-11-25, Cancellation. */
const cancelled = z.object({
  method: z.literal("notifications/cancelled"),
  params: z.object({ requestId: z.union([z.string(), z.number()]) }),
});

/** One 2025-era client's session. */
interface Entry {
  readonly id: string;
  readonly identity: Identity;
  readonly transport: WebStandardStreamableHTTPServerTransport;
  /** The registry under the newest credential of the caller: tokens are renewed within a session. */
  registry: PromptRegistry;
  /** The scopes that its requests needed. A replay of their responses needs them as well. */
  readonly scopes: Set<Scope>;
  /** Requests in flight and open streams. */
  busy: number;
  lastUsed: number;
  readonly close: () => void;
}

/**
 * The sessions of 2025-era clients (MCP 2025-11-25, Transports, Session Management). A session
 * belongs to its `Identity.owner`: the caller, its rights and the workspace. For any other owner it does
 * not exist.
 */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #log: EventLog;
  readonly #byId = new Map<string, Entry>();
  /** By caller, each caller's longest idle session first. */
  readonly #byCaller = new Map<string, Set<Entry>>();
  readonly #sweeping: NodeJS.Timeout;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#log = new EventLog(options.maxEventBytes, options.callerEventBytes);
    const interval = Math.min(options.idleMs / 2, 30_000);
    this.#sweeping = setInterval(() => this.#endIdle(), interval).unref();
  }

  get count(): number {
    return this.#byId.size;
  }

  /**
   * Opens a session with an `initialize` request.
   * @throws HttpRefusal 429 when there are too many and none is idle
   */
  async open(
    request: Request,
    body: unknown,
    identity: Identity,
    session: Session,
  ): Promise<Response> {
    while (this.#byId.size >= this.#options.maxSessions) this.#endOne();
    const entry = this.#create(identity, session);
    const server = this.#options.createServer(sessionOf(entry, session), {
      era: "legacy",
      lasting: true,
    });
    await server.connect(entry.transport);
    const response = await this.#serve(entry, request, body);
    // A request that failed to initialize leaves no session.
    if (!response.ok) entry.close();
    return response;
  }

  /**
   * Answers a request of an open session.
   * @throws HttpRefusal 404 for a session that does not exist or belongs to another owner
   */
  async serve(
    id: string,
    request: Request,
    body: unknown,
    identity: Identity,
    registry: PromptRegistry,
  ): Promise<Response> {
    const entry = this.#byId.get(id);
    if (entry === undefined || entry.identity.owner !== identity.owner) {
      throw new HttpRefusal(404, "Session not found: open a new one with an initialize request.");
    }
    entry.registry = registry;
    const response = await this.#serve(entry, request, body);
    await this.#endCancelled(entry, body);
    return response;
  }

  /** The scopes that the session's requests needed; none for an unknown session. */
  scopesUsed(id: string): Iterable<Scope> {
    return this.#byId.get(id)?.scopes ?? [];
  }

  /** Ends the notification streams. Requests in flight continue. */
  closeStreams(): void {
    for (const { transport } of this.#byId.values()) transport.closeStandaloneSSEStream();
  }

  /** Ends every stream and every session. */
  close(): void {
    clearInterval(this.#sweeping);
    for (const entry of [...this.#byId.values()]) entry.close();
  }

  async #serve(entry: Entry, request: Request, body: unknown): Promise<Response> {
    entry.busy++;
    this.#touch(entry);
    for (const scope of scopesOf(callsIn(body))) entry.scopes.add(scope);
    const over = () => {
      entry.busy--;
      this.#touch(entry);
    };
    try {
      const response = await entry.transport.handleRequest(request, { parsedBody: body });
      return callOnEnd(response, over);
    } catch (error) {
      over();
      throw error;
    }
  }

  /**
   * Ends the stream of a request that its client has cancelled. The SDK answers nothing then, and
   * the stream would stay open, and count as a call in flight, for as long as the session.
   */
  async #endCancelled({ transport }: Entry, body: unknown): Promise<void> {
    const parsed = cancelled.safeParse(body);
    if (!parsed.success) return;
    const { requestId: id } = parsed.data.params;
    const error = { code: -32_800, message: "The request was cancelled." };
    // The stream has ended already when the response was faster.
    await transport.send({ jsonrpc: "2.0", id, error }).catch(() => undefined);
  }

  #create(identity: Identity, { registry }: Session): Entry {
    const id = randomUUID();
    const events = this.#log.open(id, identity.caller);
    const begin = performance.now();
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      eventStore: events.store,
    });
    const entry: Entry = {
      id,
      identity,
      transport,
      registry,
      scopes: new Set(),
      busy: 0,
      lastUsed: performance.now(),
      close: () => {
        if (!this.#byId.delete(id)) return;
        this.#sessionsOf(identity).delete(entry);
        if (this.#sessionsOf(identity).size === 0) this.#byCaller.delete(identity.caller);
        events.close();
        this.#options.onEnd?.((performance.now() - begin) / 1_000);
        transport.close().catch(this.#options.onerror);
      },
    };
    transport.onclose = entry.close;
    transport.onerror = this.#options.onerror;
    this.#byId.set(id, entry);
    this.#byCaller.set(identity.caller, this.#sessionsOf(identity).add(entry));
    return entry;
  }

  #touch(entry: Entry): void {
    entry.lastUsed = performance.now();
    const own = this.#sessionsOf(entry.identity);
    if (own.delete(entry)) own.add(entry);
  }

  #endIdle(): void {
    const since = performance.now() - this.#options.idleMs;
    for (const entry of [...this.#byId.values()]) {
      if (entry.busy === 0 && entry.lastUsed < since) entry.close();
    }
  }

  /**
   * Ends the longest idle session of the caller with the most sessions. When all sessions are in use,
   * ends one of that caller if it has more than its share.
   */
  #endOne(): void {
    const most = [...this.#byCaller.values()].toSorted((a, b) => b.size - a.size);
    for (const own of most) {
      for (const entry of own) {
        if (entry.busy > 0) continue;
        entry.close();
        return;
      }
    }
    const [largest] = most;
    const [unused] = largest ?? [];
    if (unused === undefined || (largest?.size ?? 0) <= this.#options.callerSessions) {
      throw tooMany("There are as many sessions as this server takes, and all are in use.", 30);
    }
    unused.close();
  }

  #sessionsOf({ caller }: Identity): Set<Entry> {
    return this.#byCaller.get(caller) ?? new Set();
  }
}

/** The session with the registry of its latest request. */
function sessionOf(entry: Entry, session: Session): Session {
  return {
    ...session,
    get registry() {
      return entry.registry;
    },
  };
}
