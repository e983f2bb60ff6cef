import type { IncomingMessage } from "node:http";
import {
  createMcpHandler,
  isInitializeRequest,
  isLegacyRequest,
  type McpHttpHandler,
} from "@modelcontextprotocol/server";
import type { RegistryError } from "../../registry/errors.ts";
import type { createServerFactory } from "../../server/server.ts";
import type { Session } from "../../session/session.ts";
import type { Identity, Scope } from "../auth/identity.ts";
import { refusalOf } from "../auth/registry-refusal.ts";
import { scopesOfStream } from "../auth/scopes.ts";
import { HttpRefusal, rpcCode } from "../refusal.ts";
import { Listeners, listenMethod } from "./listen.ts";
import type { Sessions } from "./sessions.ts";
import { firstMessage, isEventStream } from "./streams.ts";

export interface McpEndpointOptions {
  readonly createServer: ReturnType<typeof createServerFactory>;
  /** Absent: 2025-era clients are served without sessions. */
  readonly sessions?: Sessions;
  /** The WWW-Authenticate header of a 401 that MLflow caused. */
  readonly challenge?: string;
  readonly onerror: (error: Error) => void;
}

/**
 * How long a stream waits for its first message, which may set the status. A longer wait would delay
 * the id that a client needs to resume the stream.
 */
const firstMessageTimeoutMs = 2_000;

/**
 * MCP over HTTP for both protocol eras: 2026-07-28 requests without sessions, 2025-era clients with
 * sessions or without.
 */
export class McpEndpoint {
  readonly #options: McpEndpointOptions;
  readonly #single: McpHttpHandler;
  readonly #listeners: Listeners;
  /** The session of each request in the shared handler. */
  readonly #callers = new WeakMap<Request, Session>();
  /** The registry's failure of a request, for its status. */
  readonly #failures = new WeakMap<Request, RegistryError>();

  constructor(options: McpEndpointOptions) {
    const { createServer, onerror } = options;
    this.#options = options;
    this.#listeners = new Listeners(createServer, onerror);
    this.#single = createMcpHandler(
      ({ era, requestInfo }) => {
        const session = requestInfo && this.#callers.get(requestInfo);
        if (session === undefined) throw new Error("A request is served that nobody sent.");
        return createServer(session, { era, lasting: false });
      },
      { onerror },
    );
  }

  /**
   * @param body the parsed body of a POST
   * @throws HttpRefusal 404 for a session that is not the caller's, 429 for one too many
   */
  async handle(
    request: Request,
    body: unknown,
    identity: Identity,
    session: Session,
  ): Promise<Response> {
    const failed = (error: RegistryError, of: Request | undefined) => {
      session.failed?.(error, of);
      if (of) this.#failures.set(of, error);
    };
    const response = await this.#route(request, body, identity, { ...session, failed });
    // A batch has several responses and one status.
    const hasStatus = request.method === "POST" && !Array.isArray(body);
    return hasStatus ? this.#withStatus(request, body, response) : response;
  }

  /** The registry's failure of a request, if there was one. */
  failureOf(request: Request): RegistryError | undefined {
    return this.#failures.get(request);
  }

  /** The scopes that a GET needs: with Last-Event-ID the session's responses are replayed. */
  scopesOfStream({ headers }: IncomingMessage): ReadonlySet<Scope> {
    const id = headers["mcp-session-id"];
    const replays = headers["last-event-id"] !== undefined && typeof id === "string";
    return scopesOfStream((replays && this.#options.sessions?.scopesUsed(id)) || []);
  }

  /** Ends all streams and sessions, and aborts calls in flight. */
  async close(): Promise<void> {
    this.#options.sessions?.close();
    await Promise.all([this.#listeners.close(), this.#single.close()]);
  }

  /** Ends the notification streams. Calls in flight continue. */
  async closeStreams(): Promise<void> {
    this.#options.sessions?.closeStreams();
    await this.#listeners.close();
  }

  async #route(
    request: Request,
    body: unknown,
    identity: Identity,
    session: Session,
  ): Promise<Response> {
    const { sessions } = this.#options;
    const legacy = await isLegacyRequest(request, body);
    if (legacy && sessions) {
      const id = request.headers.get("mcp-session-id");
      if (id !== null) return sessions.serve(id, request, body, identity, session.registry);
      if (isInitializeRequest(body)) return sessions.open(request, body, identity, session);
      if (request.method === "GET") return withoutSession();
    }
    if (!legacy && isCall(listenMethod, body)) return this.#listeners.serve(request, body, session);
    // Without a session there is no stream for notifications.
    const { changes: _, ...unwatched } = session;
    this.#callers.set(request, legacy ? unwatched : session);
    return this.#single.fetch(request, { parsedBody: body });
  }

  /**
   * Sets the HTTP status for a failure of the registry, if it is known before the headers are sent. A
   * stream's first message is the response, or a request to the client.
   */
  async #withStatus(request: Request, body: unknown, response: Response): Promise<Response> {
    if (!isEventStream(response)) {
      const refusal = this.#refusalOf(request, body);
      return refusal ? restated(refusal, await response.text()) : response;
    }
    const first = await firstMessage(response, firstMessageTimeoutMs);
    const refusal = this.#refusalOf(request, body);
    if (refusal === undefined || first.message === undefined) return first.response;
    await first.response.body?.cancel();
    return restated(refusal, first.message);
  }

  #refusalOf(request: Request, body: unknown): HttpRefusal | undefined {
    const failure = this.#failures.get(request);
    // A tool's lack of permission is reported to the model, in the tool's result (MCP 2025-11-25,
    // Tools, Error Handling). An invalid credential is reported to the client, by status.
    if (failure?.kind === "forbidden" && isCall("tools/call", body)) return undefined;
    return failure && refusalOf(failure, this.#options.challenge);
  }
}

function isCall(method: string, body: unknown): boolean {
  return typeof body === "object" && body !== null && "method" in body && body.method === method;
}

function withoutSession(): never {
  throw new HttpRefusal(
    405,
    "There is no stream without a session: send an initialize request first.",
    { allow: "POST" },
    rpcCode.refused,
  );
}

function restated({ status, headers }: HttpRefusal, message: string): Response {
  return new Response(message, {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}
