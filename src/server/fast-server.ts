import {
  type Implementation,
  type JSONRPCRequest,
  ProtocolErrorCode,
  type RequestMetaEnvelope,
  type Result,
  type ServerContext,
  type ServerOptions,
} from "@modelcontextprotocol/server";
import type { Session } from "../session/session.ts";
import type { Observe } from "./observe-operation.ts";
import { SdkServer } from "./sdk-internals.ts";

/** A request whose response needs no transport. */
export interface FastRequest {
  readonly message: JSONRPCRequest;
  /** The protocol's own keys of `_meta` in a 2026-07-28 request. The message is without them. */
  readonly envelope?: Partial<RequestMetaEnvelope>;
}

/** A JSON-RPC response. */
export interface FastResponse {
  /**
   * The text in pieces. A page of prompts is a piece of its own: it is long, so its bytes are made
   * once and never joined to the rest.
   */
  readonly parts: readonly [text: string, page?: Buffer, rest?: string];
  /** The JSON-RPC code of an error response. */
  readonly code?: number;
}

/** Cancels a request. The signal is made on demand: most responses complete without it. */
export class Cancellation {
  #controller: AbortController | undefined;
  #isCancelled = false;

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isCancelled) this.#controller.abort();
    return this.#controller.signal;
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#controller?.abort();
  }
}

/** The bytes of pages. An unchanged page is the same array; the rest of the result varies. */
const pages = new WeakMap<readonly unknown[], Buffer>();

const emptyPage = '{"prompts":[]';

/**
 * The SDK's server, which can also respond without a transport. The handlers and the encoding are
 * the SDK's. Omitted is the work for transports: repeated checks of a message, and an object to
 * create, connect and close for each request.
 */
export class FastServer extends SdkServer {
  readonly #observe: Observe | undefined;
  #sessions: Map<ServerContext, Session> | undefined;

  /** @param observe gets every request that a handler serves */
  constructor(
    info: Implementation,
    options: ServerOptions,
    { revision, observe }: { revision?: string; observe?: Observe | undefined },
  ) {
    super(info, options, revision);
    this.#observe = observe;
  }

  /** The session of a request, on a server that serves several sessions. */
  sessionOf(context: ServerContext): Session {
    const session = this.#sessions?.get(context);
    if (session === undefined) {
      throw new Error(`The ${context.mcpReq.method} request has no session.`);
    }
    return session;
  }

  /**
   * Responds as the SDK's `Protocol` does. The handler cannot send messages.
   * @param request of a method that has a handler
   * @param session of the request, on a server that serves several sessions
   */
  async respond(
    { message, envelope }: FastRequest,
    cancellation: Cancellation,
    session?: Session,
  ): Promise<FastResponse> {
    const { id, method } = message;
    const context = createContext(message, envelope, cancellation);
    if (session) {
      this.#sessions ??= new Map();
      this.#sessions.set(context, session);
    }
    const end = `"jsonrpc":"2.0","id":${JSON.stringify(id)}}`;
    try {
      const result = await this.handle(message, context);
      return { parts: this.#stringify(method, result, end) };
    } catch (thrown) {
      const error = this.#encodeError(thrown);
      return { parts: [JSON.stringify({ jsonrpc: "2.0", id, error })], code: error.code };
    } finally {
      this.#sessions?.delete(context);
    }
  }

  protected override around(
    request: JSONRPCRequest,
    context: ServerContext,
    handle: () => Promise<Result>,
  ): Promise<Result> {
    return this.#observe?.(request, context, handle, this) ?? handle();
  }

  #stringify(method: string, result: Result, end: string): FastResponse["parts"] {
    const encoded = this.encodeResult(method, result);
    const { prompts } = encoded;
    const rest = Array.isArray(prompts) ? JSON.stringify({ ...encoded, prompts: [] }) : "";
    if (!Array.isArray(prompts) || !rest.startsWith(emptyPage)) {
      return [`{"result":${JSON.stringify(encoded)},${end}`];
    }
    const page = pages.get(prompts) ?? Buffer.from(JSON.stringify(prompts));
    pages.set(prompts, page);
    return ['{"result":{"prompts":', page, `${rest.slice(emptyPage.length)},${end}`];
  }

  #encodeError(thrown: unknown) {
    const { code, message, data } = failureOf(thrown);
    return {
      code: this.encodeErrorCode(code),
      message,
      ...(data === undefined ? {} : { data }),
    };
  }
}

function createContext(
  { id, method }: JSONRPCRequest,
  envelope: Partial<RequestMetaEnvelope> | undefined,
  cancellation: Cancellation,
): ServerContext {
  return {
    mcpReq: {
      id,
      method,
      ...(envelope ? { envelope } : {}),
      get signal() {
        return cancellation.signal;
      },
      requestState: () => undefined,
      send: rejectSend,
      notify: rejectSend,
      log: rejectSend,
      elicitInput: rejectSend,
      requestSampling: rejectSend,
    },
  };
}

function failureOf(thrown: unknown): { code: number; message: string; data?: unknown } {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const code = "code" in error ? error.code : undefined;
  return {
    code:
      typeof code === "number" && Number.isSafeInteger(code)
        ? code
        : ProtocolErrorCode.InternalError,
    message: error.message,
    ...("data" in error ? { data: error.data } : {}),
  };
}

function rejectSend(): Promise<never> {
  return Promise.reject(new Error("A request on the fast path cannot send further messages."));
}
