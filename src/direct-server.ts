import {
  type Implementation,
  type JSONRPCRequest,
  ProtocolErrorCode,
  type RequestMetaEnvelope,
  type Result,
  Server,
  type ServerContext,
  type ServerOptions,
} from "@modelcontextprotocol/server";
import type { Session } from "./session.ts";

/** The revision whose requests are answered without a connection: each says all that there is to say. */
export const directRevision = "2026-07-28";

/** A request of that revision, with its envelope apart. */
export interface DirectRequest {
  readonly message: JSONRPCRequest;
  readonly envelope: Partial<RequestMetaEnvelope>;
}

/** A JSON-RPC answer as text. */
export interface DirectAnswer {
  readonly text: string;
  /** The JSON-RPC code, when the answer is an error. */
  readonly code?: number;
}

/** How a page begins that has no prompts. */
const emptyPage = '{"prompts":[]';

/**
 * The SDK's server, asked for answers without a transport: one for the whole process, each request
 * with its session. Handlers and wire form are the SDK's own. What is left out is what a transport
 * needs and an answer does not: a message is looked at once and not by each layer anew, and nothing
 * is made, connected and closed for it.
 */
export class DirectServer extends Server {
  readonly #sessions = new Map<ServerContext, Session>();
  readonly #pages = new WeakMap<readonly unknown[], string>();

  constructor(info: Implementation, options: ServerOptions) {
    super(info, options);
    this._negotiatedProtocolVersion = directRevision;
  }

  /** Whose request it is that a handler serves. */
  sessionOf(context: ServerContext): Session {
    const session = this.#sessions.get(context);
    if (session === undefined) throw new Error("A request is served that nobody sent.");
    return session;
  }

  /**
   * The answer, as `Protocol` of the SDK makes it. The handler gets nothing to send messages with.
   * @param request of a method that there is a handler for
   */
  async answer(
    { message, envelope }: DirectRequest,
    session: Session,
    signal: AbortSignal,
  ): Promise<DirectAnswer> {
    const { id, method } = message;
    const handle = this._getRequestHandler(method);
    if (handle === undefined) throw new Error(`There is no handler for ${method}.`);
    const context = this.#context(message, envelope, signal);
    this.#sessions.set(context, session);
    const end = `"jsonrpc":"2.0","id":${JSON.stringify(id)}}`;
    try {
      const result = await handle(message, context);
      return { text: `{"result":${this.#textOf(method, result)},${end}` };
    } catch (thrown) {
      const error = this.#errorOf(thrown);
      return { text: JSON.stringify({ jsonrpc: "2.0", id, error }), code: error.code };
    } finally {
      this.#sessions.delete(context);
    }
  }

  #context(
    { id, method }: JSONRPCRequest,
    envelope: Partial<RequestMetaEnvelope>,
    signal: AbortSignal,
  ): ServerContext {
    const mcpReq = { id, method, envelope, signal, requestState: () => undefined };
    return this.buildContext({ mcpReq: { ...mcpReq, send: unsent, notify: unsent } });
  }

  /** A page of prompts is the same array as long as it is the same page; what is said of it varies. */
  #textOf(method: string, result: Result): string {
    const encoded = this._wireCodec().encodeResult(method, result, this._outboundServerInfo());
    const { prompts } = encoded;
    const rest = Array.isArray(prompts) ? JSON.stringify({ ...encoded, prompts: [] }) : "";
    if (!Array.isArray(prompts) || !rest.startsWith(emptyPage)) return JSON.stringify(encoded);
    const page = this.#pages.get(prompts) ?? JSON.stringify(prompts);
    this.#pages.set(prompts, page);
    return `{"prompts":${page}${rest.slice(emptyPage.length)}`;
  }

  #errorOf(thrown: unknown) {
    const { code, message, data } = failure(thrown);
    return {
      code: this._wireCodec().encodeErrorCode(code),
      message,
      ...(data === undefined ? {} : { data }),
    };
  }
}

function failure(thrown: unknown): { code: number; message: string; data?: unknown } {
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

function unsent(): Promise<never> {
  return Promise.reject(new Error("A direct answer goes without further messages."));
}
