import type { IncomingMessage, ServerResponse } from "node:http";
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  classifyInboundRequest,
  PROTOCOL_VERSION_META_KEY,
  ProtocolErrorCode,
} from "@modelcontextprotocol/server";
import type { RegistryError } from "../../registry/errors.ts";
import {
  type DirectAnswer,
  type DirectRequest,
  type DirectServer,
  directMethods,
  directRevision,
  GivingUp,
} from "../../server/fast-server.ts";
import type { Session } from "../../session/session.ts";
import { refusalOf } from "../auth/registry-refusal.ts";

/** What a request's `_meta` may hold for it to be one of the plain ones. */
const envelopeKeys: ReadonlySet<string> = new Set([
  PROTOCOL_VERSION_META_KEY,
  CLIENT_INFO_META_KEY,
  CLIENT_CAPABILITIES_META_KEY,
]);

/**
 * The request, if the direct way is for it: `prompts/list` or `prompts/get` of 2026-07-28, whose
 * headers and envelope are in order by the SDK's own rules and hold nothing unusual. Undefined for
 * every other, right or wrong: the SDK knows what becomes of it.
 */
export function directRequest(
  { method: httpMethod = "", headers }: IncomingMessage,
  body: unknown,
): DirectRequest | undefined {
  const { "mcp-protocol-version": version, "mcp-method": method, "mcp-name": name } = headers;
  if (version !== directRevision || typeof method !== "string" || !directMethods.has(method))
    return;
  const route = classifyInboundRequest({
    httpMethod,
    protocolVersionHeader: version,
    mcpMethodHeader: method,
    body,
  });
  if (route.kind !== "modern" || route.messageKind !== "request") return;
  const { _meta: envelope = {}, ...params } = route.message.params ?? {};
  if (!Object.keys(envelope).every((key) => envelopeKeys.has(key))) return;
  // The answers to a question, and what belongs to them.
  if ("inputResponses" in params || "requestState" in params) return;
  if (method === "prompts/get" && !isNamedIn(name, params.name)) return;
  return { message: { ...route.message, params }, envelope };
}

/** A name that cannot stand in a header comes encoded, as `=?base64?...?=`. */
function isNamedIn(header: unknown, name: unknown): boolean {
  return typeof header === "string" && header === name && !header.startsWith("=?");
}

export interface DirectWayOptions {
  readonly server: DirectServer;
  /** The WWW-Authenticate header of a 401 that MLflow caused. */
  readonly challenge?: string;
}

/**
 * Answers the plain requests that agents make most, as `McpEndpoint` would and at a fraction of
 * what it takes there: no web Request, Response and streams are made of Node's and back again, and
 * no transport lives for one message. It begins behind all that a request has to pass, and leaves
 * everything else to the SDK; `test/http/direct-way.test.ts` holds one way against the other.
 */
export class DirectWay {
  readonly #options: DirectWayOptions;
  readonly #underWay = new Set<GivingUp>();

  constructor(options: DirectWayOptions) {
    this.#options = options;
  }

  /**
   * Writes the answer.
   * @returns how it went, for the metrics: `ok`, the kind of a registry error, or an HTTP status
   */
  async answer(
    request: DirectRequest,
    session: Session,
    response: ServerResponse,
  ): Promise<string> {
    let failure: RegistryError | undefined;
    const failed = (error: RegistryError) => {
      session.failed?.(error, undefined);
      failure = error;
    };
    const { server, challenge } = this.#options;
    const answer = await this.#unlessGone(response, (givingUp) =>
      server.answer(request, givingUp, { ...session, failed }),
    );
    if (answer === undefined) return send(response, 499, {});
    const refusal = failure && refusalOf(failure, challenge);
    const status = refusal?.status ?? statusOf(answer);
    const outcome = send(response, status, refusal?.headers ?? {}, answer.parts);
    return failure?.kind ?? outcome;
  }

  /** Gives up what is under way. */
  close(): void {
    for (const givingUp of this.#underWay) givingUp.now();
  }

  /** Undefined when the connection ended, or the server, before the answer was there. */
  async #unlessGone(
    response: ServerResponse,
    answer: (givingUp: GivingUp) => Promise<DirectAnswer>,
  ): Promise<DirectAnswer | undefined> {
    const gone = new GivingUp();
    const onClose = () => gone.now();
    response.once("close", onClose);
    this.#underWay.add(gone);
    try {
      const answered = await answer(gone);
      return gone.isDone ? undefined : answered;
    } finally {
      this.#underWay.delete(gone);
      response.off("close", onClose);
    }
  }
}

/** The one error that handlers give and that has a status (MCP 2026-07-28, Transports). */
function statusOf({ code }: DirectAnswer): number {
  return code === ProtocolErrorCode.MissingRequiredClientCapability ? 400 : 200;
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  parts?: DirectAnswer["parts"],
): string {
  response.statusCode = status;
  if (parts !== undefined) response.setHeader("content-type", "application/json");
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const [text, page, rest = ""] = parts ?? [];
  if (text === undefined || page === undefined) {
    response.end(text);
  } else {
    const length = Buffer.byteLength(text) + page.length + Buffer.byteLength(rest);
    response.setHeader("content-length", length);
    response.write(text);
    response.write(page);
    response.end(rest);
  }
  return status === 200 ? "ok" : String(status);
}
