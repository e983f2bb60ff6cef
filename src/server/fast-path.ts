import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  classifyInboundRequest,
  type JSONRPCRequest,
  PROTOCOL_VERSION_META_KEY,
} from "@modelcontextprotocol/server";
import type { Session } from "../session/session.ts";
import type { Cancellation, FastRequest, FastResponse, FastServer } from "./fast-server.ts";

/** `legacy`: the revisions up to 2025-11-25. `modern`: 2026-07-28. */
export type Era = "legacy" | "modern";

/** The revision in which every request is complete by itself, without a connection's state. */
export const modernRevision = "2026-07-28";

/** The methods that agents call most. */
const fastMethods: ReadonlySet<unknown> = new Set(["prompts/list", "prompts/get"]);

const plainParameters: ReadonlySet<string> = new Set(["name", "arguments", "cursor", "_meta"]);
/** The span of the client, of which observers alone hear (MCP SEP-414). */
const traceKeys = ["traceparent", "tracestate", "baggage"];
const plainMeta: ReadonlySet<string> = new Set(["progressToken", ...traceKeys]);
const envelopeKeys: ReadonlySet<string> = new Set([
  ...traceKeys,
  PROTOCOL_VERSION_META_KEY,
  CLIENT_INFO_META_KEY,
  CLIENT_CAPABILITIES_META_KEY,
]);

/** Whether the fast path serves a method. */
export function isFastMethod(method: unknown): method is string {
  return fastMethods.has(method);
}

/**
 * The message as a request for the fast path: `prompts/list` or `prompts/get` that is valid by the
 * SDK's rules and holds nothing unusual. Undefined for every other message, which the SDK serves.
 * @param message parsed JSON
 */
export function toFastRequest(message: unknown, era: Era): FastRequest | undefined {
  return era === "legacy" ? toLegacyRequest(message) : toModernRequest(message);
}

function toLegacyRequest(message: unknown): FastRequest | undefined {
  if (!isCheckedRequest(message)) return undefined;
  const { params = {} } = message;
  if (!holdsOnly(params, plainParameters)) return undefined;
  if (params._meta !== undefined && !holdsOnly(params._meta, plainMeta)) return undefined;
  return { message };
}

function toModernRequest(body: unknown): FastRequest | undefined {
  if (!hasFastMethod(body)) return undefined;
  const route = classifyInboundRequest({
    httpMethod: "POST",
    protocolVersionHeader: modernRevision,
    mcpMethodHeader: body.method,
    body,
  });
  if (route.kind !== "modern" || route.messageKind !== "request") return undefined;
  const { _meta: meta = {}, ...params } = route.message.params ?? {};
  if (!holdsOnly(meta, envelopeKeys)) return undefined;
  // The response to an elicitation comes with these.
  if ("inputResponses" in params || "requestState" in params) return undefined;
  const { traceparent, tracestate, baggage: _, ...envelope } = meta;
  const trace = traceparent === undefined ? {} : { _meta: { traceparent, tracestate } };
  return { message: { ...route.message, params: { ...params, ...trace } }, envelope };
}

function hasFastMethod(message: unknown): message is { readonly method: string } {
  return (
    typeof message === "object" &&
    message !== null &&
    "method" in message &&
    isFastMethod(message.method)
  );
}

/** The rest of a request's shape is verified by `checkMessage` before. */
function isCheckedRequest(message: unknown): message is JSONRPCRequest {
  return hasFastMethod(message) && "id" in message;
}

function holdsOnly(object: object, keys: ReadonlySet<string>): boolean {
  for (const key in object) if (!keys.has(key)) return false;
  return true;
}

/**
 * Answers the plain requests that agents make most, for both eras and both transports. Responses are
 * byte for byte those of the SDK, at a fraction of the time: no web Request, Response and streams
 * are made from Node's and back, and no transport is created for a message. The tests of each
 * transport compare both ways.
 */
export class FastPath {
  readonly #inFlight = new Set<Cancellation>();

  /**
   * Responds to a request. Never rejects: a failure is a response too.
   * @returns undefined if the request was cancelled
   */
  async respond(
    server: FastServer,
    request: FastRequest,
    cancellation: Cancellation,
    session?: Session,
  ): Promise<FastResponse | undefined> {
    this.#inFlight.add(cancellation);
    try {
      const response = await server.respond(request, cancellation, session);
      return cancellation.isCancelled ? undefined : response;
    } finally {
      this.#inFlight.delete(cancellation);
    }
  }

  /** Cancels the requests in flight. */
  close(): void {
    for (const cancellation of this.#inFlight) cancellation.cancel();
  }
}
