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
 * A stream is held for so long until its first message is there. Longer would keep the id back that
 * a client needs to resume it.
 */
const statusPatienceMs = 2_000;

/**
 * MCP over HTTP for both protocol eras: 2026-07-28 requests by themselves, 2025-era clients in
 * sessions, and their requests without a session by themselves as well.
 */
export class McpEndpoint {
  readonly #options: McpEndpointOptions;
  readonly #single: McpHttpHandler;
  readonly #listeners: Listeners;
  /** Whose request it is that the shared handler serves. */
  readonly #callers = new WeakMap<Request, Session>();
  /** What went wrong with a request, for its status. */
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
    // A batch has several answers and one status.
    const hasStatus = request.method === "POST" && !Array.isArray(body);
    return hasStatus ? this.#withStatus(request, body, response) : response;
  }

  /** The registry's failure of a request, if there was one. */
  failureOf(request: Request): RegistryError | undefined {
    return this.#failures.get(request);
  }

  /** What a GET needs: with Last-Event-ID the answers of its session are replayed. */
  scopesOfStream({ headers }: IncomingMessage): ReadonlySet<Scope> {
    const id = headers["mcp-session-id"];
    const replays = headers["last-event-id"] !== undefined && typeof id === "string";
    return scopesOfStream((replays && this.#options.sessions?.scopesUsed(id)) || []);
  }

  /** Ends every stream and session. Calls in flight are given up. */
  async close(): Promise<void> {
    this.#options.sessions?.close();
    await Promise.all([this.#listeners.close(), this.#single.close()]);
  }

  /** Ends the streams that would never end by themselves; calls go on. */
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
    // Nobody could be told of changes.
    const { changes: _, ...unwatched } = session;
    this.#callers.set(request, legacy ? unwatched : session);
    return this.#single.fetch(request, { parsedBody: body });
  }

  /**
   * Gives the answer the HTTP status of what the registry said, if it says so before the headers
   * have to go out. A stream's first message is the answer, or a question to the client.
   */
  async #withStatus(request: Request, body: unknown, response: Response): Promise<Response> {
    if (!isEventStream(response)) {
      const refusal = this.#refusalOf(request, body);
      return refusal ? restated(refusal, await response.text()) : response;
    }
    const first = await firstMessage(response, statusPatienceMs);
    const refusal = this.#refusalOf(request, body);
    if (refusal === undefined || first.message === undefined) return first.response;
    await first.response.body?.cancel();
    return restated(refusal, first.message);
  }

  #refusalOf(request: Request, body: unknown): HttpRefusal | undefined {
    const failure = this.#failures.get(request);
    // What a tool may not do is for the model to read, in the tool's result (MCP 2025-11-25, Tools,
    // Error Handling); who has no valid credential at all is the client's to mend.
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
