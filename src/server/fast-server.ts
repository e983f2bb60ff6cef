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
import type { Session } from "../session/session.ts";

/** The revision whose requests need no connection: each says all that there is to say. */
export const directRevision = "2026-07-28";

/** What agents ask for again and again. */
export const directMethods: ReadonlySet<unknown> = new Set(["prompts/list", "prompts/get"]);

/** A request whose answer needs nothing of a transport. */
export interface DirectRequest {
  readonly message: JSONRPCRequest;
  /** What a request of 2026-07-28 has in its `_meta` for the protocol itself, which is not in the message. */
  readonly envelope?: Partial<RequestMetaEnvelope>;
}

/** A JSON-RPC answer. */
export interface DirectAnswer {
  /**
   * Its text. A page of prompts is in the middle: it is the longest of all, and is neither joined to
   * the rest nor made bytes of anew for each answer.
   */
  readonly parts: readonly [text: string, page?: Buffer, rest?: string];
  /** The JSON-RPC code, when the answer is an error. */
  readonly code?: number;
}

/** Lets somebody give up. The signal is made when it is looked at: most answers are there before. */
export class GivingUp {
  #controller: AbortController | undefined;
  #isDone = false;

  get isDone(): boolean {
    return this.#isDone;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isDone) this.#controller.abort();
    return this.#controller.signal;
  }

  now(): void {
    this.#isDone = true;
    this.#controller?.abort();
  }
}

/** A page of prompts is the same array as long as it is the same page; what is said of it varies. */
const pages = new WeakMap<readonly unknown[], Buffer>();

/** How a page begins that has no prompts. */
const emptyPage = '{"prompts":[]';

/**
 * The SDK's server, which can also be asked for answers without a transport. Handlers and wire form
 * are the SDK's own. What is left out is what a transport needs and an answer does not: a message is
 * looked at once and not by each layer anew, and nothing is made, connected and closed for it.
 */
export class DirectServer extends Server {
  #sessions: Map<ServerContext, Session> | undefined;

  /** @param revision of all its requests; without one it is what the connection's client agrees to */
  constructor(info: Implementation, options: ServerOptions, revision?: string) {
    super(info, options);
    if (revision !== undefined) this._negotiatedProtocolVersion = revision;
  }

  /** Whose request it is that a handler serves, where each has a session of its own. */
  sessionOf(context: ServerContext): Session {
    const session = this.#sessions?.get(context);
    if (session === undefined) throw new Error("A request is served that nobody sent.");
    return session;
  }

  /**
   * The answer, as `Protocol` of the SDK makes it. The handler gets nothing to send messages with.
   * @param request of a method that there is a handler for
   * @param session of the request, where each has one of its own
   */
  async answer(
    { message, envelope }: DirectRequest,
    givingUp: GivingUp,
    session?: Session,
  ): Promise<DirectAnswer> {
    const { id, method } = message;
    const handle = this._getRequestHandler(method);
    if (handle === undefined) throw new Error(`There is no handler for ${method}.`);
    const context = contextOf(message, envelope, givingUp);
    if (session) {
      this.#sessions ??= new Map();
      this.#sessions.set(context, session);
    }
    const end = `"jsonrpc":"2.0","id":${JSON.stringify(id)}}`;
    try {
      const result = await handle(message, context);
      return { parts: this.#partsOf(method, result, end) };
    } catch (thrown) {
      const error = this.#errorOf(thrown);
      return { parts: [JSON.stringify({ jsonrpc: "2.0", id, error })], code: error.code };
    } finally {
      this.#sessions?.delete(context);
    }
  }

  #partsOf(method: string, result: Result, end: string): DirectAnswer["parts"] {
    const encoded = this._wireCodec().encodeResult(method, result, this._outboundServerInfo());
    const { prompts } = encoded;
    const rest = Array.isArray(prompts) ? JSON.stringify({ ...encoded, prompts: [] }) : "";
    if (!Array.isArray(prompts) || !rest.startsWith(emptyPage)) {
      return [`{"result":${JSON.stringify(encoded)},${end}`];
    }
    const page = pages.get(prompts) ?? Buffer.from(JSON.stringify(prompts));
    pages.set(prompts, page);
    return ['{"result":{"prompts":', page, `${rest.slice(emptyPage.length)},${end}`];
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

function contextOf(
  { id, method }: JSONRPCRequest,
  envelope: Partial<RequestMetaEnvelope> | undefined,
  givingUp: GivingUp,
): ServerContext {
  return {
    mcpReq: {
      id,
      method,
      ...(envelope ? { envelope } : {}),
      get signal() {
        return givingUp.signal;
      },
      requestState: () => undefined,
      send: unsent,
      notify: unsent,
      log: unsent,
      elicitInput: unsent,
      requestSampling: unsent,
    },
  };
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
